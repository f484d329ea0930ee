"""A filing on its way: passed on with what the step needs, given back, refused, cancelled, brought up to date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import attachments, clock, notify
from lantian.site.core.change import change
from lantian.site.core.deadlines import shifted
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor, System
from lantian.site.core.registries import ledger_exports
from lantian.site.plans import filing_people, filing_rules  # noqa: F401 - the rules stand in the policy table
from lantian.site.plans.actions.common import person_of
from lantian.site.plans.actions.filed_lists import freeze, list_to_file
from lantian.site.plans.models import Filing, FilingFile, FilingReceipt

MANY_FILES = 20

notify.declare("plans.filing_turn", _("报送件待办理"))
notify.declare("plans.filing_returned", _("报送件被退回"))
notify.declare("plans.filing_ended", _("报送件办结"))


@dataclass
class Given:
    """What is given with a step. `export` names a registered export of a ledger that stands for the document; `seen` is
    the digest of the list that the person saw, where a ledger's list is filed."""

    text: str = ""
    number: str = ""
    on: dt.date | None = None
    signer: str = ""
    files: list[Any] = field(default_factory=list)
    receipts: list[Any] = field(default_factory=list)
    export: str = ""
    seen: str = ""

    @property
    def needs(self) -> dict[str, Any]:
        """By the names that chains use."""
        return {
            "file": self.files or self.export,
            "receipt": self.receipts,
            "number": self.number.strip(),
            "date": self.on,
            "signer": self.signer.strip(),
            "reason": self.text.strip(),
        }


def pass_on(actor: Actor, filing: Filing, given: Given) -> Filing:
    """Do what the waiting step asks for and pass the filing on. Where it files a ledger, the list as it stands is kept
    with it, in place of a file or beside one.

    Raises
    ------
    Refused : it does not wait for the actor
    Invalid : something that the step needs is missing
    WrongState : it is at an end, somebody was faster, or the list is not the one that was seen
    """
    told: dict[str, Any] = {}
    facts = {"filed": told} if filing.deliverable.ledger else {}
    with change(actor, filing, "plans.filing.pass", note=given.text, **facts) as current:
        _not_moved(filing, current)
        step = current.step
        if step is None:
            raise WrongState(_("它已经办结。"), found=current.state)
        _ready(current)
        if (given.files or given.export) and "file" not in step.needs:
            raise Invalid(_("这一环节不收文件。"), fields={"files": _("文件由填报单位提交；回执请作为回执上传。")})
        if given.on and given.on > clock.today():
            raise Invalid(_("日期填写有误。"), fields={"on": _("文件日期不能晚于今天。")})
        listed = list_to_file(current, given.seen)
        current.lifecycle.step(current, "pass", **(given.needs | ({"file": True} if listed else {})))
        if "file" in step.needs:
            current.version += 1
        receipt = _receipt(actor, current, step.name, "pass", given)
        if listed is not None:
            freeze(receipt, listed, told)
        if step.issues:
            _numbered(current, given.number.strip())
        _moved(current)
    return current


def _numbered(filing: Filing, number: str) -> None:
    filing.deliverable.number = number[:100]
    filing.deliverable.save(update_fields=["number"])


def send_back(actor: Actor, filing: Filing, *, reason: str) -> Filing:
    """Give it back to the hands before."""
    return _stepped(actor, filing, "back", reason)


def return_to_owner(actor: Actor, filing: Filing, *, reason: str) -> Filing:
    """Give it back to its owner; a part that was gathered by whoever gathers."""
    return _stepped(actor, filing, "return", reason)


def refuse_filing(actor: Actor, filing: Filing, *, reason: str) -> Filing:
    """Refuse an application for good."""
    return _stepped(actor, filing, "refuse", reason)


def cancel_filing(actor: Actor, filing: Filing, *, reason: str) -> Filing:
    """Do without it: a town that has nothing to list holds nobody up."""
    return _stepped(actor, filing, "cancel", reason)


def reopen_filing(actor: Actor, filing: Filing) -> Filing:
    """Ask for what was cancelled after all."""
    return _stepped(actor, filing, "reopen", "")


def withdraw_filing(actor: Actor, filing: Filing) -> Filing:
    """Take it back before anybody has looked at it."""
    return _stepped(actor, filing, "withdraw", "")


def renew_filing(actor: Actor, filing: Filing) -> Filing:
    """Begin a new version of what is filed; the filed one counts until the new one is (动态更新).

    Raises
    ------
    WrongState : it is a part, and what it was gathered into is under way
    """
    if filing.shape == "part":
        whole = filing.deliverable.filings.get(shape="whole")
        if whole.state not in ("filed", whole.steps[0].name):
            raise WrongState(_("汇总件正在报送，办结后才能提交新版本。"), found=whole.state)
    return _stepped(actor, filing, "renew", "")


def _stepped(actor: Actor, filing: Filing, name: str, reason: str) -> Filing:
    """A step that gives nothing but a reason."""
    with change(actor, filing, f"plans.filing.{name}", note=reason) as current:
        _not_moved(filing, current)
        at = current.state
        if name not in current.lifecycle.step_names:
            raise WrongState(_("这条报送流程没有这一步。"), found=current.state)
        current.lifecycle.step(current, name, reason=reason.strip())
        if name == "renew":
            current.round += 1
        _receipt(actor, current, at, name, Given(text=reason))
        _moved(current)
    return current


