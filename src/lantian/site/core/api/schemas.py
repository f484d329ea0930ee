"""Types that schemas of all rooms are made of."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Generic, Self, TypeVar

from django.db import models
from django.utils import timezone
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

T = TypeVar("T")
LARGEST_KEY = 2**63 - 1


def _no_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("NUL characters are not allowed")
    return text


# Databases keep no NUL character, so that no text may hold one.
_clean = AfterValidator(_no_nul)
Word = Annotated[str, Field(max_length=200), _clean]
Line = Annotated[str, Field(max_length=500), _clean]
Prose = Annotated[str, Field(max_length=10_000), _clean]
Key = Annotated[int, Field(ge=1, le=LARGEST_KEY)]
# A time says its zone: the site's, +08:00.
Moment = Annotated[
    dt.datetime,
    PlainSerializer(lambda at: timezone.localtime(at).isoformat(), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class Out(BaseModel):
    """What the API tells."""

    model_config = ConfigDict(frozen=True)


class Told(Out):
    """What is told of a stored thing, by `told`; a schema that tells more adds to that."""

    @classmethod
    def told(cls, one: Any) -> dict[str, Any]:
        """Its fields."""
        raise NotImplementedError

    @classmethod
    def of(cls, one: Any) -> Self:
        """The thing as it is told."""
        return cls(**cls.told(one))


class In(BaseModel):
    """What the API is told: nothing that it does not know, no infinite number."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Named(Out):
    """A thing that is shown elsewhere in full."""

    id: int
    name: str

    @classmethod
    def of(cls, obj: models.Model | None) -> Named | None:
        return None if obj is None else cls(id=obj.pk, name=str(obj))


class Paged(BaseModel):
    """What every list takes."""

    limit: int = Field(50, ge=1, le=200, description="rows of a page")
    cursor: Line | None = Field(None, description="`next` of the page before")

    def asked(self) -> dict[str, Any]:
        """What is asked for beside the place: a cursor holds for this alone."""
        return self.model_dump(mode="json", exclude={"limit", "cursor"}, exclude_none=True)


class Page(Out, Generic[T]):
    """Some rows, and where to go on. There is no total, as counting a large table is slow."""

    items: list[T]
    next: str | None = Field(description="give it as `cursor` for the rows that follow; null at the end")
