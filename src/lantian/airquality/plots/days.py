"""The calendar: months of days in the colours of the index."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from lantian.airquality.aqi import category_of
from lantian.airquality.arrays import Floats
from lantian.airquality.colours import DARK, MISSING, colour, on_it
from lantian.airquality.days import Days
from lantian.airquality.faults import AirError
from lantian.airquality.iaqi import by_scale, name_of
from lantian.airquality.plots.style import GRID, QUIET, Lang, called, decimals, drawing, head, inches, say, unit
from lantian.rulebook.schemas.standards import Category

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
WEEK = {"zh": "一二三四五六日", "en": "MTWTFSS"}
ACROSS = 4  # months side by side
MOST = 12
USUAL = 15.5  # points of a day's side before layout, at which letters have the sizes written below
LEGIBLE = 0.65  # of that: smaller squares show their colour alone
WIDE, HIGH = 7.8, 8.3  # of a month: seven days and six weeks, with room between


@dataclass(frozen=True)
class _Cell:
    day: date
    value: float
    category: Category | None


def calendar(
    days: Days,
    *,
    station: str | int = 0,
    year: int | None = None,
    pollutant: str | None = None,
    ax: Axes | None = None,
    lang: Lang = "zh",
    title: str | None = None,
) -> Axes:
    """Days, month by month, in the colours of HJ 633.

    Parameters
    ----------
    days : of an evaluation (`evaluate(…).days`) or of areas (`area_days`)
    station : code, or number of the row
    year : default all days where they lie within twelve months, else the last year
    pollutant : show its concentrations, coloured as the individual index of the day (ozone: MDA8); default the index

    Returns
    -------
    Axes with a square for every day that `days` holds, grey where there is no value; squares carry their date as `gid`.

    Raises
    ------
    AirError
        where the station, or a day of the year, is not there.
    """
    row = _row(days, station)
    if year is None and _number(days.end) - _number(days.start) >= MOST:
        year = days.end.year
    cells = [cell for cell in _cells(days, row, pollutant) if year in (None, cell.day.year)]
    if not cells:
        raise AirError(
            f"{year} 年没有数据；现有 {days.start} 至 {days.end}。",
            f"There are no days of {year}; there are {days.start} to {days.end}.",
        )
    places = decimals(pollutant) if pollutant else 0
    first, last = _number(cells[0].day), _number(cells[-1].day)
    rows, columns = -(-(last - first + 1) // ACROSS), min(ACROSS, last - first + 1)
    with drawing(ax, lang, (max(2.2 * columns, 6.6), 2.2 * rows + (0.8 if columns == ACROSS else 1.3))) as ax:
        wide, high = inches(ax)
        size = min(wide / (columns * WIDE) * 72 / USUAL, high / (rows * HIGH) * 72 / USUAL, 1.1)
        for number in range(first, last + 1):
            _month(ax, date(number // 12, number % 12 + 1, 1), first, lang, size)
        for cell in cells:
            _draw(ax, cell, _at(cell.day, first), places, size)
        _legend(ax, days, lang)
        what = _what(pollutant, lang) if pollutant else "AQI"
        there = sum(np.isfinite(cell.value) for cell in cells)
        own = days.stations[row]
        head(
            ax,
            title if title is not None else _named(own, what, cells, lang),
            say(
                lang,
                f"有值 {there} 天，共 {len(cells)} 天；{days.edition.name} 版标准",
                f"{there} of {len(cells)} days have a value; edition {days.edition.name}",
            ),
        )
        ax.set(xlim=(-0.1, columns * WIDE - 0.7), ylim=(rows * HIGH - 0.6, -0.6), aspect="equal", anchor="NW")
        ax.axis("off")
    return ax


def _row(days: Days, station: str | int) -> int:
    if isinstance(station, int) and -len(days.stations) <= station < len(days.stations):
        return station
    if station not in days.stations:
        known = days.stations[:12]
        raise AirError(
            f"没有站点“{station}”。现有：{'、'.join(known)}。",
            f"There is no station {station!r}; there are {', '.join(known)}.",
        )
    return days.stations.index(str(station))


def _cells(days: Days, row: int, pollutant: str | None) -> Iterator[_Cell]:
    values, index = _values(days, row, pollutant)
    for k in range(days.length):
        day = days.start + timedelta(days=k)
        yield _Cell(day, float(values[k]), category_of(float(index[k]), days.edition.index))


def _what(pollutant: str, lang: Lang) -> str:
    name = called(pollutant)
    if name_of(pollutant) == "o3":
        name = say(lang, f"{name} 日最大 8 小时平均", f"{name} (MDA8)")
    return f"{name} [{unit(pollutant)}]"


def _values(days: Days, row: int, pollutant: str | None) -> tuple[Floats, Floats]:
    """What the squares show, and the index that colours them."""
    if pollutant is None:
        return days.aqi()[row], days.aqi()[row]
    name = name_of(pollutant)
    values = days.concentration(name)[row]
    return values, by_scale(days.edition.scale(f"{name}_{'8h' if name == 'o3' else '24h'}"), values)


def _named(station: str, what: str, cells: list[_Cell], lang: Lang) -> str:
    first, last = cells[0].day, cells[-1].day
    if first.year == last.year:
        return say(lang, f"{station} {first.year} 年 {what} 日历", f"{what} of {first.year}, {station}")
    span = f"{first:%Y-%m}", f"{last:%Y-%m}"
    return say(
        lang, f"{station} {span[0]} 至 {span[1]} {what} 日历", f"{what} of {span[0]} to {span[1]}, {station}"
    )  # fmt: skip


def _number(day: date) -> int:
    """Its month, counted on over the years."""
    return day.year * 12 + day.month - 1


def _corner(day: date, first: int) -> tuple[float, float]:
    """Left upper corner of a day's month, the first one shown being in the corner of the figure."""
    down, across = divmod(_number(day) - first, ACROSS)
    return across * WIDE, down * HIGH


