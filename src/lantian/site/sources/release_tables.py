"""Lists that are made public, told to the reader: a line of each, its table, its addresses."""

from __future__ import annotations

from types import SimpleNamespace

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.rulebook.schemas.ledgers import Ledger, Publication
from lantian.site.core.faults import Text
from lantian.site.core.table import Column, Table
from lantian.site.org.models import Area
from lantian.site.sources import publishing, reading
from lantian.site.sources.queries.publishing import Line
from lantian.site.sources.reading import Standing
from lantian.site.sources.release_forms import STANDS, TONES

TITLE = _("清单公开")
EMPTY = _("现在没有可公开的内容。")
PERIOD = Column("period", pgettext_lazy("publication", "期间"), css="nowrap")
DUE = Column("due", _("公开期限"), css="nowrap")
STATE = Column(
    "stands", _("公开情况"), template="sources/parts/state.html", css="nowrap", exported=lambda one: one.stands.label
)
OUT = (
    Column(
        "released_at", _("最近发布"), css="nowrap", link=lambda one: one.last.get_absolute_url() if one.last else ""
    ),
    Column("count", _("发布时条数"), css="number"),
    Column(
        "now", _("现在条数"), css="number", template="sources/publishing/now.html", exported=lambda one: one.now
    ),
    Column("medium", _("发布载体"), css="minor"),
)  # fmt: skip
PUBLICATIONS = Table(
    columns=[
        Column("title", _("公开内容"), css="wide", link=lambda one: one.url),
        Column("ledger", _("清单"), link=lambda one: one.ledger_url),
        Column("by", _("由谁公开")),
        DUE,
        STATE,
        *OUT,
    ],
    empty=_("没有要公开的清单。"),
    empty_hint=_("清单的规则文件写明公开什么、何时公开；上账以后在这里列出。"),
    page_size=200,
    file_name=TITLE,
)
TOWNS = Table(
    columns=[Column("by", _("镇街"), css="wide", link=lambda one: one.url), STATE, PERIOD, DUE, *OUT],
    empty=_("没有要公开的镇街。"),
    page_size=200,
)
VERSIONS = Table(
    columns=[
        Column("released_at", _("发布时间"), css="nowrap", value=lambda one: one.released_at or one.drafted_at,
               link=lambda one: one.get_absolute_url()),
        PERIOD,
        Column("version", _("版次"), css="number"),
        Column("state", _("状态"), value=lambda one: one.get_state_display(), css="nowrap"),
        Column("count", _("条数"), css="number"),
        Column("medium", _("发布载体")),
        Column("released_by", _("发布人"), css="minor"),
    ],
    empty=_("还没有发布过。"),
    page_size=50,
)  # fmt: skip


def told(lines: list[Line]) -> list[SimpleNamespace]:
    """Lines for the table of all lists; where several towns make one public each, they are one line."""
    found: dict[tuple[str, str], list[Line]] = {}
    for one in lines:
        found.setdefault((one.ledger.name, one.publication.name), []).append(one)
    return [row(group[0]) if len(group) == 1 else _of_towns(group) for group in found.values()]


def row(line: Line) -> SimpleNamespace:
    """A list as a line of a table."""
    last = line.last
    return SimpleNamespace(
        lines=[line],
        key=line.stands,
        overdue=line.overdue,
        title=reading.said(line.publication.label),
        by=line.area,
        url=address(line.ledger, line.publication, line.area if line.publication.each else None),
        ledger=reading.said(line.ledger.label),
        ledger_url=reading.address_of(line.ledger.name),
        period=line.period or None,
        due=line.due,
        stands=standing(line),
        last=last,
        released_at=last.released_at if last else None,
        count=last.count if last else None,
        now=line.now,
        moved=bool(last and last.count != line.now),
        medium=last.medium if last else None,
    )


def _of_towns(lines: list[Line]) -> SimpleNamespace:
    """What every town makes public, as the town stands whose list is the worst off."""
    order = [key for key, _label in STANDS]
    worst = min(lines, key=lambda one: (not one.overdue, order.index(one.stands)))
    by = _("{n} 个镇街，已公开 {out}，逾期 {late}").format(
        n=len(lines), out=sum(one.last is not None for one in lines), late=sum(one.overdue for one in lines)
    )
    more = {"lines": lines, "by": by, "url": address(worst.ledger, worst.publication), "now": sum(o.now for o in lines)}
    nothing = dict.fromkeys(("last", "released_at", "count", "medium"), None)
    return SimpleNamespace(**vars(row(worst)) | more | nothing | {"moved": False})


def standing(line: Line) -> Standing:
    """How a list stands; one that is drafted past its day is late all the same."""
    return Standing(dict(STANDS)[line.stands], TONES[line.stands], late=line.overdue and line.stands != "late")


def label(publication: Publication, town: Area | None = None) -> str:
    """What is made public, with the town whose own it is."""
    said = reading.said(publication.label)
    return f"{town} {said}" if town else said


def when(publication: Publication) -> str:
    """By when it must be public, in words."""
    if publication.due:
        return str(_("每年 {day} 前").format(day=publication.due))
    if publication.days is None:
        return str(_("没有规定日期，随清单更新"))
    said = {
        "": _("进入所列状态后 {n} 个工作日内"),
        "month": _("每月结束后 {n} 个工作日内"),
        "quarter": _("每季度结束后 {n} 个工作日内"),
    }
    return str(said[publication.every].format(n=publication.days))


def address(ledger: Ledger, publication: Publication, town: Area | None = None) -> str:
    """The page of a list; of what every town makes public the one of all towns, or of one."""
    if town is not None:
        return reverse("sources:publication", args=[ledger.name, publication.name, town.pk])
    name = "sources:publication_towns" if publication.each else "sources:publication"
    return reverse(name, args=[ledger.name, publication.name])


def crumbs(*above: tuple[Ledger, Publication]) -> list[tuple[Text, str]]:
    """The page of all lists, and behind it those of some."""
    return [
        (TITLE, reverse("sources:publications")),
        *((label(publication), address(rule, publication)) for rule, publication in above),
    ]


def asked_for(ledger: str, name: str) -> tuple[Ledger, Publication]:
    """A ledger and its publication by their names in an address; there is no such page without."""
    rule = reading.found(ledger)
    publication = publishing.publication_of(rule, name)
    if publication is None:
        raise Http404
    return rule, publication
