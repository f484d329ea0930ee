"""The one table: columns, sorting, pages, export, empty state. Three SQL queries, whatever the size: the keys of a
page, its rows, and how many there are in all where one page does not hold them.

TASKS = Table(
    columns=[
        Column("number", _("编号"), sort="number", link=lambda task: task.get_absolute_url()),
        Column("title", _("任务"), css="wide"),
        Column("due", _("时限"), sort="due", template="plans/parts/due.html"),
    ],
    sort="number", empty=_("还没有任务。"), file_name=_("任务台账"),
)

return list_page(request, "plans/ledger.html", table=TASKS, rows=queries.ledger(person, asked), asked=asked)
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

from django.core.paginator import Page, Paginator
from django.db.models import F, Model, OrderBy, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from lantian.plandoc.export.words import FORMULA_STARTS
from lantian.site.core import clock
from lantian.site.core.faults import Text
from lantian.site.core.filters import Filter
from lantian.site.core.page import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE_SIZE = 50
TITLE_SIGNS = re.compile(r"[\[\]:*?/\\]")  # that a sheet's name may not have
# What a spreadsheet would take for a formula at the start of a cell.
FORMULA = FORMULA_STARTS


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    name : key in the address (`?sort=name`), and the attribute shown unless `value` is given (dots or `__` reach on)
    value : gives the cell's value from the row; None shows a dash
    sort : look-ups to order by; empty: not sortable
    link : gives an address for the cell
    template : draws the cell, with `row` and `value`
    css : number, nowrap, wide, minor (left out on a phone)
    exported : gives the value for the export; False leaves the column out
    """

    name: str
    label: Text
    value: Callable[[Any], Any] | None = None
    sort: str | tuple[str, ...] = ()
    link: Callable[[Any], str] | None = None
    template: str = ""
    css: str = ""
    exported: Callable[[Any], Any] | bool = True

    @property
    def look_ups(self) -> tuple[str, ...]:
        return (self.sort,) if isinstance(self.sort, str) else self.sort

    def of(self, row: Any) -> Any:
        """The cell's value."""
        if self.value is not None:
            return self.value(row)
        found = row
        for part in self.name.replace("__", ".").split("."):
            found = getattr(found, part, None)
        return found

    def for_export(self, row: Any) -> Any:
        """The cell's value in a file."""
        return self.exported(row) if callable(self.exported) else self.of(row)


class Listed(list[Any]):
    """Rows that stand in memory already, in their order, for a table whose columns cannot be sorted by."""

    ordered = True

    def iterator(self, chunk_size: int = 0) -> Iterator[Any]:
        """As of a query."""
        return iter(self)


@dataclass(frozen=True)
class Head:
    """A column's head as drawn: the address that sorts by it and how it is sorted now."""

    column: Column
    url: str
    sorted: str


@dataclass(frozen=True)
class Table:
    """What a list shows. Stateless; `bind` joins it with a request and rows."""

    columns: tuple[Column, ...] | list[Column]
    sort: str = ""
    empty: Text = field(default=_("这里还没有内容。"))
    empty_hint: Text = ""
    page_size: int = PAGE_SIZE
    file_name: Text = ""
    row_template: str = ""

    def bind(
        self, request: HttpRequest, rows: QuerySet[Any] | Listed, *, title: Text = "", count: int | None = None
    ) -> Bound:
        """The table with the page of rows that the address asks for; files go by its own name, else by the title.
        `count` is how many rows there are, where that is known already."""
        return Bound(self, request, rows, self.file_name or title, count)

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


