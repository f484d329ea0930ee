"""Lists that are made public: drafted, released, replaced by a corrected one or withdrawn. A town's own list is the
town's to release; the district's office may take it back from the public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core import policy
from lantian.site.core.lifecycle import Lifecycle, Step
from lantian.site.core.policy import ROLES, Actor, Rule


def _liaison(actor: Actor, town_id: int) -> bool:
    return town_id in getattr(actor, "town_area_ids", frozenset())


def _own_town(actor: Actor, town_id: int) -> bool:
    """Whether the town is the person's own: its liaison, or a leader whose area it is."""
    if _liaison(actor, town_id):
        return True
    seen = actor.visible_area_ids
    return seen is not None and town_id in seen and actor.holds("leader", area_id=town_id)


def _releasers(of_district: tuple[str, ...], of_town: Callable[[Actor, int], bool]) -> Rule:
    """Roles for the district's lists; of a town's list whoever `of_town` says. In general: whoever may for any."""

    def check(actor: Actor, obj: Any) -> bool:
        area = getattr(obj, "area", None)
        if area is None:
            return any(actor.holds(role) for role in of_district) or bool(getattr(actor, "town_area_ids", ()))
        if area.parent_id is not None:
            return of_town(actor, area.pk)
        return actor.visible_area_ids is None and any(actor.holds(role, area_id=area.pk) for role in of_district)

    names = (*of_district, "liaison")
    return Rule(check, tuple(ROLES[name] for name in names), names)


def _withdraws(actor: Actor, town_id: int) -> bool:
    return _own_town(actor, town_id) or any(actor.holds(role, area_id=town_id) for role in RELEASERS)


RELEASERS = ("air_office", "leader")
RELEASES = _releasers(RELEASERS, _own_town)
DRAFTS = _releasers(("air_office",), _liaison)
WITHDRAWS = _releasers(RELEASERS, _withdraws)

RELEASE = Lifecycle(
    "sources.release",
    start="drafted",
    labels={
        "drafted": pgettext_lazy("publication", "已起草"),
        "released": _("已发布"),
        "corrected": _("已被更正"),
        "withdrawn": _("已撤下"),
    },
    steps=[
        Step("release", "drafted", "released", by=(), also=RELEASES, label=_("发布"), tone="primary"),
        Step(
            "withdraw",
            "released",
            "withdrawn",
            by=(),
            also=WITHDRAWS,
            needs=["reason"],
            label=_("撤下"),
            tone="danger",
        ),
        Step("replace", "released", "corrected", by=()),  # by nobody: part of the release of a new version
    ],
)

policy.declare(
    {
        "sources.release.see": policy.roles("air_office", "inspector", "leader", "auditor", "liaison"),
        "sources.release.draft": DRAFTS,
        "sources.release.discard": DRAFTS,
    },
    titles={
        "sources.release.see": _("查看清单公开情况"),
        "sources.release.draft": _("起草要公开的清单"),
        "sources.release.discard": _("删除公开草稿"),
    },
)
