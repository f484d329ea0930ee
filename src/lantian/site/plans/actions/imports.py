"""Taking documents in: reading, correcting, confirming; and deciding on what was found in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import models, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.plandoc.document import ReadError
from lantian.plandoc.plan import Goal
from lantian.plandoc.plan import Task as TaskContract
from lantian.site.core import attachments, clock, jobs
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.models import Attachment
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area
from lantian.site.plans import confirming, reading
from lantian.site.plans import draft as drafts
from lantian.site.plans.actions.cycles import suggest_cycles
from lantian.site.plans.draft import Decision, Draft, Patch
from lantian.site.plans.models import Correction, Finding, ImportDraft, Plan, PlanImport
from lantian.site.plans.states import FINDING, IMPORT

Progress = Callable[..., None]


def upload_document(
    actor: Actor,
    file: attachments.Upload,
    name: str,
    *,
    area: Area,
    media_type: str = "application/octet-stream",
    revises: Plan | None = None,
    upper: bool = False,
) -> PlanImport:
    """Take a document in and have it read in the background; `revises` is the plan whose revised document it is,
    `upper` says that it is the plan of a level above.

    Raises
    ------
    Refused, Invalid : the file is empty or too large
    """
    created = _take_in(actor, file, name, area=area, media_type=media_type, revises=revises, upper=upper)
    return _enqueue(actor, created)


def retry_import(actor: Actor, plan_import: PlanImport) -> PlanImport:
    """Have a document read again whose job was stopped or broke off."""
    with change(actor, plan_import, "plans.import.parse") as current:
        IMPORT.find(current, "parse")
        if current.job and not current.job.is_over:
            raise WrongState(_("这份文件正在解析。"), remedy=_("请等它完成，或先停止。"))
    return _enqueue(actor, current)


def parse_import(actor: Actor, plan_import: PlanImport, progress: Progress) -> PlanImport:
    """Read the document, find its tasks, check it; the import goes to review, or fails with a sentence for the reader.

    A document that cannot be read is removed at once; only the record with the sentence stays.
    """
    with change(actor, plan_import, "plans.import.parse") as current:
        IMPORT.step(current, "parse")
    try:
        if current.attachment is None:
            raise ReadError("broken", "文件已不在，请重新上传。", "The file is gone; upload it again.")
        result = reading.read_plan(attachments.path_of(current.attachment), current.file_name, progress)
    except ReadError as error:
        return _fail(actor, current, error)
    except jobs.Cancelled:
        discard_import(actor, current)
        raise
    with change(actor, current, "plans.import.review", tasks=len(result.plan.tasks)) as current:
        IMPORT.step(current, "review")
        current.title = (result.plan.title or "")[:300]
        ImportDraft.objects.update_or_create(
            plan_import=current,
            defaults={
                "content": Draft.of(result.plan, result.findings, warnings=result.warnings).model_dump(mode="json"),
                "source": result.source,
                "blocks": result.blocks,
            },
        )
    return current


def correct_task(
    actor: Actor, plan_import: PlanImport, task: int, values: Mapping[str, Any], *, reason: str = "", finding: str = ""
) -> PlanImport:
    """Give fields of a task in the draft new values (as JSON keeps them); the checks run again."""

    def patches(draft: Draft) -> list[Patch]:
        return drafts.change_fields(_found(draft, task), dict(values))

    return _correct(
        actor, plan_import, patches, _("任务 {task}：改{fields}"), reason, finding, task=task, fields=values
    )


def correct_head(
    actor: Actor, plan_import: PlanImport, values: Mapping[str, Any], *, reason: str = "", finding: str = ""
) -> PlanImport:
    """Give fields of the plan's head (title, issuer, dates …) new values."""

    def patches(draft: Draft) -> list[Patch]:
        return drafts.change_head(draft, dict(values))

    return _correct(actor, plan_import, patches, _("方案：改{fields}"), reason, finding, fields=values)


def remove_task(actor: Actor, plan_import: PlanImport, task: int, *, reason: str = "", finding: str = "") -> PlanImport:
    """Take a task out of the draft."""
    return _correct(
        actor,
        plan_import,
        lambda d: drafts.remove_task(d, _found(d, task)),
        _("删除任务 {task}"),
        reason,
        finding,
        task=task,
    )


