"""Results of `lantian air` drawn for the terminal, and as rows for CSV and Parquet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text

from lantian.airquality.editions import POLLUTANTS
from lantian.airquality.iaqi import label
from lantian.cli.language import language, t
from lantian.cli.screen import PLAIN_WIDTH, facts, table

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from lantian.airquality.results import AqiResult, CheckResult, EvaluationResult, RankingResult

SHOWN = 200  # rows at the terminal
MOST_SUSPECT = 20
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Row = dict[str, object]


def aqi_table(found: AqiResult) -> Table:
    """An index with all that belongs to it."""
    category = found.category_en if language() == "en" else found.category
    reason = (found.reason.en if language() == "en" else found.reason.zh) if found.reason else ""
    return facts(
        {
            "AQI": "NA" if found.aqi is None else str(found.aqi),
            t("原因", "Reason"): reason,
            t("级别", "Level"): f"{found.level}  {category}" if found.level else "",
            t("首要污染物", "Primary"): _names(found.primary),
            t("超标污染物", "Exceeding"): _names(found.exceeding),
            t("分指数", "IAQI"): "  ".join(
                f"{label(p)} {'NA' if value is None else value}" for p, value in found.iaqi.items()
            ),
            t("标准", "Standards"): found.edition,
            t("未读原文的规则", "Rules not read"): "、".join(found.not_read_rules),
        }
    )


def _names(items: list[str]) -> str:
    return "、".join(map(label, items)) if language() == "zh" else ", ".join(map(label, items))


def evaluation_rows(found: EvaluationResult) -> list[Row]:
    """A row for each station or area and span."""
    rows = []
    for one in found.results:
        row: Row = {
            "name": one.name, "span": one.span, "first": one.first, "last": one.last, "edition": one.edition,
            "index_days": one.index_days, "good_days": one.good_days, "good_share": one.good_share,
            "heavy_days": one.heavy_days, "composite": one.composite, "largest": "+".join(one.largest),
        }  # fmt: skip
        row |= {f"level_{k}_days": count for k, count in enumerate(one.levels, 1)}
        for p in POLLUTANTS:
            figure = one.pollutants[p].model_dump(exclude={"percent"})
            row |= {f"{p}_{name}": value for name, value in figure.items()}
        rows.append(row)
    return rows


def evaluation_table(found: EvaluationResult) -> RenderableType:
    """What a bulletin shows of each span."""
    drawn = table(t("站点/行政区", "Station, area"), t("时段", "Span"), t("版本", "Ed."))
    for p in POLLUTANTS:
        percentile = t("百分位", "pct.") if p in ("co", "o3") else ""
        drawn.add_column(f"{label(p)} {percentile}".strip(), justify="right")
    for name in (
        t("优良", "Good"),
        t("重污染", "Heavy"),
        t("有效天数", "Days"),
        t("综合指数", "Index"),
        t("最大项", "Largest"),
    ):
        drawn.add_column(name, justify="right")
    for one in found.results[:SHOWN]:
        figures = [
            _figure(f.percentile if p in ("co", "o3") else f.mean, f.enough, 1 if p == "co" else 0)
            for p, f in ((p, one.pollutants[p]) for p in POLLUTANTS)
        ]
        drawn.add_row(
            Text(one.name), one.span, one.edition, *figures, str(one.good_days), str(one.heavy_days),
            str(one.index_days), _plain(one.composite, 2), _names(one.largest),
        )  # fmt: skip
    return Group(drawn, _tail(len(found.results), found.not_read_rules, marks=True))


def _figure(value: float | None, enough: bool, decimals: int) -> str:
    if value is None:
        return "—"
    whole = f"{value:g}" if value != round(value, decimals) else f"{value:.{decimals}f}"
    return whole if enough else f"{whole}*"


def _plain(value: float | None, decimals: int | None = None) -> str:
    if value is None:
        return "—"
    return f"{value:g}" if decimals is None else f"{value:.{decimals}f}"


def _tail(rows: int, rules: list[str], *, marks: bool = False) -> Text:
    lines = []
    if marks:
        lines.append(t("* 有效天数不足（GB 3095 表 4）。", "* Too few valid days (GB 3095, table 4)."))
    if rows > SHOWN:
        lines.append(
            t(f"只显示前 {SHOWN} 行，共 {rows} 行；全部请用 --format csv。", f"{SHOWN} of {rows} rows; csv has all.")
        )
    if rules:
        lines.append(t(f"未读原文的规则：{'、'.join(rules)}。", f"Rules not read in the standard: {', '.join(rules)}."))
    return Text("\n".join(lines), style="dim")


def ranking_rows(found: RankingResult) -> list[Row]:
    """A row for each place."""
    head: Row = {"metric": found.metric, "span": found.span, "before_span": found.before}
    return [head | row.model_dump() for row in found.rows]


def ranking_table(found: RankingResult) -> RenderableType:
    """Places with the year before."""
    drawn = table(
        t("名次", "Place"), t("站点/行政区", "Station, area"), title=f"{found.metric}  {found.span}  {found.edition}"
    )
    for name in (t("数值", "Value"), t("上年同期", "Before"), t("变化 %", "Change %"), t("位次变化", "Moved")):
        drawn.add_column(name, justify="right")
    digits = 2 if found.metric == "index" else None
    for row in found.rows[:SHOWN]:
        place = "—" if row.place is None else f"{row.place}{'=' if row.tied else ''}"
        values = _plain(row.value, digits), _plain(row.before, digits), _plain(row.change)
        drawn.add_row(place, Text(row.name), *values, _moved(row.moved))
    return Group(drawn, _tail(len(found.rows), found.not_read_rules))


def _moved(places: int | None) -> str:
    if places is None:
        return "—"
    return f"↑{places}" if places > 0 else f"↓{-places}" if places else "="


def suspicion_rows(found: CheckResult) -> list[Row]:
    """A row for each run of marked hours."""
    return [one.model_dump(exclude={"zh", "en"}) for one in found.suspicions]


def check_table(found: CheckResult) -> RenderableType:
    """What was left out, and suspicions."""
    drawn = table(title=t(f"疑点 {len(found.suspicions)} 条", f"{len(found.suspicions)} suspicions"))
    drawn.add_column(t("说明", "What was found"), overflow="fold")
    for one in found.suspicions[:SHOWN]:
        drawn.add_row(Text(one.en if language() == "en" else one.zh))
    left = table(title=t(f"读入时略去 {sum(found.read.skipped_counts.values())} 处", "Left out while reading"))
    left.add_column(t("文件", "File"), no_wrap=True)
    left.add_column(t("行", "Line"), justify="right")
    left.add_column(t("列", "Column"))
    left.add_column(t("说明", "Why"), overflow="fold")
    for skipped in found.read.skipped[:SHOWN]:
        why = skipped.en if language() == "en" else skipped.zh
        left.add_row(Text(skipped.file), str(skipped.row or "—"), Text(skipped.column), Text(why))
    parts: list[Any] = [_read(found), drawn, _tail(len(found.suspicions), [])]
    if found.interference:
        parts.append(_suspects(found))
    return Group(*([left, *parts] if found.read.skipped else parts))


def _read(found: CheckResult) -> Text:
    """How many values of which factor."""
    of = {"1h": t("小时值", "hours"), "1d": t("日值", "days"), "1mo": t("月值", "months")}[found.interval]
    counts = t("、", ", ").join(f"{code} {count:,}" for code, count in found.read.factors.items())
    return Text(t(f"读到{of}：{counts}。", f"Read {of}: {counts}."))


def _suspects(found: CheckResult) -> Table:
    """Stations with signs of interference, and the gravest of each."""
    drawn = table(title=t("受干扰迹象（供核查，不是结论）", "Signs of interference: reasons to look, no proof"))
    drawn.add_column(t("站点", "Station"))
    drawn.add_column(t("分值", "Score"), justify="right")
    drawn.add_column(t("迹象", "Signs"), justify="right")
    drawn.add_column(t("例如", "For instance"), overflow="fold")
    for one in found.interference[:MOST_SUSPECT]:
        gravest = max(one.signs, key=lambda sign: sign.points)
        what = gravest.en if language() == "en" else gravest.zh
        drawn.add_row(Text(one.station), f"{one.score:g}", str(len(one.signs)), Text(what))
    return drawn


def as_csv(rows: list[Row]) -> bytes:
    """Rows as CSV that Excel opens: UTF-8 with its mark, and no cell that starts a formula."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]) if rows else ["name"])
    writer.writeheader()
    writer.writerows({key: _safe(value) for key, value in row.items()} for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _safe(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def as_parquet(rows: list[Row]) -> bytes:
    """Rows as Parquet."""
    import polars as pl

    out = io.BytesIO()
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(out)
    return out.getvalue()


def as_text(drawn: RenderableType) -> bytes:
    """A table as plain text."""
    from rich.console import Console

    out = io.StringIO()
    Console(file=out, width=PLAIN_WIDTH, highlight=False, emoji=False).print(drawn)
    return out.getvalue().encode()
