"""Responsibility letters and pledges: what they say and whom they are for."""

from __future__ import annotations

from string import Formatter
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lantian.rulebook.entry import Entry, schema

# What a template may have filled in; anything else in braces is a mistake of who wrote it.
PLACES = (
    "district",  # the area of the plan
    "year",  # of the day that the letter is issued on
    "plan",  # title of the plan
    "doc_number",  # its number, empty where it has none
    "issuer",  # who hands the letter out
    "unit",  # who signs it
    "site",  # a site of the unit, empty where the letter is for the unit itself
    "place",  # the site where there is one, else the unit
    "begins",  # first day of the plan's period
    "ends",  # its last day
    "tasks",  # how many tasks the table has
    "serial",  # running number within the district, the template and the year
)
Reader = Literal["town", "department", "firm", "contractor"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Name(_Part):
    """What a template is called on pages."""

    zh: str
    en: str


class Section(_Part):
    """A numbered part: its heading and its items."""

    heading: str
    item: tuple[str, ...] = Field(min_length=1)


class Signature(_Part):
    """One block to sign: whose it is, and the lines below it."""

    party: str
    line: tuple[str, ...] = Field(min_length=1)


@schema("letter")
class LetterTemplate(Entry):
    """A responsibility letter (责任书) or pledge (承诺书). Texts may hold the places of `PLACES` in braces.

    Attributes
    ----------
    title : what the letter is called in lists and notices
    name : what the template is called where it is chosen
    readers : whom it is for: towns, departments, firms, contractors
    per_site : it is signed once for every site of a unit, not once for the unit
    heading, number : title and number of the document
    issuer : who hands it out
    parties : the lines that name who agrees with whom
    opening : paragraphs before the tasks
    tasks_heading : heading of the table of the unit's tasks; "" leaves the table out, and so does a unit without tasks
    section : duties and rules
    closing : paragraphs at the end
    signature : blocks to sign
    days : working days within which the signed copy is expected back
    """

    name: Name
    readers: tuple[Reader, ...] = Field(min_length=1)
    per_site: bool = False
    heading: str
    number: str
    issuer: str
    parties: tuple[str, ...] = Field(min_length=1)
    opening: tuple[str, ...] = Field(min_length=1)
    tasks_heading: str = ""
    section: tuple[Section, ...] = Field(min_length=1)
    closing: tuple[str, ...] = ()
    signature: tuple[Signature, ...] = Field(min_length=1)
    days: int = Field(default=10, ge=1, le=250)
    order: int = 100

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text with places to fill in."""
        sections = [text for one in self.section for text in (one.heading, *one.item)]
        signed = [text for one in self.signature for text in (one.party, *one.line)]
        head = (self.heading, self.number, self.issuer, self.tasks_heading)
        return (*head, *self.parties, *self.opening, *sections, *self.closing, *signed)

    @model_validator(mode="after")
    def _places_are_known(self) -> Self:
        for text in self.texts:
            try:
                named = [(name, spec, turned) for _text, name, spec, turned in Formatter().parse(text)]
            except ValueError as error:
                raise ValueError(f"{text!r}: braces do not match ({error})") from error
            for name, spec, turned in named:
                if name is not None and (name not in PLACES or spec or turned):
                    raise ValueError(f"{text!r}: there is no place {{{name}}}; there are {', '.join(PLACES)}")
        if "{serial}" not in self.number:
            raise ValueError("number needs {serial}, or two letters would bear the same")
        if not self.title or len(self.title) > 100:
            raise ValueError("title has to name the letter in at most 100 characters")
        if self.per_site and "{place}" not in "".join(self.texts) and "{site}" not in "".join(self.texts):
            raise ValueError("a letter for sites has to name its site: {site} or {place}")
        return self