def add_task(
    actor: Actor, plan_import: PlanImport, text: str, *, after: int | None = None, reason: str = ""
) -> PlanImport:
    """Put a task into the draft that the reader missed; its other fields are filled in afterwards."""
    if not text.strip():
        raise Invalid(_("请填写任务内容。"), fields={"text": _("请填写任务内容。")})

    def patches(draft: Draft) -> list[Patch]:
        behind = draft.find(after) if after is not None else None
        section = behind.task.section if behind else None
        part = behind.task.part if behind else "body"
        return drafts.add_task(draft, TaskContract(text=text.strip(), section=section, part=part), after=after)

    return _correct(actor, plan_import, patches, _("新增任务"), reason, "")


def split_task(
    actor: Actor, plan_import: PlanImport, task: int, texts: Sequence[str], *, reason: str = ""
) -> PlanImport:
    """Make several tasks of one in the draft, each with a part of its text."""
    parts = [text.strip() for text in texts if text.strip()]
    if len(parts) < 2:
        raise Invalid(_("请至少分成两条。"), fields={"text": _("在分开的地方空一行。")})
    return _correct(
        actor,
        plan_import,
        lambda d: drafts.split_task(d, _found(d, task), parts),
        _("拆分任务 {task}"),
        reason,
        "",
        task=task,
    )


def join_tasks(actor: Actor, plan_import: PlanImport, first: int, second: int, *, reason: str = "") -> PlanImport:
    """Make one task of two in the draft."""
    if first == second:
        raise Invalid(_("请选择另一条任务。"))
    return _correct(
        actor,
        plan_import,
        lambda d: drafts.join_tasks(d, _found(d, first), _found(d, second)),
        _("合并任务 {task}"),
        reason,
        "",
        task=first,
    )


def correct_goal(
    actor: Actor, plan_import: PlanImport, goal: int, values: Mapping[str, Any], *, reason: str = ""
) -> PlanImport:
    """Give a goal of the draft, by its place, new values."""

    def patches(draft: Draft) -> list[Patch]:
        goals = _goals(draft, goal)
        goals[goal] = Goal.model_validate({**goals[goal].model_dump(mode="json"), **values})
        return drafts.change_goals(draft, goals)

    return _correct(actor, plan_import, patches, _("修改目标"), reason, "")


def add_goal(actor: Actor, plan_import: PlanImport, values: Mapping[str, Any], *, reason: str = "") -> PlanImport:
    """Put a goal into the draft that the reader missed."""

    def patches(draft: Draft) -> list[Patch]:
        return drafts.change_goals(draft, [*draft.plan.goals, Goal.model_validate(dict(values))])

    return _correct(actor, plan_import, patches, _("新增目标"), reason, "")


def remove_goal(actor: Actor, plan_import: PlanImport, goal: int, *, reason: str = "") -> PlanImport:
    """Take a goal, by its place, out of the draft."""

    def patches(draft: Draft) -> list[Patch]:
        goals = _goals(draft, goal)
        del goals[goal]
        return drafts.change_goals(draft, goals)

    return _correct(actor, plan_import, patches, _("删除目标"), reason, "")


def _goals(draft: Draft, goal: int) -> list[Goal]:
    if not 0 <= goal < len(draft.plan.goals):
        raise WrongState(_("这个目标已经不在了。"), remedy=_("请刷新页面。"))
    return list(draft.plan.goals)


def rename_unit(
    actor: Actor, plan_import: PlanImport, old: str, new: str, *, reason: str = "", finding: str = ""
) -> PlanImport:
    """Write a unit's name anew wherever the draft has exactly this name."""
    if not new.strip():
        raise Invalid(_("请填写单位名称。"), fields={"new": _("请填写单位名称。")})
    return _correct(
        actor,
        plan_import,
        lambda d: drafts.rename_unit(d, old, new.strip()),
        _("单位“{old}”改为“{new}”"),
        reason,
        finding,
        old=old,
        new=new.strip(),
    )


def undo_correction(actor: Actor, plan_import: PlanImport) -> PlanImport:
    """Take the last correction back."""
    with change(actor, plan_import, "plans.import.undo") as current:
        IMPORT.step(current, "undo")
        last = current.corrections.filter(undone_at=None).last()
        if last is None:
            raise WrongState(_("没有可以撤销的更正。"))
        kept = current.draft
        patches = [Patch.model_validate(p) for p in last.patches]
        try:
            draft = drafts.undo(kept.parsed, patches, reading.checker(kept.source))
        except drafts.Stale as error:
            raise _stale() from error
        last.undone_at, last.undone_by = clock.now(), _person(actor)
        last.save(update_fields=["undone_at", "undone_by"])
        _keep(current, kept, draft)
    return current