def _not_moved(seen: Filing, current: Filing) -> None:
    """Refuse to act on a step that the person has not seen: somebody else was faster."""
    if (seen.state, seen.version, seen.round) != (current.state, current.version, current.round):
        raise WrongState(
            format_lazy(_("“{thing}”现在是“{found}”。"), thing=str(current), found=current.state_label),
            found=current.state,
            remedy=_("可能别人刚刚办理过，请刷新页面后再看。"),
        )


def _ready(filing: Filing) -> None:
    if filing.turn == "assign":
        raise WrongState(_("还没有指定审核部门。"), remedy=_("请大气办先指定。"))
    if filing.turn == "parts":
        raise WrongState(_("还有单位没有报齐。"), remedy=_("请先催报；确实不需要报的，由大气办取消。"))


def _receipt(actor: Actor, filing: Filing, step: str, outcome: str, given: Given) -> FilingReceipt:
    person = person_of(actor)
    made = FilingReceipt(
        filing=filing,
        step=step,
        outcome=outcome,
        round=filing.round,
        version=filing.version,
        person=person,
        person_name=person.name if person else actor.title,
        unit_name=person.unit_name if person else "",
        number=given.number.strip()[:100],
        on=given.on,
        signer=given.signer.strip()[:50],
        text=given.text.strip(),
        late=filing.due is not None and clock.today() > filing.due,
    )
    made.full_clean()
    made.save()
    if len(given.files) + len(given.receipts) > MANY_FILES:
        raise Invalid(_("附件太多，最多 20 个。"), fields={"files": _("请合并或减少附件。")})
    for kind, files in (("file", given.files), ("receipt", given.receipts)):
        for file in files:
            stored = attachments.take(file, file.name or "file", actor)
            FilingFile.objects.create(receipt=made, attachment=stored, kind=kind)
    if given.export:
        _exported(actor, made, given.export)
    return made


def _exported(actor: Actor, receipt: FilingReceipt, name: str) -> None:
    """Freeze an export of a ledger as the document of this version."""
    plan = receipt.filing.deliverable.plan
    if name not in ledger_exports or plan is None:
        raise Invalid(_("没有这个台账。"), fields={"export": _("请选择台账，或上传文件。")})
    file_name, content = ledger_exports[name].build(actor, plan)
    stored = attachments.take(ContentFile(content, file_name), file_name, actor)
    FilingFile.objects.create(receipt=receipt, attachment=stored, kind="file")


def settle(filing: Filing, *, moved: bool = True) -> None:
    """Bring the columns that follow from the state up to date: whose turn, until when, what counts as filed."""
    step = filing.step
    filing.turn = _turn(filing)
    due = filing.deliverable.due
    if step is None or due is None:
        filing.due = None
    elif filing.round == 1:
        filing.due = shifted(due, step.days)
    else:  # an update has no day of its own: its steps take as long as they did, from today
        days = [one.days for one in filing.steps]
        at = next(k for k, one in enumerate(filing.steps) if one.name == step.name)
        filing.due = shifted(clock.today(), max(1, days[at] - days[at - 1])) if at else None
    if moved:
        filing.since = clock.now()
    if moved and filing.state == "filed":
        filing.filed_on, filing.filed_version = clock.today(), filing.version


def _turn(filing: Filing) -> str:
    step = filing.step
    if step is None:
        return ""
    if step.gathers and missing(filing).exists():
        return "parts"
    if step.by == "party" and not filing.parties.filter(step=step.name, unit__isnull=False).exists():
        return "assign"
    return step.by


def missing(whole: Filing) -> Any:
    """Parts that are not there yet."""
    parts = Filing.objects.filter(deliverable=whole.deliverable_id, shape="part")
    return parts.exclude(state__in=("gathered", "cancelled"))


def _moved(filing: Filing) -> None:
    """After a step: its own columns, those of the whole that a part belongs to, and word to whoever has it now."""
    settle(filing)
    filing.save()
    _told(filing)
    if filing.shape != "part":
        return
    whole = locked(Filing.objects.filter(deliverable=filing.deliverable_id, shape="whole")).first()
    if whole is None:
        return
    if whole.state == "filed" and filing.state == "gathered":
        with change(System(), whole, "plans.filing.renew") as current:
            current.lifecycle.step(current, "renew")
            current.round += 1
            _receipt(System(), current, "filed", "renew", Given())
            _moved(current)
        return
    before = whole.turn
    settle(whole, moved=False)
    whole.save(update_fields=["turn", "due"])
    if before == "parts" != whole.turn:
        _told(whole)


def _told(filing: Filing) -> None:
    """Tell those who have it now; at an end its owners."""
    last = filing.receipts.order_by("pk").last()
    kind, title = "plans.filing_turn", format_lazy(_("待办理：{thing}"), thing=str(filing))
    if last is not None and last.outcome in ("back", "return"):
        kind, title = "plans.filing_returned", format_lazy(_("被退回：{thing}"), thing=str(filing))
    people = filing_people.having(filing)
    if not filing.turn:
        kind, people = "plans.filing_ended", filing_people.owners(filing)
        title = format_lazy(_("{state}：{thing}"), state=filing.state_label, thing=str(filing))
    notify.notify(
        people,
        kind,
        title=title,
        body=last.text if last else "",
        url=filing.get_absolute_url(),
        key=f"plans.filing:{filing.pk}:{last.pk if last else 0}:{filing.turn}",
    )
