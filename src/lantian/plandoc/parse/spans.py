"""From traced text to spans of the document."""

from __future__ import annotations

from lantian.plandoc.document import Document
from lantian.plandoc.plan import Span
from lantian.plandoc.traced import Traced


def span_of(document: Document, text: Traced, start: int = 0, end: int | None = None) -> Span | None:
    """Where a piece of traced text stands; None when none of its characters stand in the source."""
    found = text.span(start, end)
    if found is None:
        return None
    place = document.place(found[0])
    return Span(start=found[0], end=found[1], **vars(place))
