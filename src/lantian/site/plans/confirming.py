"""Turns a reviewed draft into rows, and rows back into the contract. Called by actions inside their transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.plandoc import plan as contract
from lantian.site.core import clock
from lantian.site.core.policy import Actor
from lantian.site.org import actions as org
from lantian.site.org.models import Area, Person
from lantian.site.plans.draft import Draft, Touching, finding_key
from lantian.site.plans.models import (
    Clause,
    Finding,
    Goal,
    Plan,
    PlanImport,
    PlanVersion,
    Task,
    TaskQuantity,
    TaskRole,
)

FIELD_NAMES = {
    "title": _("标题"),
    "text": _("内容"),
    "number": _("编号"),
    "upstream_number": _("上级编号"),
    "section": _("章节"),
    "lead": _("牵头单位"),
    "responsible": _("责任单位"),
    "assist": _("协办单位"),
    "leaders": _("牵头领导"),
    "deadline_text": _("完成时限"),
    "deadline": _("文中日期"),
    "due": _("到期日"),
    "due_rule": _("时限规则"),
    "recurrence": _("频次"),
    "quantities": _("指标数"),
    "notice_title": _("通知名称"),
    "issuer": _("发文单位"),
    "doc_number": _("文号"),
    "issued_on": _("发文日期"),
    "district": _("适用地区"),
    "period_start": _("起始日期"),
    "period_end": _("终止日期"),
}
UNIT_ROLES = ("lead", "responsible", "assist")


def store(actor: Actor, plan_import: PlanImport, draft: Draft, source: str, blocks: Any) -> Plan:
    """Write the draft as a plan with all that belongs to it."""
    whole = draft.whole()
    area = plan_import.area
    plan = Plan(
        area=area,
        title=(whole.title or plan_import.file_name)[:300],
        notice_title=(whole.notice_title or "")[:300],
        issuer=(whole.issuer or "")[:200],
        doc_number=(whole.doc_number or "")[:100],
        issued_on=whole.issued_on,
        district=(whole.district or "")[:100],
        period_start=whole.period_start,
        period_end=whole.period_end,
        schema_version=whole.schema_version,
        attachment=plan_import.attachment,
        source=source,
        blocks=blocks,
        spans={k: json_of(s) for k, s in whole.spans.items()},
        confirmed_by=actor if isinstance(actor, Person) else None,
        confirmed_at=clock.now(),
    )
    plan.full_clean(exclude=["source", "blocks"])
    plan.save()
    towns = towns_of(area, whole)
    tasks = store_tasks(plan, whole, [t.id for t in draft.tasks], _store_clauses(plan, whole))
    store_roles(actor, area, tasks, whole)
    store_quantities(tasks, whole, towns)
    _store_goals(plan, whole, towns)
    _store_findings(plan, plan_import, draft, tasks)
    first_version(plan, whole, tasks)
    return plan


def first_version(plan: Plan, whole: contract.Plan, tasks: Sequence[Task]) -> PlanVersion:
    """Keep the document that started a plan, its tasks as first written, as the plan's version 1."""
    return PlanVersion.objects.create(
        plan=plan,
        number=1,
        title=plan.title,
        doc_number=plan.doc_number,
        issued_on=plan.issued_on,
        attachment_id=plan.attachment_id,
        content=whole.model_dump(mode="json", exclude={"findings"}),
        tasks={str(k): task.pk for k, task in enumerate(tasks)},
        source=plan.source,
        blocks=plan.blocks,
        state="done",
        created_by_id=plan.confirmed_by_id,
        created_at=plan.confirmed_at,
        finished_at=plan.confirmed_at,
    )


def _store_clauses(plan: Plan, whole: contract.Plan) -> dict[str, Clause]:
    """Sections in the order of their first task, then passages; the sections by name."""
    sections = list(dict.fromkeys(task.section for task in whole.tasks if task.section))
    rows = [Clause(plan=plan, position=k, kind="section", section=name[:300]) for k, name in enumerate(sections)]
    rows += [
        Clause(
            plan=plan, position=k, kind="passage", section=(p.section or "")[:300], text=p.text, span=json_of(p.span)
        )
        for k, p in enumerate(whole.passages, len(sections))
    ]
    stored = Clause.objects.bulk_create(rows)
    return dict(zip(sections, stored, strict=False))


