"""Pages of Excel both ways: template, export, handing a file in, its preview and what came of it."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from lantian.site.core import clock, filters, jobs, policy
from lantian.site.core.forms import Form, submitted
from lantian.site.core.models import SheetImport, SheetRow
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.core.sheets import actions, writing
from lantian.site.core.sheets.books import Book, books
from lantian.site.core.sheets.problems import said
from lantian.site.core.sheets.rows import Drawn
from lantian.site.core.sheets.scope import Params, Scope
from lantian.site.core.table import XLSX, Column, Table, list_page
from lantian.site.core.uploads import UploadField

WHY = {
    "name": _("按表名认出"),
    "header": _("按表头认出"),
    "picked": _("您选定的"),
    "unsure": _("看不出是哪一种，请选定"),
    "unknown": _("没有认得的表头"),
    "hidden": _("隐藏的表，没有读取"),
    "left_out": _("您选择不读取"),
}
ENDINGS = ".xlsx,.csv,.xls,.et"


class UploadForm(Form):
    """A workbook to bring in."""

    file = UploadField(label=_("Excel 文件"), allow_empty_file=True)
    file.widget.attrs["accept"] = ENDINGS


class RowFilter(filters.Filter):
    """Filter of a preview."""

    q = filters.text(_("搜索"), placeholder=_("名称"))
    kind = filters.choice(_("结果"), SheetRow.KINDS)

    def where(self) -> Q:
        where = Q()
        if q := self.asked["q"]:
            where &= Q(title__icontains=q)
        if kind := self.asked["kind"]:
            where &= Q(kind=kind)
        return where


def _preview_table(drawn: Drawn) -> Table:
    return Table(
        columns=[
            Column("place", _("位置"), value=drawn.place, sort=("position",), css="nowrap"),
            Column("kind", _("结果"), template="core/sheets/kind.html", sort=("rank", "position"), css="nowrap",
                   exported=lambda row: row.get_kind_display()),
            Column("title", _("内容")),
            Column("told", _("说明"), value=drawn.lines, template="core/sheets/told.html", css="wide",
                   exported=drawn.text),
        ],
        sort="kind",
        empty=_("没有这样的行。"),
        file_name=_("导入预览"),
    )  # fmt: skip


IMPORTS = Table(
    columns=[
        Column("file_name", _("文件"), link=lambda row: row.get_absolute_url()),
        Column("state", _("状态"), template="core/sheets/state.html", css="nowrap",
               exported=lambda row: row.get_state_display()),
        Column("created_at", _("导入时间"), sort="created_at", css="nowrap"),
    ],
    sort="-created_at",
    empty=_("您还没有导入过。"),
    empty_hint=_("先下载模板或现有内容，在 Excel 里填好，再把文件放到上面的框里。"),
    file_name=_("导入记录"),
)  # fmt: skip


@room("core", "sheets", policy="core.import_sheet", methods=("GET", "POST"))
def book_page(request: Request, name: str) -> HttpResponseBase:
    """Where a file is handed in, with the template, what is there now, and one's own imports."""
    book, params = _asked(request, name)
    policy.require(request.person, "core.import_sheet", book)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and (made := submitted(form, partial(_upload, request, book, params))):
        return see_other(made.get_absolute_url())
    return list_page(
        request,
        "core/sheets/book.html",
        table=IMPORTS,
        rows=_own(request).filter(book=book.name),
        title=_("从 Excel 导入：{title}").format(title=book.called(params)),
        crumbs=[(book.title, book.home(params))],
        form=form,
        book=book,
        query=urlencode(params),
        limit=filesizeformat(settings.LANTIAN_UPLOAD_MAX),
        sheets=[(sheet, [column.header() for column in sheet.fields]) for sheet in book.of(params).sheets],
        can_export=not book.is_form and policy.may(request.person, "core.export_sheet", book),
    )


def _upload(request: Request, book: Book, params: Params, file: Any) -> SheetImport:
    return actions.upload(request.person, book, file, file.name or "", params)


@room("core", "sheet_template", policy="core.import_sheet")
def template_file(request: Request, name: str) -> HttpResponseBase:
    """An empty workbook to fill in."""
    book, params = _asked(request, name)
    policy.require(request.person, "core.import_sheet", book)
    title = _now("{title}模板").format(title=book.called(params))
    return _file(writing.template(book, Scope(request.person, params)), title)


@room("core", "sheet_export", policy="core.export_sheet")
def export_file(request: Request, name: str) -> HttpResponseBase:
    """What is stored, in the columns that can be brought in again."""
    book, params = _asked(request, name)
    policy.require(request.person, "core.export_sheet", book)
    stamp = clock.now().strftime("%Y%m%d-%H%M")
    return _file(writing.export(book, Scope(request.person, params)), f"{book.called(params)}-{stamp}")


