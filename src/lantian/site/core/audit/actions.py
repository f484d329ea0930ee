"""What a person does with the trail itself; each is told in the trail."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.audit import anchors, segments
from lantian.site.core.audit.chain import append
from lantian.site.core.models import AuditHead

# Whoever may see the trail may have it verified and take it away as a file; the file's making is told.
policy.declare(
    {"core.verify_audit": policy.POLICIES["core.see_audit"], "core.export_audit": policy.POLICIES["core.see_audit"]},
    titles={
        "core.verify_audit": _("核验操作记录"),
        "core.export_audit": _("导出操作记录"),
        anchors.ACTION: _("锚定操作记录"),
        segments.ACTION: _("封存操作记录"),
    },
)


def tell_of_export(actor: policy.Actor, form: str, asked: dict[str, Any]) -> None:
    """Note in the trail who took which part of it away as a file."""
    policy.require(actor, "core.export_audit")
    head, _made = AuditHead.objects.get_or_create(pk=1)
    append(actor, "core.export_audit", head, form=form, asked={name: value for name, value in asked.items() if value})
