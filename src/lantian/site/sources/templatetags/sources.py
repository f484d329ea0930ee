"""How ledgers are told in templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import get_language

from lantian.plandoc.export.words import number_text
from lantian.rulebook.schemas.ledgers import Ledger, LedgerField
from lantian.site.core.faults import Text
from lantian.site.sources import reading, tables

register = template.Library()


@register.filter
def at(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The value of a key; None for none."""
    return mapping.get(key)


@register.filter
def ledger_title(ledger: Ledger) -> str:
    """A ledger's name in the reader's language."""
    return reading.said(ledger.label)


@register.filter
def said_field(field: LedgerField) -> str:
    """A field's name in the reader's language."""
    return reading.said(field.label)


@register.filter
def field_title(field: LedgerField) -> Text:
    """A field's name with its unit."""
    return tables.label_of(field)


@register.filter
def told(row: Mapping[str, Any]) -> str:
    """A row of a list for the public in one line, in the reader's language."""
    cells = [cell for cell in row["en" if get_language() == "en" else "zh"] if cell != ""]
    return "　".join(number_text(cell) if isinstance(cell, int | float) else str(cell) for cell in cells)