def store_tasks(
    plan: Plan, whole: contract.Plan, draft_ids: Sequence[int | None], clauses: Mapping[str, Clause]
) -> list[Task]:
    """Store tasks in their order, without roles and numbers."""
    return Task.objects.bulk_create(
        Task(
            area=plan.area,
            plan=plan,
            clause=clauses.get(task.section or ""),
            position=k,
            number=(task.number or "")[:40],
            upstream_number=(task.upstream_number or "")[:40],
            part=task.part,
            title=(task.title or "")[:300],
            text=task.text,
            deadline_text=(task.deadline_text or "")[:200],
            deadline=task.deadline,
            due=task.due,
            due_rule=(task.due_rule or "")[:200],
            recurrence=task.recurrence or "",
            inherited=task.inherited,
            spans={name: json_of(span) for name, span in task.spans.items()},
            draft_task=id,
        )
        for k, (id, task) in enumerate(zip(draft_ids, whole.tasks, strict=True))
    )


def store_roles(actor: Actor, area: Area, tasks: list[Task], whole: contract.Plan) -> None:
    """Store who does what in freshly stored tasks."""
    names = {name for task in whole.tasks for role in UNIT_ROLES for name in getattr(task, role)}
    units = org.ensure_units(actor, sorted(names), area).units
    rows = []
    for row, task in zip(tasks, whole.tasks, strict=True):
        named = [(role, name) for role in contract.ROLES for name in getattr(task, role)]
        for k, (role, name) in enumerate(named):  # runs through all roles, so that no two of a task stand in one place
            unit = units[name.strip()] if role in UNIT_ROLES else None
            rows.append(TaskRole(task=row, role=role, unit=unit, position=k, name=name[:200]))
    TaskRole.objects.bulk_create(rows, batch_size=500)


def store_quantities(tasks: list[Task], whole: contract.Plan, towns: dict[str, Area]) -> None:
    """Store the numbers of freshly stored tasks."""
    rows = [
        TaskQuantity(task=row, position=k, **quantity_values(q, towns))
        for row, task in zip(tasks, whole.tasks, strict=True)
        for k, q in enumerate(task.quantities)
    ]
    TaskQuantity.objects.bulk_create(rows, batch_size=500)


def quantity_values(q: contract.Quantity, towns: dict[str, Area]) -> dict[str, Any]:
    """The fields of a stored number."""
    return {
        "text": q.text[:300],
        "what": (q.what or "")[:200],
        "value": q.value,
        "unit": q.unit[:60],
        "town": towns.get(q.town or ""),
        "town_name": (q.town or "")[:100],
        "op": q.op,
        "kind": q.kind,
        "span": json_of(q.span),
    }


def _store_goals(plan: Plan, whole: contract.Plan, towns: dict[str, Area]) -> None:
    Goal.objects.bulk_create(
        Goal(plan=plan, position=k, **goal_values(goal, towns)) for k, goal in enumerate(whole.goals)
    )


def goal_values(goal: contract.Goal, towns: dict[str, Area]) -> dict[str, Any]:
    """The fields of a stored goal."""
    return {
        "text": goal.text,
        "indicator": goal.indicator,
        "op": goal.op,
        "value": goal.value,
        "unit": (goal.unit or "")[:60],
        "baseline": (goal.baseline or "")[:200],
        "scope": goal.scope[:100],
        "town": towns.get(goal.scope),
        "period_start": goal.period_start,
        "period_end": goal.period_end,
        "where": (goal.where or "")[:300],
        "span": json_of(goal.span),
    }


def _store_findings(plan: Plan, plan_import: PlanImport, draft: Draft, tasks: list[Task]) -> None:
    """Findings with what was decided in review; those that corrections removed are kept as corrected."""
    touching = Touching([t.task for t in draft.tasks])
    corrections = list(plan_import.corrections.filter(undone_at=None))
    by_key = {c.finding_key: c for c in corrections if c.finding_key}
    rows: list[tuple[Finding, list[int]]] = []
    for finding in [*draft.findings, *draft.corrected_findings()]:
        row = Finding(
            plan=plan,
            position=len(rows),
            code=finding.code,
            severity=finding.severity,
            message=finding.message,
            message_en=finding.message_en,
            task_numbers=finding.task_numbers,
            spans=[json_of(s) for s in finding.spans],
        )
        key = finding_key(finding)
        if decision := draft.decided(finding):
            row.state, row.reason = decision.state, decision.reason[:500]
            row.decided_by_id, row.decided_at = decision.person, decision.at
        elif finding not in draft.findings:
            correction = by_key.get(key) or (corrections[-1] if corrections else None)
            row.state = "corrected"
            if correction:
                row.reason = (correction.reason or correction.what)[:500]
                row.decided_by_id, row.decided_at = correction.person_id, correction.at
        rows.append((row, touching.of(finding)))
    stored = Finding.objects.bulk_create([row for row, _touched in rows])
    links = Finding.tasks.through
    links.objects.bulk_create(
        [
            links(finding_id=row.pk, task_id=tasks[k].pk)
            for row, (_row, touched) in zip(stored, rows, strict=True)
            for k in touched
        ]
    )


