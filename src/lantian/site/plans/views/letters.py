"""Responsibility letters and pledges: who has signed, handing out, one letter with its signed copy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from lantian.site.core import clock, policy
from lantian.site.core.attachments import serving
from lantian.site.core.faults import Fault
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.org.register import register_of
from lantian.site.plans import actions, letter_file, letter_text
from lantian.site.plans.letter_forms import HandOutForm, LetterFilter, accept, name_of
from lantian.site.plans.models import Letter, LetterBatch, LetterCopy, Plan
from lantian.site.plans.models.letters import STANDING
from lantian.site.plans.queries import letters as queries
from lantian.site.plans.states import LETTER

ZIP = "application/zip"
LIGHT = Column(
    "light",
    _("状态"),
    sort=("state", "due"),
    value=queries.light,
    template="plans/board/parts/standing.html",
    css="nowrap",
    exported=lambda one: one.get_state_display(),
)
LETTERS = Table(
    columns=[
        LIGHT,
        Column("unit", _("单位"), sort="unit__name", css="wide"),
        Column("site", _("工地"), sort="site", css="minor"),
        Column("title", _("责任书"), sort="title", link=lambda one: one.get_absolute_url()),
        Column("number", _("文号"), sort=("template", "year", "serial"), css="nowrap minor"),
        Column("plan", _("方案"), value=lambda one: one.plan.title, css="minor"),
        Column("due", _("签回期限"), sort="due", css="nowrap"),
        Column("decided_at", _("确认时间"), sort="decided_at", css="nowrap minor"),
    ],
    sort="due",
    empty=_("没有责任书。"),
    empty_hint=_("大气办发放责任书、承诺书以后，这里列出谁签了、谁没签。"),
    file_name=_("责任书签订情况"),
)
BATCHES = Table(
    columns=[
        Column("made_at", _("发放时间"), sort="made_at", css="nowrap", link=lambda one: one.get_absolute_url()),
        Column("title", _("名称"), sort="title"),
        Column("plan", _("方案"), value=lambda one: one.plan.title, css="wide minor"),
        Column("standing", _("份数"), sort="standing", css="number"),
        Column("signed", _("已签"), sort="signed", css="number"),
        Column("waiting", _("未签"), sort="waiting", css="number"),
        Column("due", _("签回期限"), sort="due", css="nowrap"),
        Column("made_by", _("发放人"), css="minor"),
    ],
    sort="-made_at",
    empty=_("还没有发放过责任书。"),
    file_name=_("责任书发放记录"),
)


@room(
    "plans",
    "letters",
    policy="plans.letter.see",
    menu=pgettext_lazy("menu", "责任书"),
    icon="signature",
    order=42,
    section="papers",
)
def letters_page(request: Request) -> HttpResponseBase:
    """Letters that the person may see: who has signed, and who has not."""
    asked = LetterFilter.for_person(request.person, request.GET)
    rows = queries.letters(request.person).filter(asked.where())
    return list_page(
        request,
        "plans/letters/letters.html",
        table=LETTERS,
        rows=rows,
        asked=asked,
        title=_("责任书、承诺书"),
        counts=queries.counts(rows),
    )


@room("plans", "letter_batches", policy="plans.letter.create")
def batches_page(request: Request) -> HttpResponseBase:
    """What was handed out, the latest first."""
    crumbs = [(pgettext_lazy("menu", "责任书"), reverse("plans:letters"))]
    rows = queries.batches(request.person)
    return list_page(
        request, "core/list.html", table=BATCHES, rows=rows, title=_("责任书发放记录"), crumbs=crumbs
    )  # fmt: skip


@room("plans", "letter_batch", policy="plans.letter.create")
def batch_page(request: Request, pk: int) -> HttpResponseBase:
    """The letters of one handing out: who has not signed, reminder, all files."""
    batch = _batch(request, pk)
    rows = queries.letters(request.person).filter(batch=pk)
    return list_page(
        request,
        "plans/letters/batch.html",
        table=LETTERS,
        rows=rows,
        title=str(batch),
        crumbs=[
            (pgettext_lazy("menu", "责任书"), reverse("plans:letters")),
            (_("发放记录"), reverse("plans:letter_batches")),
        ],
        batch=batch,
        counts=queries.counts(rows),
        can_remind=policy.may(request.person, "plans.letter.remind", batch),
    )


@room("plans", "letter_changed", policy="plans.letter.create")
def batch_changed(request: Request, pk: int) -> HttpResponseBase:
    """Whether tasks of letters have changed since: part of the page of a batch, once it is drawn."""
    batch = _batch(request, pk)
    if not request.htmx:
        return see_other("plans:letter_batch", pk=pk)
    found = queries.Duties(batch.plan, register_of(request.person))
    standing = Letter.objects.visible_to(request.person).filter(batch=pk, state__in=STANDING)
    changed = sum(found.changed(one) for one in standing)
    return render(request, "plans/letters/parts/changed.html", {"batch": batch, "changed": changed})


@room("plans", "letter_zip", policy="plans.letter.create")
def batch_zip(request: Request, pk: int) -> HttpResponseBase:
    """All letters of one handing out that stand, as Word documents in one file."""
    batch = _batch(request, pk)
    rows = Letter.objects.visible_to(request.person).filter(batch=pk, state__in=STANDING)
    return file_response(letter_file.archive(rows.select_related("unit")), f"{batch.title}-{batch.pk}.zip", ZIP)


@room("plans", "letter_remind", policy="plans.letter.remind", methods=("POST",))
def remind(request: Request, pk: int) -> HttpResponseBase:
    """Remind all who have not signed."""
    reached = actions.remind_letters(request.person, _batch(request, pk))
    said = ngettext("已提醒 {n} 个单位。", "已提醒 {n} 个单位。", len(reached)).format(n=len(reached))
    messages.success(request, said)
    return see_other("plans:letter_batch", pk=pk)


@room("plans", "letter_new", policy="plans.letter.create", methods=("GET", "POST"))
def hand_out(request: Request) -> HttpResponseBase:
    """Hand out letters of a template for a plan."""
    plans = Plan.objects.visible_to(request.person).select_related("area").defer("source", "blocks", "spans")
    offered = [one for one in plans if policy.may(request.person, "plans.letter.create", one)]
    plan = next((one for one in offered if str(one.pk) == request.GET.get("plan")), offered[0] if offered else None)
    templates = letter_text.templates()
    template = next((one for one in templates if one.id == request.GET.get("template")), templates[0])
    form = None
    if plan is not None:
        register = register_of(request.person)
        form = HandOutForm(request.POST or None, template=template, plan=plan, register=register)
        if request.method == "POST" and form.is_valid():
            try:
                made = actions.create_letters(request.person, plan, template.id, **form.chosen)
            except Fault as fault:
                form.add_fault(fault)
            else:
                messages.success(request, _("已发放，并已通知各单位。"))
                return see_other("plans:letter_batch", pk=made.pk)
    return page(
        request,
        "plans/letters/hand_out.html",
        title=_("发放责任书"),
        crumbs=[(pgettext_lazy("menu", "责任书"), reverse("plans:letters"))],
        form=form,
        plan=plan,
        plans=offered,
        chosen=template,
        templates=[(one, name_of(one)) for one in templates],
    )


@room("plans", "letter", policy="plans.letter.see")
def letter_page(request: Request, pk: int) -> HttpResponseBase:
    """What one letter says, its signed copy, and what can be done with it."""
    return _page(request, _letter(request, pk))


@room("plans", "letter_docx", policy="plans.letter.see")
def letter_docx(request: Request, pk: int) -> HttpResponseBase:
    """The letter as a Word document, to print and sign."""
    found = _letter(request, pk)
    return file_response(letter_file.document(found.content), letter_file.file_name(found), letter_file.DOCX)


@room("plans", "letter_copy", policy="plans.letter.see")
def letter_copy(request: Request, pk: int) -> HttpResponseBase:
    """A file of a signed copy; pictures and PDF may be shown."""
    return serving.download(_copy(request, pk).attachment, inline=request.GET.get("inline") == "1")


@room("plans", "letter_copy_small", policy="plans.letter.see")
def letter_copy_small(request: Request, pk: int) -> HttpResponseBase:
    """A small picture of a photographed page."""
    return serving.thumbnail(_copy(request, pk).attachment)


@room("plans", "letter_hand_in", policy="plans.letter.hand_in", methods=("POST",))
def hand_in(request: Request, pk: int) -> HttpResponseBase:
    """Put in the signed copy; what is wrong with a file stands beside the field."""
    found = _letter(request, pk)
    try:
        actions.hand_in_letter(request.person, found, request.FILES.getlist("files"))
    except Fault as fault:
        if fault.status != 400:
            raise
        return _page(request, found, wrong=fault, status=400)
    messages.success(request, _("签字件已上传，待大气办确认。"))
    return see_other("plans:letter", pk=pk)


@room("plans", "letter_step", policy="plans.letter.see", methods=("POST",))
def step(request: Request, pk: int, step: str) -> HttpResponseBase:
    """Withdraw, confirm, return, revoke, remind: the action asks who may."""
    found = _letter(request, pk)
    acts = {"withdraw": actions.withdraw_letter, "confirm": actions.confirm_letter}
    reasoned = {"return": actions.return_letter, "revoke": actions.revoke_letter}
    if step in acts:
        acts[step](request.person, found)
    elif step in reasoned:
        reasoned[step](request.person, found, reason=request.POST.get("reason", ""))
    elif step == "remind":
        reached = actions.remind_letters(request.person, found.batch, only=found)
        if reached:
            messages.success(request, _("已提醒。"))
        else:
            messages.warning(request, _("这个单位没有能收到提醒的账号，请电话联系。"))
    else:
        raise Http404
    return see_other("plans:letter", pk=pk)


def _page(request: Request, found: Letter, *, wrong: Fault | None = None, status: int = 200) -> HttpResponseBase:
    steps = LETTER.allowed(found, request.person)
    copies = list(found.copies.all())
    turn = max((one.turn for one in copies), default=0)
    office = policy.may(request.person, "plans.letter.create", found.plan)
    return page(
        request,
        "plans/letters/letter.html",
        status=status,
        title=found.title,
        crumbs=[(pgettext_lazy("menu", "责任书"), reverse("plans:letters"))],
        letter=found,
        light=queries.light(found),
        copies=[one for one in copies if one.turn == turn],
        earlier=[one for one in copies if one.turn != turn],
        can_hand_in=any(one.name == "hand_in" for one in steps),
        wrong=wrong,
        accept=accept(),
        outdated=office and queries.Duties(found.plan, register_of(request.person), found.unit_id).changed(found),
        replaced_by=found.replaced_by.first() if found.state == "superseded" else None,
        sees_plan=policy.may(request.person, "plans.see", found.plan),
        office=office,
        can_remind=office and found.state in queries.WAITING,
        day=clock.today(),
        buttons=_buttons(found, steps),
    )


def _buttons(found: Letter, steps: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {"step": one, "url": reverse("plans:letter_step", args=[found.pk, one.name])}
        for one in steps
        if one.name != "hand_in"
    ]


def file_response(content: bytes, name: str, media_type: str) -> HttpResponse:
    """A file that is made for the reader, to be saved under its name."""
    response = HttpResponse(content, content_type=media_type)
    ending = name.rpartition(".")[2]
    response["Content-Disposition"] = f"attachment; filename=\"letter.{ending}\"; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _letter(request: Request, pk: int) -> Letter:
    found = queries.letter(request.person, pk)
    if found is None:
        raise Http404
    return found


def _batch(request: Request, pk: int) -> LetterBatch:
    found = queries.batches(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _copy(request: Request, pk: int) -> LetterCopy:
    rows = LetterCopy.objects.filter(letter__in=Letter.objects.visible_to(request.person).values("pk"))
    found = rows.select_related("attachment").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
