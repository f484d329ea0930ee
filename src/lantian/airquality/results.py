"""Results as other programs read them: one model each, with a JSON Schema beside this file.

`python -m lantian.airquality.results` renews the schemas.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from lantian.airquality.aqi import Aqi
from lantian.airquality.editions import POLLUTANTS, Edition
from lantian.airquality.interference import Suspect
from lantian.airquality.overview import Ranking
from lantian.airquality.quality import Checked
from lantian.airquality.statistics import Statistics

if TYPE_CHECKING:  # reading tables needs polars, an index does not
    from lantian.airquality.read.assemble import Measured
    from lantian.airquality.read.report import ReadReport

SCHEMA_VERSION = "1.0"
HERE = Path(__file__).parent


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reason(Part):
    """Why there is no index."""

    code: Literal["pollutant-missing", "nothing-measured"]
    missing: list[str]
    zh: str
    en: str


class AqiResult(Part):
    """`lantian air aqi`: the index of one day or hour. `aqi` is null where it is not available, with the reason."""

    schema_version: str = SCHEMA_VERSION
    report: Literal["day", "hour", "platform"]
    edition: str
    aqi: int | None = Field(ge=0, le=500)
    reason: Reason | None
    level: int | None = Field(ge=1, le=6)
    category: str | None
    category_en: str | None
    colour: tuple[int, int, int] | None
    primary: list[str]
    exceeding: list[str]
    iaqi: dict[str, int | None]
    not_read_rules: list[str]


class Figure(Part):
    """One pollutant over a span [µg/m³; CO mg/m³], of ozone all of the MDA8."""

    mean: float | None
    percentile: float | None
    percent: float
    valid_days: int
    enough: bool
    exceeding_days: int
    mean_multiple: float | None
    percentile_multiple: float | None


class SpanResult(Part):
    """A station or area over a span."""

    name: str
    span: str
    first: str
    last: str
    edition: str
    index_days: int
    good_days: int
    good_share: float | None
    heavy_days: int
    levels: list[int]
    composite: float | None
    largest: list[str]
    pollutants: dict[str, Figure]


class SkippedResult(Part):
    """Something that was not read."""

    code: str
    file: str
    row: int | None
    column: str
    value: str
    zh: str
    en: str


class ReadResult(Part):
    """What was read from files, with the number of values by factor; of each kind and file the first 200 left out are
    listed, all are counted."""

    files: list[str]
    rows: int
    values: int
    factors: dict[str, int]
    skipped_counts: dict[str, int]
    skipped: list[SkippedResult]
    notes: list[str]
    notes_en: list[str]


class EvaluationResult(Part):
    """`lantian air evaluate`."""

    schema_version: str = SCHEMA_VERSION
    read: ReadResult
    not_read_rules: list[str]
    results: list[SpanResult]


class RankedResult(Part):
    """A row of a ranking; `moved` is how many places were gained (positive) or lost."""

    place: int | None
    from_last: int | None
    name: str
    value: float | None
    tied: bool
    before: float | None
    before_place: int | None
    moved: int | None
    change: float | None


class RankingResult(Part):
    """`lantian air rank`."""

    schema_version: str = SCHEMA_VERSION
    read: ReadResult
    metric: str
    span: str
    before: str | None
    edition: str
    not_read_rules: list[str]
    rows: list[RankedResult]


class SuspicionResult(Part):
    """Hours in a row that a rule marks, for a person to look at."""

    station: str
    pollutant: str
    rule: str
    first: str
    last: str
    hours: int
    least: float
    largest: float
    zh: str
    en: str


class SignResult(Part):
    """A sign of interference at a station."""

    pollutant: str
    kind: str
    first: str
    last: str
    value: float
    neighbours: float
    points: float
    zh: str
    en: str


class SuspectResult(Part):
    """A station with signs of interference; the score adds up their points. A reason to look, no proof."""

    station: str
    score: float
    signs: list[SignResult]


class CheckResult(Part):
    """`lantian air check`: of which interval the values are, and what hours of the pollutants look like; `interference`
    needs the places of stations, the highest score comes first."""

    schema_version: str = SCHEMA_VERSION
    read: ReadResult
    interval: Literal["1h", "1d", "1mo"]
    marked_hours: dict[str, dict[str, int]]
    suspicions: list[SuspicionResult]
    interference: list[SuspectResult]


MODELS: dict[str, type[BaseModel]] = {
    "aqi": AqiResult,
    "evaluate": EvaluationResult,
    "rank": RankingResult,
    "check": CheckResult,
}


def short(item: str) -> str:
    """A pollutant, of ozone with its averaging time: 'pm25', 'o3_8h'."""
    return item if item.startswith("o3") else item.rsplit("_", 1)[0]


def aqi_result(found: Aqi) -> AqiResult:
    """The result of scalars."""
    category = found.category_at()
    missing = [pollutant for pollutant, flag in found.missing.items() if flag]
    there = category is not None
    iaqi = {short(item): int(value) if np.isfinite(value) else None for item, value in found.iaqi.items()}
    return AqiResult(
        report=found.report,
        edition=found.edition.name,
        aqi=int(found.aqi) if there else None,
        reason=None if there else _reason(missing, found.edition, nothing=all(v is None for v in iaqi.values())),
        level=int(found.level) if there else None,
        category=category.name.zh if category else None,
        category_en=category.name.en if category else None,
        colour=category.rgb if category else None,
        primary=[short(item) for item in found.primary_at()],
        exceeding=[short(item) for item in found.iaqi if found.exceeding(item)],
        iaqi=iaqi,
        not_read_rules=list(found.edition.index_not_read),
    )


def _reason(missing: list[str], edition: Edition, *, nothing: bool) -> Reason:
    if nothing:
        return Reason(
            code="nothing-measured", missing=missing, zh="没有有效浓度。", en="There is no valid concentration."
        )
    limit = edition.index.complete_to
    return Reason(
        code="pollutant-missing",
        missing=missing,
        zh=f"缺少 {'、'.join(missing)}，且其余项目的指数不高于 {limit}（HJ 633-2026 5.3.1）。",
        en=f"{', '.join(missing)} is missing, and the others are not above {limit} (HJ 633-2026, 5.3.1).",
    )


def span_results(found: Statistics) -> list[SpanResult]:
    """The results of a span, a station or area each."""
    return [_span(found, k) for k in range(len(found.stations))]


def _span(found: Statistics, k: int) -> SpanResult:
    percent = found.edition.evaluation.percentile
    return SpanResult(
        name=found.stations[k],
        span=found.span.name,
        first=str(found.span.first),
        last=str(found.span.last),
        edition=found.edition.name,
        index_days=int(found.index_days[k]),
        good_days=int(found.good_days[k]),
        good_share=number(found.good_share[k]),
        heavy_days=int(found.heavy_days[k]),
        levels=[int(count) for count in found.levels[k]],
        composite=number(found.composite.value[k]),
        largest=[p for p, flags in found.composite.largest.items() if flags[k]],
        pollutants={
            p: Figure(
                mean=number(of.mean[k]),
                percentile=number(of.percentile[k]),
                percent=percent[p],  # type: ignore[index]
                valid_days=int(of.valid_days[k]),
                enough=bool(of.enough[k]),
                exceeding_days=int(of.exceeding[k]),
                mean_multiple=number(of.mean_multiple[k]),
                percentile_multiple=number(of.percentile_multiple[k]),
            )
            for p, of in found.of.items()
        },
    )


def number(value: Any) -> float | None:
    """A number, None for NaN."""
    return float(value) if np.isfinite(value) else None


def read_result(report: ReadReport) -> ReadResult:
    """What was read."""
    return ReadResult(
        files=report.files,
        rows=report.rows,
        values=report.values,
        factors=dict(report.by_factor),
        skipped_counts={str(code): count for code, count in report.counts.items()},
        skipped=[
            SkippedResult(code=s.code, file=s.file, row=s.row, column=s.column, value=s.value, zh=s.zh, en=s.en)
            for s in report.skipped
        ],
        notes=[zh for zh, _ in report.notes],
        notes_en=[en for _, en in report.notes],
    )


def evaluation_result(report: ReadReport, found: list[Statistics]) -> EvaluationResult:
    """All spans with what was read."""
    rules = dict.fromkeys(rule for one in found for rule in one.edition.not_read)
    return EvaluationResult(
        read=read_result(report),
        not_read_rules=list(rules),
        results=[row for one in found for row in span_results(one)],
    )


def ranking_result(report: ReadReport, found: Ranking) -> RankingResult:
    """A ranking with what was read."""
    return RankingResult(
        read=read_result(report),
        metric=found.name,
        span=found.now.span.name,
        before=found.before.span.name if found.before else None,
        edition=found.now.edition.name,
        not_read_rules=list(found.now.edition.not_read),
        rows=[
            RankedResult(
                place=row.place, from_last=row.from_last, name=row.name, value=row.value, tied=row.tied,
                before=row.before, before_place=row.before_place, moved=row.moved, change=row.change,
            )
            for row in found.rows
        ],
    )  # fmt: skip


def check_result(read: Measured, found: Checked | None, suspects: list[Suspect]) -> CheckResult:
    """Suspicions and signs of interference with what was read; without hours of pollutants there are none."""
    counts = found.counts() if found else {}
    suspicions = found.suspicions() if found else []
    marked: dict[str, dict[str, int]] = {}
    for p in (p for p in POLLUTANTS if found and p in found.flags):
        marked[p] = {rule: count for (of, rule), count in counts.items() if of == p and count}
    return CheckResult(
        read=read_result(read.report),
        interval=read.interval,
        marked_hours=marked,
        suspicions=[
            SuspicionResult(
                station=s.station, pollutant=s.pollutant, rule=s.rule, first=f"{s.first:%Y-%m-%dT%H:%M}",
                last=f"{s.last:%Y-%m-%dT%H:%M}", hours=s.hours, least=s.least, largest=s.largest, zh=s.zh, en=s.en,
            )
            for s in suspicions
        ],
        interference=[
            SuspectResult(
                station=one.station,
                score=one.score,
                signs=[
                    SignResult(
                        pollutant=s.pollutant, kind=s.kind, first=f"{s.first:%Y-%m-%dT%H:%M}",
                        last=f"{s.last:%Y-%m-%dT%H:%M}", value=s.value, neighbours=s.neighbours, points=s.points,
                        zh=s.zh, en=s.en,
                    )
                    for s in one.signs
                ],
            )
            for one in suspects
        ],
    )  # fmt: skip


def schema_file(name: str) -> Path:
    """Where the schema of a command's JSON lies."""
    return HERE / "schemas" / f"{name}.schema.json"


def schema_text(name: str) -> str:
    """What the schema of a command must hold."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:lantian:air-{name}:{SCHEMA_VERSION}",
    }
    schema = MODELS[name].model_json_schema(mode="serialization")
    return json.dumps(head | schema, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    for named in MODELS:
        schema_file(named).parent.mkdir(exist_ok=True)
        schema_file(named).write_text(schema_text(named), encoding="utf-8")
