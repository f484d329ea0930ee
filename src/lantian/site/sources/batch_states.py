"""Who may hand in evidence in bulk: whoever takes steps; a batch is its maker's own."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.policy import Actor, System
from lantian.site.sources.models import ProofBatch
from lantian.site.sources.states import KEEPERS


def _own(actor: Actor, obj: Any) -> bool:
    if not any(actor.holds(role) for role in KEEPERS):
        return False
    if not isinstance(obj, ProofBatch) or isinstance(actor, System):
        return True
    return obj.made_by_id in (None, getattr(actor, "pk", None))


_who = _("办理清单步骤的人员，各管各的一批")
policy.declare(
    {
        "sources.batch.add": policy.when(_own, _who),
        "sources.batch.file": policy.when(_own, _who),
        "sources.batch.discard": policy.when(_own, _who),
    },
    titles={
        "sources.batch.add": _("批量上传证明材料"),
        "sources.batch.file": _("批量归档证明材料"),
        "sources.batch.discard": _("放弃批量材料"),
    },
)