def towns_of(area: Area, whole: contract.Plan) -> dict[str, Area]:
    """Towns that the plan splits numbers to, by the name as written: those that the district knows by it."""
    names = {q.town for task in whole.tasks for q in task.quantities if q.town}
    names |= {goal.scope for goal in whole.goals if goal.scope != "district"}
    known: dict[str, Area] = {}
    for town in Area.objects.filter(parent=area) if names else ():
        for name in [town.name, *town.aliases]:
            known.setdefault(name, town)
    return {name: known[name] for name in names if name in known}


def json_of(span: contract.Span | None) -> dict[str, Any] | None:
    """A place as stored."""
    return span.model_dump(exclude_none=True) if span else None


def contract_of(plan: Plan) -> contract.Plan:
    """A stored plan in the shape of the contract, for export. A bounded number of SQL queries."""
    whole = head_contract(plan)
    tasks = (
        plan.tasks.whole().exclude(state="withdrawn").select_related("clause").prefetch_related("roles", "quantities")
    )
    whole.tasks = [task_contract(task) for task in tasks.order_by("position", "pk")]
    whole.findings = [_finding(f) for f in plan.findings.exclude(state="corrected")]
    return whole


def head_contract(plan: Plan) -> contract.Plan:
    """Head, goals and passages of a stored plan in the shape of the contract."""
    return contract.Plan(
        schema_version=plan.schema_version,
        source=plan.attachment.name,
        title=plan.title,
        notice_title=plan.notice_title or None,
        issuer=plan.issuer or None,
        doc_number=plan.doc_number or None,
        issued_on=plan.issued_on,
        district=plan.district or None,
        period_start=plan.period_start,
        period_end=plan.period_end,
        goals=[goal_contract(goal) for goal in plan.goals.all()],
        passages=[
            contract.Passage(section=c.section or None, text=c.text, span=c.span)
            for c in plan.clauses.filter(kind="passage")
        ],
        spans=plan.spans,
    )


def task_contract(task: Task) -> contract.Task:
    """A stored task, its roles and numbers loaded, in the shape of the contract. Without places where a revised
    document has given it its wording: spans of the contract lead into the first one."""
    names: dict[str, list[str]] = {role: [] for role in contract.ROLES}
    for role in task.roles.all():
        names[role.role].append(role.name)
    return contract.Task.model_validate(
        {
            "number": task.number or None,
            "upstream_number": task.upstream_number or None,
            "section": task.clause.section if task.clause else None,
            "part": task.part,
            "title": task.title or None,
            "text": task.text,
            **names,
            "deadline_text": task.deadline_text or None,
            "deadline": task.deadline,
            "due": task.due,
            "due_rule": task.due_rule or None,
            "recurrence": task.recurrence or None,
            "quantities": [_quantity(q) for q in task.quantities.all() if q.kind != "withdrawn"],
            "inherited": task.inherited,
            "spans": {} if task.version_id else task.spans,
        }
    )


def _quantity(q: TaskQuantity) -> dict[str, Any]:
    return {
        "text": q.text,
        "what": q.what or None,
        "value": q.value,
        "unit": q.unit,
        "town": q.town_name or None,
        "op": q.op,
        "kind": q.kind,
        "span": q.span,
    }


def goal_contract(goal: Goal) -> contract.Goal:
    """A stored goal in the shape of the contract."""
    return contract.Goal.model_validate(
        {
            "text": goal.text,
            "indicator": goal.indicator,
            "op": goal.op,
            "value": goal.value,
            "unit": goal.unit or None,
            "baseline": goal.baseline or None,
            "scope": goal.scope,
            "period_start": goal.period_start,
            "period_end": goal.period_end,
            "where": goal.where or None,
            "span": goal.span,
        }
    )


def _finding(finding: Finding) -> contract.Finding:
    return contract.Finding.model_validate(
        {
            "code": finding.code,
            "severity": finding.severity,
            "message": finding.message,
            "message_en": finding.message_en,
            "task_numbers": finding.task_numbers,
            "spans": finding.spans,
        }
    )
