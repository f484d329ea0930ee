"""Files of measured air at the command line: read here or over a cluster, and told what was left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lantian.cli.exits import Exit
from lantian.cli.faults import Stop
from lantian.cli.language import t
from lantian.cli.screen import tell, working

if TYPE_CHECKING:
    from lantian.airquality.read import Layout, Loaded, Measured, ReadReport
    from lantian.airquality.spans import Kind, Span
    from lantian.airquality.statistics import Statistics

    Areas = dict[str, list[str]] | None


@contextmanager
def installed(extra: str = "air") -> Iterator[None]:
    """Says which packages are to be installed where one is missing."""
    try:
        yield
    except ImportError as error:
        if (error.name or "").startswith("lantian"):
            raise
        raise Stop(
            Exit.INCOMPLETE,
            f"缺少 {error.name}。请安装：pip install 'lantian[{extra}]'。",
            f"{error.name} is missing; pip install 'lantian[{extra}]'.",
        ) from error


@dataclass(frozen=True)
class Question:
    """What an evaluation is asked for."""

    every: Kind
    city: str | None
    first: datetime | None
    last: datetime | None
    edition: str
    areas: Areas

    def spans(self, first: date, last: date) -> list[Span]:
        """The whole spans between the days that are there."""
        from lantian.airquality.spans import spans

        start, end = _between(first, last, self.first, self.last)
        found = spans(self.every, start, end, city=self.city)
        if not found:
            raise Stop(
                Exit.USAGE,
                f"{start} 至 {end} 内没有完整的“{self.every}”。可用 --every span。",
                f"No whole {self.every} lies within {start} to {end}; --every span takes these days.",
            )
        return found


def from_files(files: list[Path], layout: Layout, asked: Question) -> tuple[list[Statistics], ReadReport]:
    """Read the files into memory and evaluate them."""
    from lantian.airquality.overview import evaluate_spans, measured

    loaded = load(files, layout)
    spans = asked.spans(*measured(loaded.hours))
    with working(t("正在评价 …", "Evaluating …")):
        return evaluate_spans(loaded.hours, spans, edition=asked.edition, areas=asked.areas), loaded.report


def over_cluster(
    files: list[Path], layout: Layout, asked: Question, address: str
) -> tuple[list[Statistics], ReadReport]:
    """Evaluate long Parquet tables in blocks of stations on the workers of a Dask cluster."""
    from lantian.airquality.lake import evaluate_lake, on_cluster, open_lake

    with installed("cluster"), working(t("正在集群上评价 …", "Evaluating on the cluster …")):
        mapper = on_cluster(address)
        lake = open_lake(expanded(files), layout=layout, mapper=mapper)
        spans = asked.spans(lake.first, lake.last)
        found, report = evaluate_lake(lake, spans, edition=asked.edition, areas=asked.areas, mapper=mapper)
    _tell(report)
    return found, report


def layout_of(
    column: list[str] | None, unit: list[str] | None, pollutant: str | None, named: Literal["end", "start"]
) -> Layout:
    """How to read tables, from the options."""
    with installed():
        from lantian.airquality.read import Layout

    return Layout(columns=_pairs(column, "--column"), units=_pairs(unit, "--unit"), pollutant=pollutant, named=named)


def _pairs(texts: list[str] | None, what: str) -> dict[str, str]:
    from lantian import rulebook
    from lantian.airquality.iaqi import name_of
    from lantian.rulebook.schemas.series import Factors

    factors = {one.code for one in rulebook.get("series-factors", as_=Factors).factor}
    found = {}
    for text in texts or []:
        name, equals, value = text.partition("=")
        if not equals or not value:
            raise Stop(Exit.USAGE, f"{what} “{text}”应写成 名=值。", f"{what} {text!r} should read NAME=VALUE.")
        found[name if name in factors else name_of(name)] = value
    return found


def load(files: list[Path], layout: Layout, *, beside: Sequence[str] = ()) -> Loaded:
    """Hours of the six pollutants and of what is asked for beside them; standard error tells what was left out."""
    from lantian.airquality.editions import POLLUTANTS
    from lantian.airquality.read import read_hours

    with working(t("正在读取 …", "Reading …")):
        loaded = read_hours(expanded(files), layout=layout, now=datetime.now(), factors=(*POLLUTANTS, *beside))
    _tell(loaded.report)
    return loaded


def load_values(files: list[Path], layout: Layout) -> Measured:
    """Values of files, of all factors, of hours, days or months; what was left out is told on standard error."""
    from lantian.airquality.read import read_values

    with working(t("正在读取 …", "Reading …")):
        found = read_values(expanded(files), layout=layout, now=datetime.now())
    _tell(found.report)
    return found


def rained(found: Measured) -> Any:
    """Hours in which it rained at any station, None where the files do not say."""
    rain = found.values.get("rain")
    return None if rain is None else (rain > 0).any(0)


def _tell(report: ReadReport) -> None:
    for code, count in report.counts.items():
        one = next((skipped for skipped in report.skipped if skipped.code == code), None)
        if one:
            place = f"{one.file}" + (t(f" 第 {one.row} 行", f" line {one.row}") if one.row else "")
            tell(t(f"略去 {count} 处，如 {place}：{one.zh}", f"{count} left out, as {place}: {one.en}"))
    for zh, en in report.notes[:5]:
        tell(t(zh, en))


def expanded(files: list[Path]) -> list[Path]:
    """Files of patterns in quotes too: 'lake/**/*.parquet'."""
    from glob import glob

    found = []
    for file in files:
        plain = file.exists() or "*" not in str(file)
        matches = [file] if plain else [Path(place) for place in glob(str(file), recursive=True)]
        if not matches:
            raise Stop(Exit.UNREADABLE, f"没有符合 {file} 的文件。", f"No file matches {file}.")
        found += sorted(matches)
    return found


def days_of(loaded: Loaded, first: datetime | None, last: datetime | None) -> tuple[date, date]:
    """The days from --from to --to, else those that are there."""
    from lantian.airquality.overview import measured

    return _between(*measured(loaded.hours), first, last)


def _between(start: date, end: date, first: datetime | None, last: datetime | None) -> tuple[date, date]:
    start, end = first.date() if first else start, last.date() if last else end
    if end < start:
        raise Stop(Exit.USAGE, f"--to {end} 早于 --from {start}。", f"--to {end} is before --from {start}.")
    return start, end


def named_span(first: date, last: date) -> Span:
    """A month, quarter or year where the days are just one, else any span."""
    from lantian.airquality.spans import span, spans

    kinds: tuple[Kind, ...] = ("month", "quarter", "year")
    for kind in kinds:
        whole = spans(kind, first, last)
        if len(whole) == 1 and (whole[0].first, whole[0].last) == (first, last):
            return whole[0]
    return span(first, last)


def areas_by(by: str, file: Path | None) -> Areas:
    """Stations by area from the table that was named; None for results by station."""
    if by == "station":
        return None
    if file is None:
        raise Stop(Exit.USAGE, "--by area 需要 --areas 对应表。", "--by area needs --areas FILE.")
    from lantian.airquality.read.lists import areas_of

    return areas_of(file)