def _at(day: date, first: int) -> tuple[float, float]:
    """Left upper corner of a day's square."""
    x, y = _corner(day, first)
    week, weekday = divmod(day.replace(day=1).weekday() + day.day - 1, 7)
    return x + weekday, y + 1.4 + week


def _month(ax: Axes, start: date, first: int, lang: Lang, size: float) -> None:
    """Its name, the days of the week, and an outline of every day."""
    x, y = _corner(start, first)
    name = say(lang, f"{start.month} 月", MONTHS[start.month - 1])
    if _number(start) == first or start.month == 1:
        name = say(lang, f"{start.year} 年 {name}", f"{name} {start.year}")
    ax.text(x, y, name, va="center", fontweight="bold", fontsize=10 * min(size, 1))
    for k, letter in enumerate(WEEK[lang]):
        ax.text(x + k + 0.5, y + 1, letter, ha="center", va="center", color=QUIET, fontsize=7 * size)
    for day in range(monthrange(start.year, start.month)[1]):
        corner = _at(start + timedelta(days=day), first)
        ax.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=GRID, linewidth=0.6))


def _draw(ax: Axes, cell: _Cell, corner: tuple[float, float], places: int, size: float) -> None:
    x, y = corner
    face = colour(cell.category) if cell.category else MISSING
    ink = on_it(cell.category) if cell.category else DARK
    ax.add_patch(
        Rectangle(corner, 1, 1, facecolor=face, edgecolor="white", linewidth=1, gid=cell.day.isoformat(), zorder=2)
    )
    if size < LEGIBLE:
        return
    ax.text(x + 0.09, y + 0.25, str(cell.day.day), color=ink, alpha=0.7, fontsize=4.6 * size, va="center", zorder=3)
    text = f"{cell.value:.{places}f}" if np.isfinite(cell.value) else "–"
    ax.text(x + 0.5, y + 0.62, text, color=ink, fontsize=7 * size, ha="center", va="center", zorder=3)


def _legend(ax: Axes, days: Days, lang: Lang) -> None:
    marks = [
        Patch(facecolor=colour(one), edgecolor=GRID, label=say(lang, one.name.zh, one.name.en.capitalize()))
        for one in days.edition.index.category
    ]
    marks.append(Patch(facecolor=MISSING, edgecolor=GRID, label=say(lang, "无有效值", "No valid value")))
    columns = min(max(2, int(inches(ax)[0] / 0.95)), len(marks))
    ax.legend(
        handles=marks, loc="upper left", bbox_to_anchor=(-0.02, 0.0), ncols=columns, columnspacing=1.1,
        handlelength=1.2, handletextpad=0.5,
    )  # fmt: skip
