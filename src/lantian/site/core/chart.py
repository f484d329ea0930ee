"""The one chart: what is drawn, the table beneath it and its file, from one description.

    hours = Chart(
        "hours", _("小时浓度"), "line", at=times, axis=_("时间"),
        series=[Series("PM2.5", values, unit="µg/m³")], limits=[Limit(75, _("二级限值"))],
    )
    return chart_page(request, "air/station.html", charts=[hours], station=station)

and in the template `{% chart charts.hours %}`. A missing value is None or NaN, stays a gap in the drawing and a dash in
the table. The drawing comes by script from its own bundle, which only pages with a chart load.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.dates import MONTHS_3
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lantian.site.core.faults import Text
from lantian.site.core.page import page
from lantian.site.core.table import as_attachment, harmless

# line; bar; stack: bars on each other; calendar: days of years; heat: `at` × series; rose: stacked bars by direction
Kind = Literal["line", "bar", "stack", "calendar", "heat", "rose"]
NONE = "—"
WHERE = "csv"  # the parameter of the address that asks for a chart's file


@dataclass(frozen=True)
class Series:
    """Values of one name, one for each place of the chart.

    Attributes
    ----------
    kind : drawn as, where other than the chart ("line" in a chart of bars)
    quiet : drawn thin and light: what stands behind the main line, such as the largest value
    marks : short letters within the cells of a calendar, so that colour is not alone
    words : said beside the value: its category, its primary pollutant
    colour : of its own, where a standard or the chart's shades give it one
    """

    name: Text
    values: Sequence[float | None]
    unit: str = ""
    decimals: int = 0
    kind: Literal["", "line", "bar"] = ""
    quiet: bool = False
    marks: Sequence[str] = ()
    words: Sequence[Text] = ()
    colour: str = ""

    @property
    def label(self) -> str:
        """Name and unit."""
        return f"{self.name} ({self.unit})" if self.unit else str(self.name)

    @cached_property
    def numbers(self) -> list[float | None]:
        """Values, rounded as they are shown; None for what is missing."""
        return [None if v is None or math.isnan(v) else round(float(v), self.decimals) for v in self.values]

    def said(self, place: int) -> str:
        """A value as the table shows it."""
        value = self.numbers[place]
        return NONE if value is None else f"{value:.{self.decimals}f}"


@dataclass(frozen=True)
class Limit:
    """A line across: a limit, a target."""

    value: float
    label: Text


@dataclass(frozen=True)
class Shade:
    """A colour from a value on, up to the next shade: the categories of an index."""

    above: float
    colour: str
    label: Text


@dataclass(frozen=True)
class Chart:
    """A chart of a page.

    Attributes
    ----------
    name : short and unique on its page; names the element and the file
    at : times (local, naive), days or texts; the hour is named by its end
    axis : what `at` is: head of the first column
    series : at most two units, the second on the axis at the right
    shades : colours by value, of calendars, heat maps and bars; their words stand below the drawing
    note : source, thinning, edition
    file : name of the file, else the title
    """

    name: str
    title: Text
    kind: Kind
    at: Sequence[Any]
    axis: Text
    series: Sequence[Series]
    limits: Sequence[Limit] = ()
    shades: Sequence[Shade] = ()
    note: Text = ""
    file: Text = ""

    @property
    def has_values(self) -> bool:
        """Whether there is anything to draw."""
        return any(value is not None for series in self.series for value in series.numbers)

    @cached_property
    def labels(self) -> list[str]:
        """Places as the table names them."""
        return [_label(one) for one in self.at]

    @property
    def columns(self) -> list[str]:
        """Heads of the table."""
        heads = [str(self.axis)]
        for series in self.series:
            heads += [series.label, _("说明")] if series.words else [series.label]
        return heads

    def rows(self) -> Iterator[list[Any]]:
        """Rows of the file: numbers as numbers, nothing for what is missing."""
        for place, label in enumerate(self.labels):
            row: list[Any] = [label]
            for series in self.series:
                row.append(series.numbers[place])
                if series.words:
                    row.append(str(series.words[place]))
            yield row

    @property
    def drawing(self) -> str:
        """What the script draws, as JSON."""
        return json.dumps(
            {
                "kind": self.kind,
                "title": str(self.title),
                "at": self.labels,
                "timed": bool(self.at) and isinstance(self.at[0], dt.date),
                "series": [_drawn(series) for series in self.series],
                "limits": [{"value": one.value, "label": str(one.label)} for one in self.limits],
                "shades": [{"above": s.above, "colour": s.colour, "label": str(s.label)} for s in self.shades],
                "words": {
                    "missing": _("缺测"),
                    "months": [str(MONTHS_3[k]).capitalize() for k in range(1, 13)],
                    "week": [_("日"), _("一"), _("二"), _("三"), _("四"), _("五"), _("六")],
                },
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @property
    def table_rows(self) -> SafeString:
        """Rows of the table; in code, as a month of hours is many."""
        lines = []
        for place, label in enumerate(self.labels):
            cells = [f'<th scope="row">{escape(label)}</th>']
            for series in self.series:
                cells.append(f'<td class="number">{series.said(place)}</td>')
                if series.words:
                    cells.append(f"<td>{escape(series.words[place])}</td>")
            lines.append(f"<tr>{''.join(cells)}</tr>")
        return SafeString("".join(lines))


def chart_page(
    request: HttpRequest, template: str, *, charts: Sequence[Chart], **context: Any
) -> HttpResponse | HttpResponseBase:
    """A page with charts, `charts` by name in its template; or the file of the chart that the address asks for."""
    return asked_file(request, charts) or page(request, template, charts={one.name: one for one in charts}, **context)


def asked_file(request: HttpRequest, charts: Sequence[Chart]) -> HttpResponse | None:
    """The file of the chart that the address asks for (`?csv=name`), if it asks for one of these."""
    asked = request.GET.get(WHERE, "")
    chart = next((one for one in charts if one.name == asked), None)
    if chart is None:
        return None
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([harmless(head) for head in chart.columns])
    writer.writerows([harmless(cell) for cell in row] for row in chart.rows())
    # Spreadsheets know UTF-8 by its mark.
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    return as_attachment(response, str(chart.file or chart.title), "csv")


def sparkline(values: Sequence[float | None], label: str, *, width: int = 120, height: int = 24) -> SafeString:
    """A small line without axes, drawn here; from zero, gaps stay gaps, its last value a dot."""
    numbers = [None if v is None or math.isnan(v) else float(v) for v in values]
    there = [v for v in numbers if v is not None]
    if not there:
        return SafeString("")
    top, right = max(max(there), 1e-9), max(len(numbers) - 1, 1)
    points = [
        None if v is None else f"{1 + k * (width - 4) / right:.1f} {height - 2 - max(v, 0) * (height - 4) / top:.1f}"
        for k, v in enumerate(numbers)
    ]
    path, before = [], None
    for point in points:
        if point is not None:
            # A value between two gaps is a line of no length: a dot, by its round ends.
            path.append(f"L{point}" if before is not None else f"M{point}h0")
        before = point
    last = next(point for point in reversed(points) if point is not None)
    x, y = last.split()
    return format_html(
        '<svg class="lt-spark" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">'
        '<path d="{}"/><circle cx="{}" cy="{}" r="2"/></svg>',
        *(width, height, width, height, label, "".join(path), x, y),
    )


def _drawn(series: Series) -> dict[str, Any]:
    drawn: dict[str, Any] = {"name": str(series.name), "values": series.numbers, "decimals": series.decimals}
    optional = {
        "unit": series.unit,
        "kind": series.kind,
        "quiet": series.quiet,
        "marks": list(series.marks),
        "words": [str(word) for word in series.words],
        "colour": series.colour,
    }
    return drawn | {name: value for name, value in optional.items() if value}


def _label(place: Any) -> str:
    if isinstance(place, dt.datetime):
        return place.strftime("%Y-%m-%d %H:%M")
    return place.isoformat() if isinstance(place, dt.date) else str(place)