@never_cache
@room("core", "sheet_import", policy="core.import_sheet")
def import_page(request: Request, pk: int) -> HttpResponseBase:
    """One import: how far its job is, what it would change, or what came of it."""
    one = _import_or_404(request, pk)
    book = books[one.book]
    asked = RowFilter.from_query(request.GET)
    jobs.sweep()
    drawn = Drawn(book, Scope(request.person, one.params))
    return list_page(
        request,
        "core/sheets/import.html",
        table=_preview_table(drawn),
        rows=one.rows.filter(asked.where()),
        asked=asked,
        title=_("导入预览") if one.state == "preview" else _("导入结果"),
        crumbs=[(book.title, book.home(one.params)), (_("从 Excel 导入"), _address(one))],
        one=one,
        job=one.job,
        waiting=one.job is not None and not one.job.is_over,
        broken_off=one.state in ("uploaded", "writing") and (one.job is None or one.job.is_over),
        stalled=one.job is not None and jobs.waits_long(one.job),
        follow=True,
        tiles=[(kind, label, one.counts.get(kind, 0)) for kind, label in SheetRow.KINDS],
        to_write=one.counts.get("new", 0) + one.counts.get("changed", 0),
        notes=[said(note) for note in one.notes],
        tables=_tables(one, book) if len(one.tables) > 1 or one.picks else [],
        kinds=[label for _kind, label in SheetRow.KINDS],
        can_choose=one.state == "preview",
        fault=said(one.fault),
        home=book.home(one.params),
        again=_address(one),
    )


@room("core", "sheet_choose", policy="core.choose_sheet", methods=("POST",))
def choose(request: Request, pk: int) -> HttpResponseBase:
    """Say what tables of the file are; those that stay as they were read are not touched."""
    one = _import_or_404(request, pk)
    said = {str(table["number"]): request.POST.get(f"table-{table['number']}") for table in one.tables}
    now = {str(table["number"]): table["sheet"] for table in one.tables}
    picks = {number: sheet for number, sheet in said.items() if sheet is not None and sheet != now[number]}
    if picks:
        actions.choose(request.person, one, picks, revision=_revision(request))
    return see_other(one.get_absolute_url())


@room("core", "sheet_confirm", policy="core.confirm_sheet", methods=("POST",))
def confirm(request: Request, pk: int) -> HttpResponseBase:
    """Write the good rows of the preview that the person read."""
    one = actions.confirm(request.person, _import_or_404(request, pk), revision=_revision(request))
    if one.state == "done":
        counts = {"new": one.counts["new"], "changed": one.counts["changed"]}
        messages.success(request, _("已写入：新增 {new} 行，修改 {changed} 行。").format(**counts))
    return see_other(one.get_absolute_url())


@room("core", "sheet_discard", policy="core.discard_sheet", methods=("POST",))
def discard(request: Request, pk: int) -> HttpResponseBase:
    """Throw an import away."""
    one = actions.discard(request.person, _import_or_404(request, pk))
    messages.success(request, _("已放弃，没有写入任何内容。"))
    return see_other(_address(one))


def _revision(request: Request) -> int:
    """The preview that the person read."""
    told = request.POST.get("revision", "")
    return int(told) if told.isdecimal() else 0


def _tables(one: SheetImport, book: Book) -> list[SimpleNamespace]:
    """The tables of the file, each with what it is taken for and what else it may be, the likeliest first."""
    titles = {sheet.name: sheet.title for sheet in book.of(one.params).sheets}
    return [
        SimpleNamespace(
            number=table["number"],
            title=table["title"],
            sheet=table["sheet"],
            called=titles.get(table["sheet"], ""),
            why=WHY[table["why"]],
            waits=table["why"] == "unsure",
            counts=[(label, table["counts"].get(kind, 0)) for kind, label in SheetRow.KINDS],
            offered=[] if table["why"] == "unknown" else [
                (name, titles[name]) for name in dict.fromkeys((*table["fits"], *titles)) if name in titles
            ],
        )
        for table in one.tables
    ]  # fmt: skip


def _asked(request: Request, name: str) -> tuple[Book, Params]:
    if name not in books:
        raise Http404
    book = books[name]
    return book, book.params(request.person, request.GET.dict())


def _own(request: Request) -> QuerySet[SheetImport]:
    return SheetImport.objects.filter(created_by=request.person.pk)


def _import_or_404(request: Request, pk: int) -> SheetImport:
    found = _own(request).select_related("job", "attachment").filter(pk=pk).first()
    if found is None or found.book not in books:
        raise Http404
    return found


def _address(one: SheetImport) -> str:
    query = urlencode(one.params)
    return reverse("core:sheets", args=[one.book]) + (f"?{query}" if query else "")


def _file(content: bytes, title: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename=\"export.xlsx\"; filename*=UTF-8''{quote(title)}.xlsx"
    return response