class Bound:
    """A table with its rows, as the template draws it."""

    def __init__(
        self,
        table: Table,
        request: HttpRequest,
        rows: QuerySet[Any] | Listed,
        file_name: Text = "",
        count: int | None = None,
    ) -> None:
        self.table = table
        self.file_name = file_name
        self.request = request
        self.sorted = self._asked_sort()
        self._rows = self._ordered(rows)
        self.page = self._asked_page(request.GET.get("page"), count)
        self.rows = self._shown()

    def _asked_page(self, asked: str | None, count: int | None) -> Page[Any]:
        """The page that is asked for: of a query the keys alone, so that what is left out is sorted without all that it
        holds. What fits on the first page is not counted apart."""
        size = self.table.page_size
        if isinstance(self._rows, Listed):
            return Paginator(self._rows, size).get_page(asked)
        keys: Any = self._rows.values_list("pk", flat=True)
        pages: Paginator[Any] = Paginator(keys, size)
        if count is not None:
            pages.count = count
        elif asked in (None, "", "1"):
            first = list(keys[: size + 1])
            if len(first) <= size:
                pages.count = len(first)
            return Page(first[:size], 1, pages)
        return pages.get_page(asked)

    def _shown(self) -> list[Any]:
        """The rows of the page. They are asked for by their keys one by one: a subquery in their place would let a
        database join all rows before it cuts them to the page."""
        keys = list(self.page.object_list)
        if isinstance(self._rows, Listed) or not keys:
            return keys
        return list(self._rows.filter(pk__in=keys))

    @property
    def count(self) -> int:
        """All rows, over all pages."""
        return self.page.paginator.count

    @property
    def heads(self) -> list[Head]:
        """Heads of the columns."""
        return [Head(column, self._sort_url(column), self._direction(column)) for column in self.table.columns]

    @property
    def pages(self) -> Iterable[int | str]:
        """Page numbers to offer, with gaps."""
        return self.page.paginator.get_elided_page_range(self.page.number, on_each_side=2, on_ends=1)

    @property
    def export_urls(self) -> list[tuple[str, str]]:
        """Format and address of each export of the rows as filtered and sorted."""
        if not self.file_name or not self.count:
            return []
        return [(kind, self.url(export=kind, page=None)) for kind in ("xlsx", "csv")]

    def url(self, **changed: str | int | None) -> str:
        """The list's address with some parameters changed; None takes one away."""
        query = self.request.GET.copy()
        for name, value in changed.items():
            query.pop(name, None)
            if value is not None:
                query[name] = str(value)
        return f"{self.request.path}?{query.urlencode()}"

    def export(self, kind: str) -> HttpResponse | StreamingHttpResponse:
        """All rows as a file, as filtered and sorted."""
        response: HttpResponse | StreamingHttpResponse
        if kind == "csv":
            response = StreamingHttpResponse(self._csv_lines(), content_type="text/csv; charset=utf-8")
        else:
            response = HttpResponse(self._workbook(), content_type=XLSX)
        return as_attachment(response, str(self.file_name), kind)

    def _asked_sort(self) -> str:
        asked = self.request.GET.get("sort", "")
        column = self.table.column(asked.lstrip("-"))
        return asked if column is not None and column.look_ups else self.table.sort

    def _ordered(self, rows: QuerySet[Any] | Listed) -> QuerySet[Any] | Listed:
        column = self.table.column(self.sorted.lstrip("-"))
        if isinstance(rows, Listed):
            return rows
        if column is None or not column.look_ups:
            return rows if rows.ordered else rows.order_by("pk")
        down = self.sorted.startswith("-")
        by: list[OrderBy] = [
            F(look_up).desc(nulls_last=True) if down else F(look_up).asc(nulls_last=True) for look_up in column.look_ups
        ]
        # The key last, so that no row is lost or doubled between pages.
        return rows.order_by(*by, "pk")

    def _direction(self, column: Column) -> str:
        if self.sorted.lstrip("-") != column.name:
            return ""
        return "descending" if self.sorted.startswith("-") else "ascending"

    def _sort_url(self, column: Column) -> str:
        if not column.look_ups:
            return ""
        turned = f"-{column.name}" if self.sorted == column.name else column.name
        return self.url(sort=turned, page=None)

    @property
    def _exported(self) -> list[Column]:
        return [column for column in self.table.columns if column.exported is not False]

    def _all_rows(self) -> Iterator[Any]:
        return iter(self._rows.iterator(chunk_size=1000))

    def _csv_lines(self) -> Iterator[str]:
        buffer = io.StringIO()
        writer = csv.writer(buffer)

        def line(values: Iterable[Any]) -> str:
            writer.writerow([harmless(_flat(value)) for value in values])
            text = buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
            return text

        # Spreadsheets know UTF-8 by its mark.
        yield "\ufeff" + line(column.label for column in self._exported)
        for row in self._all_rows():
            yield line(column.for_export(row) for column in self._exported)

    def _workbook(self) -> bytes:
        book = Workbook(write_only=True)
        sheet = book.create_sheet(TITLE_SIGNS.sub(" ", str(self.file_name))[:31])
        sheet.freeze_panes = "A2"
        for index, column in enumerate(self._exported):
            wide = "wide" in column.css
            sheet.column_dimensions[_letter(index)].width = 60 if wide else 18
        heads = [WriteOnlyCell(sheet, str(column.label)) for column in self._exported]
        for cell in heads:
            cell.font = Font(bold=True)
        sheet.append(heads)
        columns = self._exported
        cells = [WriteOnlyCell(sheet) for _column in columns]
        for cell in cells:  # one a column, filled anew by every row: styles are the most of what a large file costs
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        for row in self._all_rows():
            for cell, column in zip(cells, columns, strict=True):
                cell.value, cell.number_format = _flat(column.for_export(row)), "General"
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # never a formula
            sheet.append(cells)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


def list_page(
    request: HttpRequest,
    template: str,
    *,
    table: Table,
    rows: QuerySet[Any] | Listed,
    asked: Filter | None = None,
    count: int | None = None,
    **context: Any,
) -> HttpResponseBase:
    """A page with the one table (and the one filter bar), or its export when the address asks for one. `count` is how
    many rows there are, where the page has counted them already."""
    bound = table.bind(request, rows, title=context.get("title", ""), count=count)
    if (kind := request.GET.get("export", "")) in {"xlsx", "csv"}:
        return bound.export(kind)
    return page(request, template, table=bound, asked=asked, **context)


R = TypeVar("R", bound=HttpResponseBase)


def as_attachment(response: R, name: str, kind: str) -> R:
    """The answer as a file to keep, named and dated."""
    stamp = clock.now().strftime("%Y%m%d-%H%M")
    named = quote(f"{name}-{stamp}.{kind}")
    response["Content-Disposition"] = f"attachment; filename=\"export.{kind}\"; filename*=UTF-8''{named}"
    return response


def _flat(value: Any) -> Any:
    """The value as a cell of a file takes it."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.replace(tzinfo=None, microsecond=0)
    if isinstance(value, bool | Promise | Model):
        return str(value)
    if isinstance(value, int | float | dt.date):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return "、".join(str(_flat(item)) for item in value)
    return "".join(char for char in str(value) if char >= " " or char in "\n\t")


def harmless(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _letter(index: int) -> str:
    return (chr(64 + index // 26) if index >= 26 else "") + chr(65 + index % 26)
