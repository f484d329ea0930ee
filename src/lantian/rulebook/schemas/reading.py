"""What the readers of plan documents accept, and what they take for the surroundings of a text."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, PositiveFloat, PositiveInt

from lantian.rulebook.entry import Entry, schema


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileLimits(_Part):
    """Of any file: its size, and the characters that may come out of it."""

    bytes: PositiveInt
    characters: PositiveInt


class ArchiveLimits(_Part):
    """Of a docx: number of packed files, their unpacked size, one part's size, unpacked against packed size."""

    entries: PositiveInt
    unpacked_bytes: PositiveInt
    part_bytes: PositiveInt
    ratio: PositiveInt


class TableLimits(_Part):
    """Of one table: rows, columns; `rules` are the ruling lines of one PDF page."""

    rows: PositiveInt
    columns: PositiveInt
    rules: PositiveInt


class PdfLimits(_Part):
    """`few`: characters that a scanned page may carry as text (a page number, a stamp) and still counts as a picture.
    `unreadable_share`: share of characters without a meaning from which a text layer counts as none."""

    pages: PositiveInt
    few: PositiveInt
    unreadable_share: PositiveFloat


class ConvertLimits(_Part):
    """`programs` are tried in this order to turn an old Word file into docx."""

    programs: tuple[str, ...]
    seconds: PositiveInt


class HtmlRules(_Part):
    """What is not the text of a page.

    `dropped` are elements left out with all they hold. `furniture` are words in an element's class or id that mark
    menus and the like, believed below `furniture_share` of the page's text. A block is a list of links when at least
    `links` links make up `link_share` of its text.
    """

    dropped: frozenset[str]
    furniture: tuple[str, ...]
    furniture_share: PositiveFloat
    links: PositiveInt
    link_share: PositiveFloat


@schema("plan-reading")
class PlanReading(Entry):
    """Limits that keep a hostile or broken upload from doing harm, and the readers' small tables.

    `symbols` maps font and code of a Word symbol ('symbol:b3', lower case) to the character it shows.
    """

    file: FileLimits
    archive: ArchiveLimits
    table: TableLimits
    pdf: PdfLimits
    convert: ConvertLimits
    html: HtmlRules
    symbols: dict[str, str]
