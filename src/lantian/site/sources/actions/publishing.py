"""Lists made public: drafted, released as they stand, corrected by a new version, withdrawn."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.rulebook.schemas.ledgers import Ledger, Publication
from lantian.site.core import clock
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area, Person
from lantian.site.sources import publishing, reading
from lantian.site.sources.models import Release
from lantian.site.sources.queries import publishing as queries
from lantian.site.sources.release_states import RELEASE


def draft_release(actor: Actor, ledger: str, name: str, *, town: Area | None = None) -> Release:
    """Begin to make a list public, for the term that runs now. It shows the ledger as it stands until it is released.

    Parameters
    ----------
    town : whose list it is, where every town makes its own public; None for the district's

    Raises
    ------
    Refused : the actor may not
    Invalid : the ledger has no such publication, it is not of a town or not of the district, or a draft of it lies
        there already
    """
    rule, publication = _rule(ledger, name)
    if not publication.each and town is not None:
        raise Invalid(_("这份清单由区里统一公开。"), fields={"town": _("请不要选择镇街。")})
    line = queries.line(rule, publication, clock.today(), town=town.pk if town else None)
    if line is None:
        raise Invalid(_("这份清单由各镇街分别公开。"), fields={"town": _("请选择现有的镇街。")})
    if line.area is None:
        raise Invalid(_("还没有行政区。"), remedy=_("请先运行 lantian init 建立本区。"))
    return _drafted(actor, rule, publication, line.period, area=line.area, due_on=line.due)


def _drafted(
    actor: Actor,
    rule: Ledger,
    publication: Publication,
    period: str,
    *,
    area: Area,
    due_on: dt.date | None,
    replaces: Release | None = None,
    reason: str = "",
) -> Release:
    made = Release(ledger=rule.name, name=publication.name, area=area, period=period, due_on=due_on)
    made.title = {"zh": publication.label.zh, "en": publication.label.en}
    made.replaces, made.reason = replaces, reason
    made.drafted_by = actor if isinstance(actor, Person) else None
    made.version = queries.last_version(rule.name, publication.name, period, area=area) + 1
    with change(actor, made, "sources.release.draft", note=reason) as made:
        pass
    return made


def correct_release(actor: Actor, release: Release, *, reason: str) -> Release:
    """Begin a new version of a list that is out; the one that is out holds until the new one is released."""
    if not reason.strip():
        raise Invalid(_("请写明理由。"), fields={"reason": _("更正已公开的清单须写明理由。")})
    RELEASE.find(release, "replace")
    rule, publication = _rule(release.ledger, release.name)
    return _drafted(
        actor,
        rule,
        publication,
        release.period,
        area=release.area,
        due_on=release.due_on,
        replaces=release,
        reason=reason.strip()[:500],
    )


def release_list(actor: Actor, release: Release, *, medium: str, link: str = "", seen: str = "") -> Release:
    """Make a list public as it stands: its rows are kept from now on, whatever becomes of the ledger.

    Parameters
    ----------
    medium, link : where it is made public
    seen : mark of the list that the person saw (`publishing.mark_of`); another list is not released unseen

    Raises
    ------
    Invalid : without a medium, or the address is none
    WrongState : it is out already, or the list has changed since it was seen
    """
    _place(medium, link)
    with change(actor, release, "sources.release.release") as current:
        RELEASE.step(current, "release", actor=actor)
        rule, publication = _rule(current.ledger, current.name)
        rows = publishing.rows_of(rule, publication, publishing.within(current.area))
        if seen and seen != publishing.mark_of(rows):
            raise WrongState(_("清单刚刚有了变化，没有发布。"), remedy=_("请刷新页面，核对后再发布。"))
        current.heads, current.rows, current.count = publishing.heads_of(rule, publication), rows, len(rows)
        current.medium, current.link = medium.strip(), link.strip()
        current.released_by = actor if isinstance(actor, Person) else None
        current.released_at = clock.now()
        if current.replaces_id is not None:
            old = locked(Release.objects.filter(pk=current.replaces_id)).get()
            RELEASE.step(old, "replace")
            old.save(update_fields=["state"])
    return current


def _place(medium: str, link: str) -> None:
    wrong = {}
    if not medium.strip():
        wrong["medium"] = _("请填写在哪里公开，如区政府网站。")
    if link.strip():
        try:
            URLValidator(schemes=["http", "https"])(link.strip())
        except ValidationError:
            wrong["link"] = _("网址须以 http:// 或 https:// 开头。")
    if wrong:
        raise Invalid(_("有的内容不能保存。"), fields=wrong)


def withdraw_release(actor: Actor, release: Release, *, reason: str) -> Release:
    """Take a list back from the public; what it said stays on record."""
    with change(actor, release, "sources.release.withdraw", note=reason) as current:
        RELEASE.step(current, "withdraw", actor=actor, reason=reason.strip())
        current.reason = reason.strip()[:500]
    return current


def discard_release(actor: Actor, release: Release) -> None:
    """Remove a draft."""
    with change(actor, release, "sources.release.discard") as current:
        if current.state != RELEASE.start:
            raise WrongState(_("已公开的清单不能删除。"), remedy=_("确有错误的，请更正或撤下。"))
        current.delete()


def _rule(ledger: str, name: str) -> tuple[Ledger, Publication]:
    rule = reading.ledger_of(ledger)
    publication = publishing.publication_of(rule, name)
    if publication is None:
        raise Invalid(format_lazy(_("{ledger}没有这项公开内容。"), ledger=reading.said_later(rule.label)))
    return rule, publication
