"""Plain text in any Chinese encoding: one line per physical line."""

from __future__ import annotations

import re

from lantian.plandoc.document import Document
from lantian.plandoc.read.builder import Builder, refusal
from lantian.plandoc.read.encoding import text_of

LINE_END = re.compile("\r\n|[\n\r\u2028\u2029\x85]")


def read(data: bytes, name: str) -> Document:
    """Lines with their number in the file; a form feed begins a new page.

    Raises
    ------
    ReadError
        'encoding' when no Chinese encoding makes sense of the file, 'empty' when it holds no text.
    """
    found = text_of(data)
    if not found:
        raise refusal(
            "encoding",
            name,
            "认不出文字编码。请用记事本打开，另存为 UTF-8 后再上传。",
            "the text encoding is not recognised. Open it in an editor, save it as UTF-8 and upload it again.",
        )
    text, encoding, broken = found
    build = Builder(name, "txt")
    if broken:
        build.warn(f"有 {broken} 处文字按 {encoding} 解码时已损坏。", f"{broken} characters are damaged in {encoding}.")
    page = 1 if "\f" in text else None
    lines = LINE_END.split(text.removesuffix("\x1a"))
    if not lines[-1]:
        lines.pop()
    for number, line in enumerate(lines, 1):
        for k, piece in enumerate(line.split("\f")):
            if k and page:
                page += 1
            # A form feed alone before a line end or at the front of a line is no line of its own.
            if piece or "\f" not in line:
                build.line(piece, page=page, number=number)
    return build.document(pages=page)
