"""Rankings that were released, over the HTTP API."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from lantian.site.air import queries
from lantian.site.air.api import room
from lantian.site.air.models import Ranking
from lantian.site.air.models.rankings import OUT
from lantian.site.core.api import Key, Moment, Named, Out, Page, Paged, Word, orders, paged
from lantian.site.core.request import Request


class RankingOut(Out):
    """排名: the parts of an area by one metric over a period, as it was released."""

    id: int
    metric: str
    title: str
    unit: str
    area: Named | None
    first: dt.date
    last: dt.date
    edition: str
    source: Literal["own", "city"] = Field(description="the district's own stations, or bulletins of the city")
    state: Literal["released", "replaced"] = Field(description="replaced: a corrected edition holds")
    released_at: Moment | None
    replaced_by: int | None

    @classmethod
    def of(cls, one: Ranking) -> RankingOut:
        return cls(**_head(one))


class RankedOut(Out):
    """A line of a ranking."""

    area: int
    name: str
    value: float | None
    place: int | None = Field(description="null where there is no valid value")
    tied: bool
    before: float | None = Field(description="a year before")
    change: float | None = Field(description="per cent against a year before")
    moved_year: int | None = Field(description="places won (lost: below zero) against a year before")
    moved: int | None = Field(description="against the month before")
    valid: int
    expected: int | None
    explanation: str


class RankingWhole(RankingOut):
    """A ranking with its lines and the text of the bulletin, which is in Chinese."""

    rows: list[RankedOut]
    text: list[str]

    @classmethod
    def of(cls, one: Ranking) -> RankingWhole:
        language = "en" if get_language() == "en" else "zh"
        lines = [RankedOut(**row | {"explanation": row["explanation"][language]}) for row in one.rows]
        return cls(**_head(one), rows=lines, text=list(one.text))


def _head(one: Ranking) -> dict[str, Any]:
    names = ("metric", "title", "unit", "first", "last", "edition", "source", "state", "released_at")
    later = getattr(one, "replaced_by", None)
    return {name: getattr(one, name) for name in names} | {
        "id": one.pk,
        "area": Named.of(one.area),
        "replaced_by": later.pk if later is not None and later.state in OUT else None,
    }


class RankingQuery(Paged):
    metric: Word | None = None
    area: Key | None = None
    state: Literal["released", "replaced"] | None = None


_READ: dict[str, Any] = {"policy": "air.ranking.see", "scope": "air:read"}


@room.get("/rankings", "rankings", summary=_("已发布的排名"), returns=Page[RankingOut], **_READ)
def rankings(request: Request, asked: Query[RankingQuery]) -> Page[RankingOut]:
    """Rankings, the latest period first; drafts are not told."""
    rows = queries.rankings(request.person).filter(state__in=OUT, **asked.asked())
    return paged(rows, asked, orders("-last", "-pk"), RankingOut.of)


@room.get("/rankings/{int:pk}", "ranking", summary=_("一份排名"), returns=RankingWhole, **_READ)
def ranking(request: Request, pk: Key) -> RankingWhole:
    """One ranking with its lines and its text."""
    found = queries.rankings(request.person).filter(state__in=OUT, pk=pk).first()
    if found is None:
        raise Http404
    return RankingWhole.of(found)
