"""`lantian air plot`: figures for reports from files of measurements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lantian.cli.air_files import days_of, installed, layout_of, load
from lantian.cli.air_options import Columns, Edition, Files, From, HourNamed, Named, To, Units
from lantian.cli.exits import Exit
from lantian.cli.faults import Stop
from lantian.cli.language import language, t
from lantian.cli.screen import tell

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from lantian.airquality.arrays import Floats
    from lantian.airquality.hours import Hours
    from lantian.airquality.read import Loaded

SUFFIXES = (".png", ".svg", ".pdf")
DOTS = 160  # an inch


class Kind(StrEnum):
    """Figures."""

    calendar = "calendar"
    diurnal = "diurnal"
    weekly = "weekly"
    hours_of_week = "hours-of-week"
    trend = "trend"
    rose = "rose"
    polar = "polar"
    cbpf = "cbpf"


@dataclass(frozen=True)
class _Asked:
    """A station's hours of some days, and what is drawn of them."""

    hours: Hours
    wind: dict[str, Floats]
    metric: str | None
    edition: str

    @property
    def pollutant(self) -> str:
        return self.metric or "pm25"

    @property
    def values(self) -> Floats:
        """Hours of the pollutant."""
        if self.pollutant not in self.hours.values:
            known = "、".join(self.hours.values)
            raise Stop(
                Exit.USAGE,
                f"文件里没有 {self.pollutant}。有：{known}。",
                f"There is no {self.pollutant}; there are {', '.join(self.hours.values)}.",
            )
        found: Floats = self.hours.values[self.pollutant][0]
        return found

    @property
    def times(self) -> NDArray[np.datetime64]:
        """Ends of the hours."""
        import numpy as np

        return np.datetime64(self.hours.start, "h") + np.arange(1, self.hours.days * 24 + 1)

    @property
    def look(self) -> dict[str, Any]:
        return {"lang": language(), "pollutant": self.pollutant}


def plot(
    kind: Annotated[
        Kind,
        typer.Argument(
            metavar="KIND",
            show_default=False,
            help=t(
                "calendar（日历）、diurnal（日变化）、weekly（周变化）、hours-of-week（一周各小时）、trend（趋势）、"
                "rose（玫瑰图）、polar（极坐标图）、cbpf（条件概率）。",
                "calendar, diurnal, weekly, hours-of-week, trend, rose, polar, cbpf.",
            ),
        ),
    ],
    files: Files,
    output: Annotated[Path, typer.Option("--output", "-o", help=t("图片文件：png、svg、pdf。", "png, svg or pdf."))],
    station: Annotated[
        str | None, typer.Option(help=t("站点；只有一个时可不写。", "Station, where several are."))
    ] = None,
    metric: Annotated[
        str | None,
        typer.Option(
            help=t(
                "污染物。不写时日历画 AQI、玫瑰图画风，其余画 pm25。",
                "Pollutant; without one the calendar shows the index, the rose the wind, all else pm25.",
            )
        ),
    ] = None,
    edition: Edition = "auto",
    first: From = None,
    last: To = None,
    column: Columns = None,
    unit: Units = None,
    hour_named: HourNamed = Named.end,
) -> None:
    """Draw a station's hours into a file."""
    if output.suffix.lower() not in SUFFIXES:
        raise Stop(Exit.USAGE, f"{output} 的后缀须为 png、svg 或 pdf。", f"{output} must end in png, svg or pdf.")
    with installed("plots"):
        import matplotlib

        matplotlib.use("Agg")
        import lantian.airquality.plots
    _ = lantian.airquality.plots
    with installed():
        from lantian.airquality.iaqi import name_of
        from lantian.airquality.read import WIND

    loaded = load(files, layout_of(column, unit, None, hour_named.value), beside=WIND)
    start, end = days_of(loaded, first, last)
    asked = _of_station(loaded, station, start, end, name_of(metric) if metric else None, edition)
    _save(_DRAWN[kind](asked), output)


