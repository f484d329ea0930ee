"""A later date for a task, or leave not to report on it: asked by a unit, consented by a leader where the rule says so,
decided by the air office."""

from __future__ import annotations

import datetime as dt

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.progress import Extensions
from lantian.site.core import clock, notify, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.org.liaisons import Liaisons
from lantian.site.org.models import Unit
from lantian.site.plans import lights
from lantian.site.plans.actions import evidence
from lantian.site.plans.actions.common import person_of, require_role
from lantian.site.plans.actions.milestones import follow_due
from lantian.site.plans.models import ExtensionRequest, Task
from lantian.site.plans.states import EXTENSION

notify.declare("plans.extension_decided", _("延期免报申请有结果"))


def needs_consent(request: ExtensionRequest) -> bool:
    """Whether the rule `extensions` asks for a leader's consent to a request."""
    rule = rulebook.get("extensions", as_=Extensions, on=clock.today())
    if request.kind == "exemption":
        return rule.consent_for_exemptions
    if rule.consent_over_days is None:
        return False
    if request.old_due is None or request.until is None:
        return True
    return (request.until - request.old_due).days > rule.consent_over_days


def ask_extension(
    actor: Actor,
    task: Task,
    unit: Unit,
    *,
    kind: str,
    text: str,
    until: dt.date | None = None,
    files: evidence.Files = (),
) -> ExtensionRequest:
    """Ask for a later date (`kind='extension'`) or for leave not to report (`exemption`, to a day or for good)."""
    asked = ExtensionRequest(task=task, unit=unit)
    policy.require(actor, "plans.extension.ask", asked)
    files = evidence.looked_over(files)
    with change(actor, asked, "plans.extension.ask") as made:
        _check(task, kind, text, until)
        if task.state in lights.OVER:
            raise WrongState(_("任务已经销号或撤销。"))
        require_role(task, unit)
        made.kind, made.text, made.until, made.old_due = kind, text.strip(), until, task.due
        made.asked_by, made.asked_at = person_of(actor), clock.now()
        made.full_clean()
        made.save()
        evidence.keep(actor, made, files)
    return made


def forward_extension(actor: Actor, request: ExtensionRequest) -> ExtensionRequest:
    """Put a request before the leader."""
    with change(actor, request, "plans.extension.forward") as current:
        EXTENSION.step(current, "forward")
    return current


def consent_extension(actor: Actor, request: ExtensionRequest) -> ExtensionRequest:
    """A leader consents; the air office grants."""
    with change(actor, request, "plans.extension.consent") as current:
        EXTENSION.step(current, "consent")
        current.consent_by, current.consent_at = person_of(actor), clock.now()
    return current


def decline_extension(actor: Actor, request: ExtensionRequest, *, reason: str) -> ExtensionRequest:
    """A leader does not consent, which ends the request."""
    with change(actor, request, "plans.extension.decline", note=reason) as current:
        EXTENSION.step(current, "decline", reason=reason.strip())
        _decided(actor, current, reason)
    return current


def grant_extension(actor: Actor, request: ExtensionRequest, *, reason: str = "") -> ExtensionRequest:
    """Grant a request: the task's due date moves, the plan's words stay; or the unit is free of reports.

    Raises
    ------
    WrongState : the rule asks for a leader's consent first, or the task's date is already later than asked for
    """
    with change(actor, request, "plans.extension.grant", note=reason) as current:
        if current.state == "asked" and needs_consent(current):
            raise WrongState(_("这份申请须先报领导同意。"), remedy=_("请点“报领导同意”。"))
        EXTENSION.step(current, "grant")
        task = locked(Task.objects.filter(pk=current.task_id).select_related("parent")).get()
        if current.kind == "extension":
            if task.due is not None and current.until is not None and task.due >= current.until:
                raise WrongState(_("任务的到期日已经不早于所申请的日期。"), remedy=_("请核对后不批准这份申请。"))
            current.old_due = task.due
            task.due = current.until
            if task.parent is not None and task.parent.due and task.due and task.due > task.parent.due:
                task.late_reason = current.text[:300]
            task.save(update_fields=["due", "late_reason"])
            follow_due(task)
        _decided(actor, current, reason)
    return current


def refuse_extension(actor: Actor, request: ExtensionRequest, *, reason: str) -> ExtensionRequest:
    """Refuse a request, saying why."""
    with change(actor, request, "plans.extension.refuse", note=reason) as current:
        EXTENSION.step(current, "refuse", reason=reason.strip())
        _decided(actor, current, reason)
    return current


def withdraw_extension(actor: Actor, request: ExtensionRequest) -> ExtensionRequest:
    """Take a request back."""
    with change(actor, request, "plans.extension.withdraw") as current:
        EXTENSION.step(current, "withdraw")
    return current


def _decided(actor: Actor, request: ExtensionRequest, reason: str) -> None:
    request.decided_by, request.decided_at = person_of(actor), clock.now()
    request.reason = reason.strip()[:500]
    notify.notify(
        Liaisons(clock.today()).of([request.unit]),
        "plans.extension_decided",
        title=format_lazy(_("{request}：{state}"), request=str(request), state=EXTENSION.label(request.state)),
        body=request.reason,
        url=request.get_absolute_url(),
        key=f"plans.extension:{request.pk}:{request.state}",
    )


def _check(task: Task, kind: str, text: str, until: dt.date | None) -> None:
    wrong = {}
    if not text.strip():
        wrong["text"] = _("请写明理由。")
    if kind == "extension" and until is None:
        wrong["until"] = _("请填写申请延至的日期。")
    elif until is not None and until < clock.today():
        wrong["until"] = _("日期不能早于今天。")
    elif kind == "extension" and task.due is not None and until is not None and until <= task.due:
        wrong["until"] = _("日期须晚于现在的到期日。")
    if wrong:
        raise Invalid(_("申请填写不完整。"), fields=wrong)
