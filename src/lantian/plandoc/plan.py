"""The plan as parsed: the contract of `lantian plan export --format json`."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = "1.0"

Indicator = Literal[
    "PM2.5_mean", "PM10_mean", "NO2_mean", "SO2_mean", "CO_P95", "O3_P90", "TSP_mean", "composite_index",
    "good_days", "heavy_days", "dustfall", "road_dust", "VOCs_reduction", "NOx_reduction", "SO2_reduction",
    "PM_reduction", "coal_reduction", "PM2.5_rank", "TSP_rank", "road_dust_rank", "city_rank", "other",
]  # fmt: skip
Recurrence = Literal["once", "daily", "weekly", "monthly", "quarterly", "yearly", "heating-season", "long-term"]
Comparison = Literal[
    "<", "<=", "=", "~", ">=", ">", "decrease", "decrease_pct>=", "improve", "complete", "not_in_bottom"
]
QuantityKind = Literal["target", "limit", "scope", "trigger", "frequency", "context"]
Part = Literal["body", "body-table", "annex-table"]
Severity = Literal["error", "warning", "note"]
FindingCode = Literal[
    "split_sum", "body_annex_number", "body_annex_date", "duplicate_row", "missing_unit", "missing_deadline",
    "before_issue", "outside_period", "role_conflict", "missing_annex", "count_mismatch", "unit_typo",
    "placeholder", "bad_character",
]  # fmt: skip
ROLES = ("lead", "responsible", "assist", "leaders")


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Span(Model):
    """A stretch of the source text, `source[start:end]`, and where its beginning lies (counted from 1)."""

    start: int
    end: int
    page: int | None = None
    line: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None


class Quantity(Model):
    """A number of a task: value and unit as written (5万吨 is 5 and 万吨)."""

    text: str
    what: str | None = None
    value: float
    unit: str
    town: str | None = None
    op: Comparison = "="
    kind: QuantityKind = "target"
    span: Span | None = None


class Goal(Model):
    """What the plan is to reach: indicator, comparison, value. `scope` is 'district' or the name as written; a goal
    that states no period of its own has the plan's."""

    text: str
    indicator: Indicator
    op: Comparison
    value: float | None = None
    unit: str | None = None
    baseline: str | None = None
    scope: str = "district"
    period_start: date | None = None
    period_end: date | None = None
    where: str | None = None
    span: Span | None = None


class Task(Model):
    """One task: a numbered item of the prose, or one row of a task table.

    `number` as printed; N-k is the k-th row of table item N, N(k) the sub-item k of prose item N; null where none
    is printed. `deadline` is a date that the text names, `due` the computed date, `due_rule` how it was computed.
    `spans` leads from a field ('text', 'title', 'lead[0]', 'deadline_text' …) to where it stands in the document.
    `inherited` names the fields taken from the row above (merged cells).
    """

    number: str | None = None
    upstream_number: str | None = None
    section: str | None = None
    part: Part = "body"
    title: str | None = None
    text: str
    lead: list[str] = Field(default_factory=list)
    responsible: list[str] = Field(default_factory=list)
    assist: list[str] = Field(default_factory=list)
    leaders: list[str] = Field(default_factory=list)
    deadline_text: str | None = None
    deadline: date | None = None
    due: date | None = None
    due_rule: str | None = None
    recurrence: Recurrence | None = None
    quantities: list[Quantity] = Field(default_factory=list)
    inherited: list[str] = Field(default_factory=list)
    spans: dict[str, Span] = Field(default_factory=dict)


class Finding(Model):
    """Something in the document that a person should look at. `task_numbers` name tasks by number, or by
    'annex:ROW' (running row of the annex, from 1) where none is printed."""

    code: FindingCode
    severity: Severity
    message: str
    message_en: str
    task_numbers: list[str] = Field(default_factory=list)
    spans: list[Span] = Field(default_factory=list)


class Passage(Model):
    """Running text that is no task (a preamble, a safeguard): kept so that checks see the whole document."""

    section: str | None = None
    text: str
    span: Span | None = None


class Plan(Model):
    """A plan document, parsed."""

    schema_version: str = SCHEMA_VERSION
    source: str | None = None
    title: str | None = None
    notice_title: str | None = None
    issuer: str | None = None
    doc_number: str | None = None
    issued_on: date | None = None
    district: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    goals: list[Goal] = Field(default_factory=list)
    tasks: list[Task] = Field(default_factory=list)
    passages: list[Passage] = Field(default_factory=list)
    findings: list[Finding] = Field(default_factory=list)
    spans: dict[str, Span] = Field(default_factory=dict)
