"""What routes of the air share: editions, stations by code, tables as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.air.asked import EDITIONS
from lantian.site.core.faults import Invalid
from lantian.site.core.table import harmless

CSV = "text/csv"


def known_edition(wanted: str) -> str:
    """An edition as asked for.

    Raises
    ------
    Invalid : there is no such edition
    """
    if wanted not in EDITIONS:
        said = format_lazy(_("没有这个标准版本，可用：{names}。"), names="、".join(EDITIONS))
        raise Invalid(said, fields={"edition": said})
    return wanted


def csv_of(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A table as a file; no text in it starts a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    response = HttpResponse(out.getvalue(), content_type=f"{CSV}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
