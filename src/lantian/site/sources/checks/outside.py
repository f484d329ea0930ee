"""Ledgers held against lists of other offices. Every hit names the list, its day and the row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian import ledgers
from lantian.ledgers.outside import Firm, Held, Outsider
from lantian.rulebook.schemas.outside_lists import Suspect
from lantian.site.core.checking import Hit
from lantian.site.core.faults import Text
from lantian.site.sources import reading
from lantian.site.sources.models import Listing, OutsideList, OutsideRow
from lantian.site.sources.queries import outside as queries

title_later: Callable[[str], Text] = lazy(reading.title_of, str)


def not_on_list(day: dt.date) -> Iterable[Hit]:
    """Firms of ledgers that run and are on no such list: no licence, or another name."""
    for of, held in _held(day):
        found = list(held.missing())
        listings = _listings(one.key for one in found)
        for firm in found:
            one = listings[firm.key]
            text = _said(
                _("“{firm}”在{ledger}上，但不在{list}上。"), of, firm=_called(one), ledger=title_later(one.ledger)
            )
            yield Hit(_key(of, firm), one.source.area_id, text, (one, of), _facts(of))


def ended_there(day: dt.date) -> Iterable[Hit]:
    """Firms whose every entry has ended, and that a ledger still has as running."""
    sentence = _("“{firm}”在{list}上已注销或到期，在{ledger}上仍未停产、未完成。")
    for of, held in _held(day):
        found = list(held.ended())
        listings = _listings(firm.key for firm, _entry in found)
        rows = _rows(entry.key for _firm, entry in found)
        for firm, entry in found:
            one, row = listings[firm.key], rows[entry.key]
            text = _said(sentence, of, firm=_called(one), ledger=title_later(one.ledger))
            yield Hit(_key(of, firm), one.source.area_id, text, (one, row), _facts(of, row))


def not_on_ledger(day: dt.date) -> Iterable[Hit]:
    """Entries with a trade that emits, and on no ledger: cards to visit."""
    sentence = _("“{firm}”（{trade}）在{list}上，不在清单上，请上门核实。")
    for of, held in _held(day):
        found = list(held.unlisted())
        rows = _rows(entry.key for entry, _suspect in found)
        for entry, suspect in found:
            row = rows[entry.key]
            text = _said(sentence, of, firm=row.name, trade=reading.said_later(suspect.label))
            facts = _facts(of, row) | _should(suspect, day)
            yield Hit(_key(of, entry), row.area_id or of.area_id, text, (row,), facts)


def _should(suspect: Suspect, day: dt.date) -> dict[Any, Any]:
    """On which ledger an entry should stand, and what of a ledger's rules it stops for if it comes there only now."""
    found: dict[Any, Any] = {}
    known = [one for one in reading.all_ledgers() if one.name in suspect.ledgers]
    if known:
        found[_("应上清单")] = "、".join(reading.said(one.label) for one in known)
    for ledger in known:
        row = {"listed_on": day.isoformat(), "means": "open"}
        for owed in ledgers.owed(ledger, row, on=day):
            if owed.duty.late == "stop" and owed.late(day):
                found[reading.said_later(owed.duty.label)] = owed.duty.clause or ledger.clause
    return found


def _held(day: dt.date) -> Iterator[tuple[OutsideList, Held]]:
    for of in queries.counting(day):
        if held := queries.held(of, day):
            yield of, held


def _listings(keys: Iterable[int]) -> dict[int, Listing]:
    return Listing.objects.select_related("source").in_bulk(list(keys))


def _rows(keys: Iterable[int]) -> dict[int, OutsideRow]:
    return OutsideRow.objects.select_related("outside_list", "area").in_bulk(list(keys))


def _key(of: OutsideList, one: Firm | Outsider) -> str:
    """The same when the next list of its kind comes in, so that what a person dismissed stays dismissed."""
    return f"{of.kind}-{one.credit_code or one.mark}"[:120]


def _called(listing: Listing) -> str:
    return listing.source.firm or listing.source.name


def _said(text: Text, of: OutsideList, **facts: Any) -> Text:
    return format_lazy(text, list=queries.kind_label(of.kind), **facts)


def _facts(of: OutsideList, row: OutsideRow | None = None) -> dict[Any, Any]:
    told: dict[Any, Any] = {
        _("名单"): str(queries.kind_label(of.kind)),
        _("来源单位"): of.source,
        _("截至日期"): of.as_of.isoformat(),
    }
    if row is None:
        return told
    told |= {_("文件位置"): row.place, _("统一社会信用代码"): row.credit_code, _("登记状态"): row.state}
    told |= {_("有效期至"): row.valid_to and row.valid_to.isoformat(), _("行业或经营范围"): row.trade[:200]}
    told |= {_("地址"): row.address, _("证照编号"): row.number}
    return {label: value for label, value in told.items() if value}
