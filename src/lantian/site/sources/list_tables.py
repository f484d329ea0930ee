"""Lists that leave the house as the one table, with the columns that they were told with."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from lantian.site.core.faults import Text
from lantian.site.core.table import Column, Table
from lantian.site.sources.publishing import Row

LONG = ("firm", "address")  # columns that need room, beside the first


def spoken() -> str:
    """The reader's language, of the two in which lists are kept."""
    return "en" if get_language() == "en" else "zh"


def table_of(heads: list[dict[str, str]], name: Text, *, empty: Text) -> Table:
    """The list's own columns as the one table, in the reader's language."""
    language = spoken()

    def cell(k: int) -> Any:
        return lambda row: None if row[k] == "" else row[k]

    columns = [
        Column(
            f"c{k}",
            one[language][:1].upper() + one[language][1:],
            value=cell(k),
            css="wide" if not k or one["name"] in LONG else "",
        )
        for k, one in enumerate(heads)
    ]
    return Table(columns=columns, empty=empty, file_name=name)


def cells_of(rows: list[Row]) -> list[list[Any]]:
    """Rows in the reader's language."""
    language = spoken()
    return [one[language] for one in rows]