def judge_finding(actor: Actor, plan_import: PlanImport, key: str, verdict: str, *, reason: str) -> PlanImport:
    """Say of a finding in the draft that it is accepted (the text stands) or dismissed (no problem), and why.

    The verdict 'open' takes an earlier word back.
    """
    step = {"accepted": "accept", "dismissed": "dismiss", "open": "reopen"}.get(verdict)
    if step is None:
        raise Invalid(_("没有这种处理方式。"))
    with change(actor, plan_import, "plans.import.judge", note=reason, finding=key, verdict=verdict) as current:
        IMPORT.step(current, "judge")
        kept = current.draft
        draft = kept.parsed
        finding = next((f for f in draft.findings if drafts.finding_key(f) == key), None)
        if finding is None:
            raise WrongState(_("这个疑点已经不在了。"), remedy=_("请刷新页面。"))
        before = draft.decisions.get(key)
        shown = Finding(state=before.state if before else FINDING.start, message=finding.message)
        FINDING.step(shown, step, reason=reason.strip())
        if verdict == "open":
            del draft.decisions[key]
        else:
            draft.decisions[key] = Decision.model_validate(
                {
                    "state": verdict,
                    "reason": reason.strip(),
                    "person": getattr(actor, "pk", None),
                    "person_name": actor.title,
                    "at": clock.now(),
                }
            )
        _keep(current, kept, draft)
    return current


def discard_import(actor: Actor, plan_import: PlanImport) -> PlanImport:
    """Throw an import away: draft, corrections and file go, the record that it was discarded stays."""
    with change(actor, plan_import, "plans.import.discard") as current:
        IMPORT.step(current, "discard")
        ImportDraft.objects.filter(plan_import=current).delete()
        current.corrections.all().delete()
        current.finished_at = clock.now()
        _forget_file(current)
    return current


def confirm_import(actor: Actor, plan_import: PlanImport) -> Plan:
    """Start the campaign: the draft becomes plan, clauses, tasks, roles, quantities, goals and findings, with units
    and towns by name, with the cycles of reporting that its text asks for; all of it or nothing."""
    with change(actor, plan_import, "plans.import.confirm") as current:
        if current.purpose == "revision":
            raise WrongState(_("这是修订稿，不能作为新方案确认。"), remedy=_("请点“与现方案比对”。"))
        if current.purpose == "upper":
            raise WrongState(_("这是上级方案，不在本区启动。"), remedy=_("请点“存为上级方案”。"))
        IMPORT.step(current, "confirm")
        if current.attachment is None:
            raise WrongState(_("原文件已不在，不能确认。"), remedy=_("请重新导入。"))
        kept = current.draft
        draft = kept.parsed
        if not draft.tasks:
            raise Invalid(_("没有任务，不能确认。"), remedy=_("请先新增任务，或放弃这次导入。"))
        plan = confirming.store(actor, current, draft, kept.source, kept.blocks)
        suggest_cycles(actor, plan)
        current.plan, current.title, current.finished_at = plan, plan.title, clock.now()
        kept.delete()
    return plan


def decide_finding(actor: Actor, finding: Finding, step: str, *, reason: str) -> Finding:
    """Accept, dismiss, mark as corrected or reopen a finding of a confirmed plan."""
    if step not in FINDING.step_names:
        raise Invalid(_("没有这种处理方式。"))
    with change(actor, finding, f"plans.finding.{step}", note=reason) as current:
        FINDING.step(current, step, reason=reason.strip())
        current.reason = reason.strip()[:500]
        current.decided_by, current.decided_at = _person(actor), clock.now()
    return current


def import_file(
    actor: Actor, path: Path | str, *, confirm: bool, area: Area | None = None, progress: Progress | None = None
) -> PlanImport:
    """Read a document from disk at once, as the command line does: to review, or with `confirm` to a started plan.

    Raises
    ------
    Refused, Invalid : not allowed; empty or too large file; no area set up yet
    ReadError : the document cannot be read; the record of the failure stays
    """
    path = Path(path)
    if area is None:
        area = Area.objects.filter(parent=None).order_by("pk").first()
        if area is None:
            raise Invalid(_("还没有行政区。"), remedy=_("请先运行 lantian init 建立本区。"))
    with path.open("rb") as opened:
        plan_import = _take_in(actor, File(opened), path.name, area=area)
    plan_import = parse_import(actor, plan_import, progress or (lambda share, message="": None))
    if plan_import.state == "failed":
        raise ReadError("broken", plan_import.error_zh, plan_import.error_en)
    if confirm:
        confirm_import(actor, plan_import)
        plan_import.refresh_from_db()
    return plan_import


