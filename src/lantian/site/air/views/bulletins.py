"""Pages of the city's bulletins."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.air import actions, queries
from lantian.site.air.bulletin_forms import BulletinFilter, BulletinForm, RemoveForm
from lantian.site.air.bulletin_table import Written, read_table, table_text
from lantian.site.air.models import Bulletin
from lantian.site.air.models.bulletins import bulletin_rule
from lantian.site.air.queries.city import Matching
from lantian.site.core import page
from lantian.site.core.faults import Fault
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.org.models import Area
from lantian.site.org.views.common import FORM, history

BULLETINS = Table(
    columns=[
        Column("title", _("种类"), sort="kind", css="wide", link=lambda one: one.get_absolute_url()),
        Column("first", _("起始日期"), sort="first", css="nowrap"),
        Column("last", _("终止日期"), sort="last", css="nowrap"),
        Column("total", _("参加排名总数"), sort="total", css="number"),
        Column("count", _("录入行数"), sort="count", css="number minor"),
        Column("ours", _("本区行数"), sort="ours", css="number"),
        Column("issuer", _("发布单位或文号"), css="minor"),
    ],
    sort="-last",
    empty=_("还没有市级通报。"),
    empty_hint=_("录入市里的半月、月通报后，目标“不进入后几名”即可评价。"),
    file_name=_("市级通报"),
)


@room("air", "bulletins", policy="air.ranking.see", menu=_("市级通报"), icon="news", order=45)
def bulletins_page(request: Request) -> HttpResponseBase:
    """Bulletins, the latest first, and who of the district is among the last now."""
    asked = BulletinFilter.from_query(request.GET)
    rows = queries.city_bulletins(request.person).filter(asked.where())
    hot = queries.hot_list(request.person)
    return list_page(
        request, "air/bulletins/bulletins.html", table=BULLETINS, rows=rows, asked=asked, title=_("市级通报"), hot=hot
    )  # fmt: skip


@room("air", "bulletin", policy="air.ranking.see")
def bulletin_page(request: Request, pk: int) -> HttpResponseBase:
    """One bulletin: the district's lines; all of them where asked for."""
    bulletin = _found(request, pk)
    lines = list(bulletin.lines.select_related("area"))
    whole = request.GET.get("all") == "1"
    for line in lines:
        line.bulletin = bulletin
    kind = bulletin_rule().of(bulletin.kind)
    return page.page(
        request,
        "air/bulletins/bulletin.html",
        title=str(bulletin),
        crumbs=_crumbs(),
        bulletin=bulletin,
        lines=[line for line in lines if whole or line.area_id],
        others=sum(line.area_id is None for line in lines),
        whole=whole,
        last=kind.last if kind else 0,
        unit=kind.unit if kind else "",
        history=history(request, bulletin),
    )


@room("air", "bulletin_new", policy="air.bulletin.enter", methods=FORM)
def new_bulletin(request: Request) -> HttpResponseBase:
    """Enter a bulletin: the table is shown as it was understood before it is kept."""
    areas = Area.objects.visible_to(request.person).filter(children__isnull=False).distinct()
    form = BulletinForm(request.POST or None, request.FILES or None, areas=areas)
    written = None
    if request.method == "POST" and form.is_valid():
        try:
            form, written = _read(form, areas)
            if "save" in request.POST:
                made = _enter(request, form, written)
                messages.success(request, _("已录入“{title}”。").format(title=str(made)))
                return see_other(made.get_absolute_url())
        except Fault as fault:
            form.add_fault(fault)
    return page.page(
        request,
        "air/bulletins/new.html",
        title=_("录入市级通报"),
        form=form,
        crumbs=_crumbs(),
        cancel_url=reverse("air:bulletins"),
        written=written,
        matched=_matched(form, written),
        submit=_("预览"),
    )


@room("air", "bulletin_remove", policy="air.bulletin.remove", methods=FORM)
def remove_bulletin(request: Request, pk: int) -> HttpResponseBase:
    """Remove a bulletin that was entered wrongly."""
    bulletin = _found(request, pk)
    form = RemoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.remove_bulletin(request.person, bulletin, **form.cleaned_data)
        except Fault as fault:
            form.add_fault(fault)
        else:
            messages.success(request, _("已删除通报。"))
            return see_other("air:bulletins")
    return page.page(
        request, "core/form.html", title=_("删除市级通报"), form=form, crumbs=_crumbs(),
        cancel_url=bulletin.get_absolute_url(), submit=_("删除"),
    )  # fmt: skip


def _read(form: BulletinForm, areas: Any) -> tuple[BulletinForm, Written]:
    """The table as it is understood; a file's table is put into the form, so that saving needs no second upload."""
    given = form.cleaned_data
    if given["file"]:
        data: Any = QueryDict(mutable=True)
        data.update(form.data)
        data["table"] = table_text(given["file"].read(), given["file"].name)
        form = BulletinForm(data, areas=areas)
        form.is_valid()
        given = form.cleaned_data
    kind = bulletin_rule().of(given["kind"])
    return form, read_table(given.get("table", ""), better=kind.better if kind else "lower")


def _enter(request: Request, form: BulletinForm, written: Written) -> Bulletin:
    given = {name: form.cleaned_data[name] for name in ("kind", "area", "first", "last", "issuer", "total")}
    return actions.enter_bulletin(request.person, lines=written.lines, **given)


def _matched(form: BulletinForm, written: Written | None) -> list[tuple[Any, Area | None]]:
    """Lines with the areas that are meant, the district's own first."""
    if written is None:
        return []
    matching = Matching(form.cleaned_data["area"])
    pairs = [(line, matching.area_of(line.name, line.district)) for line in written.lines]
    return sorted(pairs, key=lambda pair: pair[1] is None)[:200]


def _crumbs() -> list[tuple[Any, str]]:
    return [(_("市级通报"), reverse("air:bulletins"))]


def _found(request: Request, pk: int) -> Bulletin:
    bulletin = queries.city_bulletins(request.person).filter(pk=pk).first()
    if bulletin is None:
        raise Http404
    return bulletin
