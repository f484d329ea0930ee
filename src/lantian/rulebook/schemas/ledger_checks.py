"""What the first checks of ledgers look for, and how sure they must be before they speak."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from lantian.rulebook.entry import Entry, schema


class ParkSum(BaseModel):
    """A park against its firms.

    Attributes
    ----------
    ledger, cap, told : the ledger of parks, its field of what all may emit, and of what they are said to
    firms, within, emits : the ledger of firms, its field that names the park, and of what one emits
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    ledger: str
    cap: str
    told: str
    firms: str
    within: str
    emits: str


class Visits(BaseModel):
    """A log of visits against a duty that keeps some out of a zone.

    Attributes
    ----------
    log, of, at, came, left : the ledger of visits, its fields that name who came and where to, and those with the
        moments
    roll, duty : the ledger of those who come, and its duty: when it asks for a zone, on which days of the log
        somebody was there who does not have what the duty says
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    log: str
    of: str
    at: str
    came: str
    left: str
    roll: str
    duty: str


class TrackHeaders(BaseModel):
    """What the columns of a track's table are called, in narrow small letters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: tuple[str, ...] = Field(min_length=1)
    longitude: tuple[str, ...] = Field(min_length=1)
    latitude: tuple[str, ...] = Field(min_length=1)


class Tracks(BaseModel):
    """Trips against approved routes.

    Attributes
    ----------
    ledgers : on which routes and trips are kept
    width : metres on either side of a route that still count as on it
    least : so many points in a row beyond make a finding
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    ledgers: tuple[str, ...]
    width: float = Field(gt=0)
    least: int = Field(ge=1)
    headers: TrackHeaders


@schema("ledger-checks")
class LedgerChecks(Entry):
    """Thresholds of the checks.

    Attributes
    ----------
    endings : legal forms and the like at the end of a firm's name, which tell nothing apart; longer ones first
    same_name, half_name : how alike names are (0 to 1) of what is taken for one, and of neighbours that may be one
    near, far : metres: one place; still the neighbourhood
    old_proof_days : a proof that was taken so long before its listing was made belongs to an older closing
    zero_least : a town that lists none is odd only where the others list so many in all
    zero_share : and where so many of the other towns list some (0 to 1)
    permit_ledger, permit_of : the list of permits, and the ledgers whose firms need one
    reported_share, reported_least : a reported sum may lie apart from the ledger by this share (0 to 1), or by so much
    permit_list : kind of the outside lists of permits
    track : how trips are held against approved routes
    visit : which log says who was where, and which duty keeps whom out
    park : which ledger says what a park may emit and does, and which firms it has
    """

    endings: tuple[str, ...]
    same_name: float = Field(gt=0, le=1)
    half_name: float = Field(gt=0, le=1)
    near: float = Field(gt=0)
    far: float = Field(gt=0)
    old_proof_days: int = Field(ge=1)
    zero_least: int = Field(ge=1)
    zero_share: float = Field(gt=0, le=1)
    permit_ledger: str
    reported_share: float = Field(ge=0, le=1)
    reported_least: float = Field(ge=0)
    permit_list: str
    park: ParkSum
    visit: Visits
    track: Tracks
    permit_of: tuple[str, ...]
