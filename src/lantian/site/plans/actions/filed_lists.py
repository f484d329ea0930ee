"""The list of a ledger frozen with the step that files it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.site.core.faults import WrongState
from lantian.site.plans import filed_lists
from lantian.site.plans.filed_lists import Content
from lantian.site.plans.models import FiledList, Filing, FilingReceipt


def list_to_file(filing: Filing, seen: str) -> Content | None:
    """What the step that waits files of a ledger; None where it files none.

    Raises
    ------
    WrongState : the list has changed since the person saw it
    """
    step = filing.step
    content = filed_lists.content_of(filing) if step is not None and "file" in step.needs else None
    if content is not None and seen and seen != content.sha256:
        raise WrongState(_("清单刚刚有了变化，没有报送。"), remedy=_("请刷新页面，核对后再报送。"))
    return content


def freeze(receipt: FilingReceipt, content: Content, told: dict[str, Any]) -> FiledList:
    """Keep the list as it is filed; `told` is what the audit event says of it."""
    told |= {"ledger": content.ledger.name, "count": content.count, "sha256": content.sha256}
    return FiledList.objects.create(
        receipt=receipt,
        ledger=content.ledger.name,
        heads=content.heads,
        rows=content.rows,
        count=content.count,
        sums=content.sums,
        sha256=content.sha256,
    )