def _take_in(
    actor: Actor,
    file: attachments.Upload,
    name: str,
    *,
    area: Area,
    media_type: str = "application/octet-stream",
    revises: Plan | None = None,
    upper: bool = False,
) -> PlanImport:
    with change(actor, PlanImport(area=area), "plans.import") as created:
        created.file_name = attachments.safe_name(name)
        created.attachment = attachments.store(file, name, actor, media_type=media_type)
        created.created_by, created.created_at = _person(actor), clock.now()
        if revises is not None:
            created.purpose, created.revises = "revision", revises
        elif upper:
            created.purpose = "upper"
    return created


def _enqueue(actor: Actor, plan_import: PlanImport) -> PlanImport:
    with transaction.atomic():
        job = jobs.enqueue("plans.parse", actor, plan_import=plan_import.pk)
        # alone, for a job that runs at once has already moved the import on
        PlanImport.objects.filter(pk=plan_import.pk).update(job=job)
    plan_import.refresh_from_db()
    return plan_import


def _fail(actor: Actor, plan_import: PlanImport, error: ReadError) -> PlanImport:
    with change(actor, plan_import, "plans.import.fail", note=error.zh, code=error.code) as current:
        IMPORT.step(current, "fail")
        current.error_zh, current.error_en = error.zh, error.en
        current.finished_at = clock.now()
        _forget_file(current)
    return current


def _forget_file(plan_import: PlanImport) -> None:
    """Remove the import's file after the transaction, unless another record holds the same content."""
    attachment: Attachment | None = plan_import.attachment
    if attachment is None:
        return
    plan_import.attachment = None
    PlanImport.objects.filter(pk=plan_import.pk).update(attachment=None)
    path, content = attachments.path_of(attachment), attachment.sha256
    attachment.delete()

    def unlink() -> None:
        if not Attachment.objects.filter(sha256=content).exists():
            path.unlink(missing_ok=True)

    transaction.on_commit(unlink)


def _correct(
    actor: Actor,
    plan_import: PlanImport,
    patches_of: Callable[[Draft], list[Patch]],
    what: Any,
    reason: str,
    finding: str,
    **facts: Any,
) -> PlanImport:
    """Apply patches to the draft and keep them, with person, time and reason, so that they can be taken back."""
    told: list[dict[str, Any]] = []  # filled below: change() reads it at the end
    with change(actor, plan_import, "plans.import.correct", note=reason, patches=told) as current:
        IMPORT.step(current, "correct")
        kept = current.draft
        draft = kept.parsed
        patches = patches_of(draft)
        if not patches:
            raise Invalid(_("没有改动。"))
        told += [p.model_dump(mode="json", exclude_none=True) for p in patches]
        try:
            changed = drafts.apply(draft, patches, reading.checker(kept.source))
        except drafts.Stale as error:
            raise _stale() from error
        number = (current.corrections.aggregate(last=models.Max("number"))["last"] or 0) + 1
        Correction.objects.create(
            plan_import=current,
            number=number,
            person=_person(actor),
            at=clock.now(),
            what=_what(draft, what, facts)[:300],
            reason=reason.strip()[:500],
            finding_key=finding[:64],
            patches=[p.model_dump(mode="json") for p in patches],
        )
        _keep(current, kept, changed)
    return current


def _what(draft: Draft, what: Any, facts: Mapping[str, Any]) -> str:
    words = dict(facts)
    if "fields" in words:
        words["fields"] = "、".join(str(confirming.FIELD_NAMES.get(f, f)) for f in words["fields"])
    if "task" in words:
        found = draft.find(words["task"])
        words["task"] = (found.task.number or found.task.title or f"#{found.id}") if found else words["task"]
    return str(format_lazy(what, **words))


def _keep(plan_import: PlanImport, kept: ImportDraft, draft: Draft) -> None:
    kept.keep(draft)
    plan_import.title = (draft.plan.title or "")[:300]


def _found(draft: Draft, task: int) -> drafts.DraftTask:
    found = draft.find(task)
    if found is None:
        raise WrongState(_("这条任务已经不在了。"), remedy=_("请刷新页面。"))
    return found


def _stale() -> WrongState:
    return WrongState(_("这一处刚刚被改过。"), remedy=_("请刷新页面后再改。"))


def _person(actor: Actor) -> Any:
    return actor if isinstance(actor, models.Model) else None