def _of_station(
    loaded: Loaded, station: str | None, first: date, last: date, metric: str | None, edition: str
) -> _Asked:
    hours = loaded.hours
    if station is None and len(hours.stations) == 1:
        station = hours.stations[0]
    if station not in hours.stations:
        zh, en = "、".join(hours.stations[:12]), ", ".join(hours.stations[:12])
        raise Stop(Exit.USAGE, f"请用 --station 指明站点：{zh}。", f"Say --station: {en}.")
    row = hours.stations.index(station)
    low = (first - hours.start).days * 24
    length = ((last - first).days + 1) * 24
    wind = {role: array[row, low : low + length] for role, array in loaded.others.items()}
    return _Asked(hours.only([row]).between(first, last), wind, metric, edition)


def _calendar(asked: _Asked) -> Axes:
    from lantian.airquality.evaluate import evaluate
    from lantian.airquality.plots import calendar

    days = evaluate(asked.hours, edition=asked.edition).days
    return calendar(days, pollutant=asked.metric, lang=asked.look["lang"])


def _diurnal(asked: _Asked) -> Axes:
    from lantian.airquality import cycles, plots

    return plots.diurnal(cycles.diurnal(asked.times, asked.values), **asked.look)


def _weekly(asked: _Asked) -> Axes:
    from lantian.airquality import cycles, plots

    return plots.weekly(cycles.weekly(asked.times, asked.values), **asked.look)


def _hours_of_week(asked: _Asked) -> Axes:
    from lantian.airquality import cycles, plots

    return plots.hours_of_week(cycles.hours_of_week(asked.times, asked.values), **asked.look)


def _trend(asked: _Asked) -> Axes:
    import numpy as np

    from lantian.airquality import plots, trends
    from lantian.airquality.evaluate import evaluate

    _ = asked.values
    values = evaluate(asked.hours, edition=asked.edition).days.concentration(asked.pollutant)[0]
    days = np.datetime64(asked.hours.start) + np.arange(asked.hours.days)
    months = trends.monthly_means(days, values)
    return plots.trend(months, trends.theil_sen(months.months, months.mean), **asked.look)


def _rose(asked: _Asked) -> Axes:
    from lantian.airquality import plots, roses

    direction, speed = _wind(asked)
    if asked.metric is None:
        return plots.rose(roses.wind_rose(direction, speed), lang=asked.look["lang"])
    return plots.rose(roses.pollution_rose(asked.values, direction, speed), **asked.look)


def _polar(asked: _Asked) -> Axes:
    from lantian.airquality import plots, roses

    return plots.polar(roses.polar_plot(asked.values, *_wind(asked)), **asked.look)


def _cbpf(asked: _Asked) -> Axes:
    from lantian.airquality import plots, roses

    return plots.cbpf(roses.cbpf(asked.values, *_wind(asked)), **asked.look)


def _wind(asked: _Asked) -> tuple[Floats, Floats]:
    from lantian.airquality.read import WIND

    if not set(WIND) <= set(asked.wind):
        raise Stop(
            Exit.USAGE,
            "文件里没有风向或风速。列名如“风向”“风速”，或用 --column wind_direction=列名 --column wind_speed=列名。",
            "The files lack wind; say --column wind_direction=HEADER and --column wind_speed=HEADER.",
        )
    direction, speed = (asked.wind[role] for role in WIND)
    return direction, speed


_DRAWN: dict[Kind, Callable[[_Asked], Axes]] = {
    Kind.calendar: _calendar,
    Kind.diurnal: _diurnal,
    Kind.weekly: _weekly,
    Kind.hours_of_week: _hours_of_week,
    Kind.trend: _trend,
    Kind.rose: _rose,
    Kind.polar: _polar,
    Kind.cbpf: _cbpf,
}


def _save(ax: Axes, output: Path) -> None:
    from matplotlib import pyplot
    from matplotlib.figure import Figure

    from lantian.plandoc.export.files import write_whole

    figure, content = ax.get_figure(root=True), BytesIO()
    assert isinstance(figure, Figure)
    figure.savefig(content, format=output.suffix[1:].lower(), dpi=DOTS)
    pyplot.close(figure)
    write_whole(output, content.getvalue())
    tell(t(f"已写入 {output}", f"wrote {output}"))
