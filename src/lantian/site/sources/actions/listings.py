"""Listings: put on a ledger, changed; values of a year; a masked value revealed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lantian.ledgers import gaps
from lantian.rulebook.schemas.ledgers import Ledger, LedgerField
from lantian.site.core import clock
from lantian.site.core.change import change, change_many
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.policy import Actor
from lantian.site.org.models import Person, Unit
from lantian.site.sources import fields, reading
from lantian.site.sources.actions.sources import change_source, filled, place_told
from lantian.site.sources.models import Listing, ListingValue, Source, YearlyValues
from lantian.site.sources.rows import row_of

COLUMNS = ("keeper", "parent", "due_on", "listed_on")
LONGEST_TEXT = 200  # that the index keeps of a text


def list_source(actor: Actor, source: Source, ledger: str, *, attributes: Mapping[str, Any], **columns: Any) -> Listing:
    """Put a source on a ledger, in the first state of its life cycle.

    Parameters
    ----------
    attributes : values by field, as a form, a cell or JSON gives them
    columns : `keeper` (the unit that keeps it; without it the unit of whoever lists it), `parent`, `due_on`,
        `listed_on`

    Raises
    ------
    Refused : the actor may not for this source
    Invalid : it is on the ledger already, a value cannot be taken or is missing
    """
    rule = reading.ledger_of(ledger)
    with transaction.atomic():
        with change(actor, begun(actor, source, rule), "sources.listing.add") as made:
            fill(made, rule, attributes, columns)
        _store(mirrored(made, rule))
    return made


def add_listing(
    actor: Actor, ledger: str, *, source: Mapping[str, Any], attributes: Mapping[str, Any], **columns: Any
) -> Listing:
    """Enter a source and put it on a ledger in one: one event. `source` holds the fields of
    `add_source`; without a name it is called as its ledger says."""
    known = {name: value for name, value in source.items() if name != "told"}
    known["name"] = known.get("name") or attributes.get(reading.ledger_of(ledger).called) or ""
    facts = place_told(source.get("told"))
    with change_many(actor, filled(Source(), known), "sources.listing.add", ledger=ledger, **facts) as made:
        made.made_by = actor if isinstance(actor, Person) else None
        made.full_clean()
        made.save()
        return list_source(actor, made, ledger, attributes=attributes, **columns)


def change_listing(
    actor: Actor,
    listing: Listing,
    *,
    attributes: Mapping[str, Any] | None = None,
    source: Mapping[str, Any] | None = None,
    revision: int | None = None,
    **columns: Any,
) -> Listing:
    """Change what the ledger asks of a listing; what is not given stays. Its state moves by steps alone.

    `source` changes the source with it, in one event.

    Raises
    ------
    WrongState : it is not of the `revision` that was read
    """
    with change_many(actor, listing, "sources.listing.change") as current:
        if revision is not None and revision != current.revision:
            raise WrongState(_("您打开以后，别人修改过这条记录。"), remedy=_("请刷新，核对后再改。"))
        current.revision += 1
        rule = reading.ledger_of(current.ledger)
        if source:
            current.source = change_source(actor, current.source, **source)
        fill(current, rule, attributes or {}, columns)
        index(current, rule)
    return current


def set_year(actor: Actor, listing: Listing, year: int, attributes: Mapping[str, Any]) -> YearlyValues:
    """Enter or change what a ledger asks for a year of a listing.

    Raises
    ------
    Invalid : the ledger asks nothing by year, a value cannot be taken, the year lies ahead
    """
    rule = reading.ledger_of(listing.ledger)
    if not 1990 <= year <= clock.today().year:
        raise Invalid(_("年份不对。"), fields={"year": _("请填 1990 年至今年。")})
    kept = YearlyValues.objects.filter(listing=listing, year=year).first()
    with change(actor, kept or YearlyValues(listing=listing, year=year), "sources.listing.change") as current:
        current.attributes = current.attributes | fields.cleaned(fields.yearly(rule), attributes)
    return current


def reveal(actor: Actor, listing: Listing) -> Listing:
    """Show a person the personal values of a listing that another unit keeps; the audit trail says who looked."""
    with change(actor, listing, "sources.listing.reveal"):
        pass
    return listing


def begun(actor: Actor, source: Source, rule: Ledger) -> Listing:
    """A listing as it begins: in the first state of its life cycle, kept by the unit of whoever lists it."""
    person = actor if isinstance(actor, Person) else None
    made = Listing(source=source, ledger=rule.name, made_by=person, keeper=_keeper(person))
    start = reading.life(rule).state[0]
    made.enter(start.name, start.means)
    return made


def _keeper(person: Person | None) -> Unit | None:
    """Whoever lists it keeps it: a town's or a department's person for the unit; the air office keeps none."""
    unit = person.unit if person and person.roles & {"liaison", "grid_officer"} else None
    return unit if unit is not None and unit.kind in (Unit.Kind.TOWN, Unit.Kind.DEPARTMENT) else None


def fill(listing: Listing, rule: Ledger, attributes: Mapping[str, Any], columns: Mapping[str, Any]) -> None:
    """Give a listing its values, checked by the rules of its ledger; what is not given stays.

    Raises
    ------
    Invalid : a value cannot be taken or is missing, or what it belongs to is on another ledger
    """
    if unknown := set(columns) - set(COLUMNS):
        raise TypeError(f"a listing has no {sorted(unknown)} that could be set")
    for name, value in columns.items():
        setattr(listing, name, value)
    asked = fields.columns(rule)
    kept = fields.renamed(rule, listing.attributes) | fields.cleaned(asked, attributes)
    if lacking := fields.missing(asked, kept):
        raise Invalid(_("还缺少必填内容。"), fields={one.name: _("必填。") for one in lacking})
    if listing.parent is not None and listing.parent.ledger != rule.parent:
        raise Invalid(_("所属记录不在上级清单里。"), fields={"parent": _("请从上级清单中选择。")})
    listing.attributes, listing.edition, listing.changed_at = kept, rule.edition, clock.now()
    listing.gaps = len(gaps(rule, row_of(listing), on=clock.today()))


def stamp(listing: Listing, rule: Ledger, field: LedgerField) -> None:
    """Fill in now, as a step does that somebody takes."""
    now = clock.now()
    day = now.date().isoformat()
    listing.attributes = listing.attributes | {field.name: f"{day} {now:%H:%M}" if field.type == "moment" else day}
    listing.revision += 1
    index(listing, rule)


def index(listing: Listing, rule: Ledger) -> None:
    """Mirror what lists are cut to or add up: whoever sets attributes does so before the transaction ends."""
    rows = mirrored(listing, rule)
    ListingValue.objects.filter(listing=listing).exclude(field__in=[row.field for row in rows]).delete()
    _store(rows)


def mirrored(listing: Listing, rule: Ledger) -> list[ListingValue]:
    """The rows of the index that a listing's attributes make."""
    return [
        ListingValue(listing=listing, ledger=listing.ledger, field=field, number=number, text=text)
        for field, number, text in indexed(listing, rule)
    ]


def indexed(listing: Listing, rule: Ledger) -> Iterator[tuple[str, float | None, str | None]]:
    """Those rows as field, number and text."""
    for one in rule.indexed:
        value = listing.attributes.get(one.name)
        if value is None or value in ("", []):
            continue
        if isinstance(value, bool):
            yield one.name, None, "yes" if value else "no"
        elif isinstance(value, int | float):
            yield one.name, float(value), None
        else:
            yield one.name, None, str(value)[:LONGEST_TEXT]


def _store(rows: Iterable[ListingValue]) -> None:
    ListingValue.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["listing", "field"], update_fields=["number", "text", "ledger"]
    )
