"""Lists of ledgers that were filed, and where the filing of a ledger stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, When

from lantian.ledgers.publishing import terms
from lantian.rulebook.schemas.ledgers import Ledger, Publication
from lantian.site.core.policy import Actor
from lantian.site.plans import filed_lists
from lantian.site.plans.models import FiledList
from lantian.site.plans.queries import deliverables as rows_of
from lantian.site.sources.models import Listing

ON_IT = ("open", "stopped", "done")  # what the state of a listing means that is on a list which is filed
COUNTS = ~Q(receipt__filing__shape="part") & Q(receipt__filing__filed_version=F("receipt__version"))
IS_PART = Case(When(receipt__filing__shape="part", then=1), default=0)
GATHERED = Q(receipt__filing__shape="part", receipt__filing__state="gathered") & Q(
    receipt__filing__version=F("receipt__version")
)


@dataclass(frozen=True)
class Standing:
    """Where the filing of a ledger stands.

    Attributes
    ----------
    last : what is filed now, as far as the person sees it; of a town that sees no more its own part
    now : how many listings are on the list today; `changed`: how many of them have changed since
    under_way : deliverables of the ledger that are not at their end, read when they are asked for
    due : this year's day; None where the ledger names none
    """

    last: FiledList | None
    now: int
    changed: int
    under_way: QuerySet[Any]
    due: dt.date | None

    @property
    def differs(self) -> bool:
        """Whether what is filed is not what the ledger says any more."""
        return self.last is not None and (self.changed > 0 or self.last.count != self.now)


def filed(person: Actor, ledger: Ledger) -> QuerySet[FiledList]:
    """What was filed of a ledger."""
    return all_filed(person).filter(ledger__in=_names(ledger))


def all_filed(person: Actor) -> QuerySet[FiledList]:
    """What was filed of any ledger, as far as the person sees it, without the rows themselves."""
    rows = FiledList.objects.visible_to(person).defer("heads", "rows")
    return rows.select_related(
        "receipt__person", "receipt__filing__unit", "receipt__filing__deliverable__plan"
    ).defer(*(f"receipt__filing__deliverable__plan__{name}" for name in ("source", "blocks", "spans")))  # fmt: skip


def filed_list(person: Actor, pk: int) -> FiledList | None:
    """One of them with its rows."""
    rows = FiledList.objects.visible_to(person).select_related("receipt__person", "receipt__filing__deliverable")
    return rows.select_related("receipt__filing__unit").filter(pk=pk).first()


def ordered(person: Actor, ledger: Ledger) -> QuerySet[Any]:
    """Deliverables that ask for a ledger."""
    return rows_of.deliverables(person).filter(ledger__in=_names(ledger))


def standing(person: Actor, ledger: Ledger, on: dt.date) -> Standing:
    """How it stands: two SQL queries, three where a filing is not of each owner."""
    last = filed(person, ledger).filter(COUNTS | GATHERED).order_by(IS_PART, "-pk").first()
    now = changed = 0
    if last is not None:
        found = Listing.objects.filter(
            filed_lists.within(last.receipt.filing), ledger=ledger.name, means__in=ON_IT
        ).aggregate(now=Count("pk"), changed=Count("pk", filter=Q(changed_at__gt=last.receipt.at)))
        now, changed = found["now"], found["changed"]
    under_way = ordered(person, ledger).filter(n_open__gt=0).order_by("due", "pk")
    return Standing(last, now, changed, under_way, due_of(ledger, on))


def due_of(ledger: Ledger, on: dt.date) -> dt.date | None:
    """The day of this year by which a ledger must be filed."""
    return dt.date.fromisoformat(f"{on.year}-{ledger.file_due}") if ledger.file_due else None


def missed(ledger: Ledger, on: dt.date) -> tuple[dt.date, dt.date] | None:
    """The day that a ledger was last to be filed by before a day, and the one of the year before; None for none."""
    if not ledger.file_due:
        return None
    asked = Publication(name="filed", label=ledger.label, columns=("name",), due=ledger.file_due)
    around = terms(asked, on)
    if around is None:
        return None
    due = around[0].due
    return due, due.replace(year=due.year - 1)


def _names(ledger: Ledger) -> tuple[str, ...]:
    return (ledger.name, *ledger.renamed_from)
