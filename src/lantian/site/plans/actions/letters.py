"""Responsibility letters and pledges (责任书、承诺书): handed out, signed, confirmed; reminding who has not signed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.rulebook.schemas.letters import LetterTemplate
from lantian.site.core import attachments, clock, notify, policy
from lantian.site.core.change import change
from lantian.site.core.deadlines import shifted
from lantian.site.core.faults import Invalid, Text
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.org.liaisons import Liaisons
from lantian.site.org.models import Area, Unit
from lantian.site.org.register import Register
from lantian.site.plans import letter_text
from lantian.site.plans.actions.common import person_of
from lantian.site.plans.models import Letter, LetterBatch, LetterCopy, Plan
from lantian.site.plans.queries import letters as queries
from lantian.site.plans.states import LETTER, SIGNERS

notify.declare("plans.letter_issued", _("责任书待签"))
notify.declare("plans.letter_decided", _("责任书有结果"))

COPIES = ("pdf", "jpeg", "png", "webp")  # kinds of files that a signed copy may be
MANY = 20  # files of one signed copy
MOST = 1000  # letters handed out in one go


def create_letters(
    actor: Actor,
    plan: Plan,
    template: str,
    *,
    units: Iterable[Unit] = (),
    sites: Sequence[tuple[Unit, str]] = (),
    due: dt.date | None = None,
    again: bool = False,
) -> LetterBatch:
    """Hand out letters of one template, one to each unit or, where the template is for sites, to each site: one audit
    event. Their people are told.

    Parameters
    ----------
    due : by when the signed copy is expected; without it after the working days that the template gives
    again : units that have a letter get a new one in its place; without it they are passed over

    Raises
    ------
    Invalid : no such template, nobody to hand it to, a unit that it is not for, all have theirs already
    """
    form = letter_text.template(template)
    day = clock.today()
    due = due or shifted(day, form.days)
    told: dict[str, Any] = {"letters": []}
    with change(actor, LetterBatch(plan=plan), "plans.letter.create", told=told) as batch:
        if due < day:
            raise Invalid(_("签回期限早于今天。"), fields={"due": _("请填今天或以后的日期。")})
        batch.template, batch.edition, batch.title = form.id, form.edition, form.title
        batch.due, batch.made_by = due, person_of(actor)
        batch.save()
        locked(Area.objects.filter(pk=plan.area_id)).get()  # running numbers are given one after the other
        register = Register(day)
        found = queries.Duties(plan, register)
        wanted = _wanted(form, found, units, sites)
        there = queries.standing_for(plan, form.id, [unit.pk for unit, _site in wanted])
        if not again:
            wanted = [(unit, site) for unit, site in wanted if (unit.pk, site) not in there]
        if not wanted:
            raise Invalid(_("所选单位都已有有效的责任书。"), remedy=_("如需重发，请勾选“已有的重新发放”。"))
        with translation.override(settings.LANGUAGE_CODE):
            made = _made(batch, form, wanted, there, found)
        told["letters"] = [[one.number, one.place] for one in made]
        told["replaced"] = [one.replaces.number for one in made if one.replaces]
    return batch


def _wanted(
    form: LetterTemplate,
    found: queries.Duties,
    units: Iterable[Unit],
    sites: Sequence[tuple[Unit, str]],
) -> list[tuple[Unit, str]]:
    """Units and sites, each once; refuses those that the template is not for."""
    if form.per_site:
        asked = [(unit, site.strip()) for unit, site in sites if site.strip()]
        field, empty = "sites", _("请填写工地，每行一个：单位，工地名称。")
    else:
        asked = [(unit, "") for unit in units]
        field, empty = "units", _("请选择要发给的单位。")
    if not asked:
        raise Invalid(_("没有要发放的单位。"), fields={field: empty})
    if len(asked) > MOST:
        raise Invalid(_("一次最多发放 1000 份。"), fields={field: _("请分几次发放。")})
    may = set(queries.readers(found, form.readers))
    if strange := list(dict.fromkeys(unit.name for unit, _site in asked if unit.pk not in may)):
        named = "、".join(strange[:5])
        raise Invalid(
            format_lazy(_("这个模板不能发给：{named}。"), named=named),
            fields={field: _("请只选模板适用的单位；施工单位须先有账号。")},
        )
    return list({(unit.pk, site): (unit, site) for unit, site in asked}.values())


def _made(
    batch: LetterBatch,
    form: LetterTemplate,
    wanted: Sequence[tuple[Unit, str]],
    there: dict[tuple[int, str], Letter],
    found: queries.Duties,
) -> list[Letter]:
    plan, day, due = batch.plan, clock.today(), batch.due
    given = Letter.objects.filter(plan__area=plan.area_id, template=form.id, year=day.year)
    last = given.aggregate(last=Max("serial"))["last"] or 0
    duties = found.open if form.tasks_heading else {}
    speakers = Liaisons(day, SIGNERS)
    made = []
    for serial, (unit, site) in enumerate(wanted, last + 1):
        earlier = there.get((unit.pk, site))
        if earlier is not None:
            LETTER.step(earlier, "supersede")
            earlier.save(update_fields=["state"])
        content = letter_text.written(
            form, plan, unit.name, site=site, serial=serial, day=day, duties=duties.get(unit.pk, [])
        )
        letter = Letter(batch=batch, plan=plan, template=form.id, unit=unit, site=site[:100], year=day.year)
        letter.serial, letter.number, letter.content = serial, content["number"][:100], content
        letter.title, letter.due, letter.replaces = form.title, batch.due, earlier
        letter.full_clean(exclude=["batch", "plan", "unit"], validate_unique=False, validate_constraints=False)
        letter.save()
        made.append(letter)
        notify.notify(
            speakers.of([unit]),
            "plans.letter_issued",
            title=format_lazy(_("请签{title}：{place}"), title=letter.title, place=letter.place),
            body=format_lazy(_("{number}。下载、签字盖章后，请在 {due} 前上传签字件。"), number=letter.number, due=due),
            url=letter.get_absolute_url(),
            key=f"plans.letter:{letter.pk}",
        )
    return made


def hand_in_letter(actor: Actor, letter: Letter, files: Sequence[UploadedFile[Any]]) -> Letter:
    """Put in the signed copy: scan, PDF or photos of its pages. What was handed in before stays on record.

    Raises
    ------
    Invalid : no file, too many, or one that is neither PDF nor picture
    """
    names = [attachments.safe_name(file.name or "file") for file in files]
    policy.require(actor, "plans.letter.hand_in", letter)
    for file in files[: MANY + 1]:  # before the transaction: see `look_over`
        attachments.look_over(file, file.name or "file", allowed=COPIES)
    with change(actor, letter, "plans.letter.hand_in", files=names) as current:
        LETTER.step(current, "hand_in", files=files)
        if len(files) > MANY:
            raise Invalid(_("签字件最多 20 个文件。"), fields={"files": _("请合并为一个 PDF，或减少照片。")})
        turn = (current.copies.aggregate(last=Max("turn"))["last"] or 0) + 1
        for file in files:
            stored = attachments.take(file, file.name or "file", actor, allowed=COPIES)
            LetterCopy.objects.create(letter=current, attachment=stored, turn=turn)
        current.handed_in_by, current.handed_in_at = person_of(actor), clock.now()
        current.reason = ""
    return current


def withdraw_letter(actor: Actor, letter: Letter) -> Letter:
    """Take a signed copy back before it is confirmed, to put in another."""
    with change(actor, letter, "plans.letter.withdraw") as current:
        LETTER.step(current, "withdraw")
        current.handed_in_by = current.handed_in_at = None
    return current


def confirm_letter(actor: Actor, letter: Letter) -> Letter:
    """The air office has looked at the signed copy: the letter counts as signed."""
    with change(actor, letter, "plans.letter.confirm") as current:
        LETTER.step(current, "confirm")
        _decided(actor, current, "", _("已确认签字件：{letter}"))
    return current


def return_letter(actor: Actor, letter: Letter, *, reason: str) -> Letter:
    """Send a signed copy back: unreadable, a page or the seal missing, or confirmed by mistake."""
    with change(actor, letter, "plans.letter.return", note=reason) as current:
        LETTER.step(current, "return", reason=reason.strip())
        _decided(actor, current, reason, _("签字件被退回：{letter}"))
    return current


def revoke_letter(actor: Actor, letter: Letter, *, reason: str) -> Letter:
    """Take a letter back that should not have been handed out."""
    with change(actor, letter, "plans.letter.revoke", note=reason) as current:
        LETTER.step(current, "revoke", reason=reason.strip())
        _decided(actor, current, reason, _("不必再签：{letter}"))
    return current


def _decided(actor: Actor, letter: Letter, reason: str, title: Text) -> None:
    letter.decided_by, letter.decided_at = person_of(actor), clock.now()
    letter.reason = reason.strip()[:500]
    notify.notify(
        Liaisons(clock.today(), SIGNERS).of([letter.unit]),
        "plans.letter_decided",
        title=format_lazy(title, letter=str(letter)),
        body=letter.reason,
        url=letter.get_absolute_url(),
        key=f"plans.letter:{letter.pk}:{letter.state}:{clock.now():%Y%m%d%H%M%S}",
    )


def remind_letters(actor: Actor, batch: LetterBatch, *, only: Letter | None = None) -> list[Letter]:
    """Tell those who speak for units that have not signed (all of them, or of one letter). Whoever was told today is
    not told again.

    Returns
    -------
    The letters whose units have been told; units without anybody to tell are named in the audit trail.
    """
    today = clock.today()
    rows = queries.unsigned(Letter.objects.filter(batch=batch)).select_related("unit")
    waiting = [one for one in rows.defer("content") if only is None or one.pk == only.pk]
    if not waiting:
        raise Invalid(_("没有需要催签的单位。"))
    speakers = Liaisons(today, SIGNERS)
    told: dict[str, list[str]] = {"reminded": [], "without_account": []}
    reached = []
    with change(actor, batch, "plans.letter.remind", told=told):
        for letter in waiting:
            people = speakers.of([letter.unit])
            told["reminded" if people else "without_account"].append(letter.place)
            if not people:
                continue
            reached.append(letter)
            notify.notify(
                people,
                "plans.letter_issued",
                title=format_lazy(_("请尽快签{title}，期限 {due}"), title=letter.title, due=letter.due),
                body=letter.number,
                url=letter.get_absolute_url(),
                key=f"plans.letter:{letter.pk}:{today:%Y%m%d}",
            )
    return reached
