"""Readers: a file in, a `Document` out; every bad input ends in a `ReadError` that helps.

>>> from lantian.plandoc.read import read
>>> read("松溪镇\\n".encode("gb18030"), name="plan.txt").blocks[0].text.text
'松溪镇'
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from pathlib import Path

from lantian.plandoc.document import Document, ReadError
from lantian.plandoc.read import guard

__all__ = ["Document", "ReadError", "read"]

# Loaded on first use: a text file shall not wait for the PDF library.
READERS = {
    "txt": "lantian.plandoc.read.txt",
    "docx": "lantian.plandoc.read.docx",
    "pdf": "lantian.plandoc.read.pdf",
    "html": "lantian.plandoc.read.html",
    "mht": "lantian.plandoc.read.mht",
    "office": "lantian.plandoc.read.office",
}


PAGED = frozenset({"pdf"})  # read page by page, which can take long, and tell how far they are


def read(
    source: str | os.PathLike[str] | bytes,
    *,
    name: str | None = None,
    most_bytes: int | None = None,
    told: Callable[[float], None] = lambda share: None,
) -> Document:
    """Read a plan document; what it is, its content says, not its name.

    Parameters
    ----------
    source : path of a docx, pdf, html, mht, txt or (with LibreOffice installed) doc, wps or rtf file; or its bytes.
    name : what messages call the file; default the name of the path.
    most_bytes : greatest size accepted; default from the rule `plan-reading`.
    told : is given the share (0 to 1) that is read, page by page where a document has pages; may raise to stop.

    Raises
    ------
    ReadError
        with code 'missing', 'empty', 'too-large', 'broken', 'password', 'scanned', 'old-office', 'encoding', 'bomb' or
        'unknown'; nothing is left behind.
    """
    if isinstance(source, bytes):
        data, name = source, name or "document"
        guard.check_size(len(data), name, most_bytes)
    else:
        name = name or Path(source).name
        data = guard.load(Path(source), name, most_bytes)
    kind = guard.kind(data, name)
    module = importlib.import_module(READERS[kind])
    document: Document = module.read(data, name, told) if kind in PAGED else module.read(data, name)
    told(1.0)
    return document
