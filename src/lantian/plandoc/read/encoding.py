"""Which encoding a Chinese text is in.

A decoder is believed for what comes out of it: Chinese text in the right encoding consists nearly all of everyday
characters, in a wrong one of rare ones, private-use ones and errors. Statistics over single characters decide already
for a few words, where general detectors guess.
"""

from __future__ import annotations

import codecs
import re
from functools import cache
from itertools import islice

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
CANDIDATES = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")  # of equals the first wins
NAMES = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs"}
PLAUSIBLE = 0.75  # right decoders reach 0.95, wrong ones stay below 0.6
SAMPLE = 65_536  # bytes looked at
CERTAIN = 8  # three-byte characters of faultless UTF-8; no other encoding looks like that by chance
THREE_BYTES = re.compile(b"[\xe0-\xef][\x80-\xbf]{2}")
ERRORS_BORNE = 0.01  # broken characters among the non-ASCII ones: a damaged file is still read, with a warning
USUAL_MARKS = re.compile("[　-〟・“”‘’—–…·•●■□○◆★※→≤≥±×÷≈℃°㎡㎎㎏㎞μ²³₀-₉①-⒛Ⅰ-Ⅻ㈠-㈩﹐-﹫！-～￥〔〕]")


def text_of(data: bytes, declared: str | None = None) -> tuple[str, str, int] | None:
    """Text, encoding and number of characters that could not be decoded; None when no encoding fits.

    Parameters
    ----------
    declared : the encoding a page claims for itself; believed when the text then makes sense.
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return _decoded(data[len(bom) :], encoding)
    if data.isascii() and b"\0" not in data:
        return data.decode("ascii"), "ascii", 0
    if _is_utf8(data) and sum(1 for _ in islice(THREE_BYTES.finditer(data), CERTAIN)) == CERTAIN:
        return data.decode("utf-8"), "utf-8", 0
    candidates: tuple[str, ...] = CANDIDATES
    if declared and (known := _known(declared)):
        candidates = (known, *(c for c in CANDIDATES if c != known))
    sample = data[:SAMPLE]
    scores = {c: plausibility(sample, c) for c in candidates}
    best = max(candidates, key=lambda c: scores[c])
    # Characters of other scripts than Chinese are no argument against UTF-8 that decodes without an error, unless
    # all are two bytes long, as two-byte encodings may look by chance.
    if scores[best] < PLAUSIBLE and _is_utf8(data) and b"\0" not in data and re.search(b"[\xe0-\xf4]", data):
        best = "utf-8"
    elif scores[best] < PLAUSIBLE:
        return None
    return _decoded(data, best)


def plausibility(data: bytes, encoding: str) -> float:
    """Share of everyday Chinese characters and marks in what is not ASCII, from 0 to 1; errors and controls weigh 4."""
    text = data.decode(encoding, errors="replace")
    if len(data) >= SAMPLE:
        text = text[:-2]  # the sample may end inside a character
    good = bad = 0
    everyday = _everyday(encoding)
    for ch in text:
        if ch in everyday:
            good += 1
        elif ch == "\ufffd" or (ch < " " and ch not in "\t\n\r\f\v\x1a") or "\x7f" <= ch <= "\x9f":
            bad += 4
        elif ch > "\x7f":
            bad += 1
    return good / (good + bad) if good + bad else 0.0


@cache
def _everyday(encoding: str) -> frozenset[str]:
    """Frequent characters (the first planes of GB 2312 and of Big5) and marks; Big5 has only its own."""
    gb = {bytes((hi, lo)).decode("gb2312", "ignore") for hi in range(0xB0, 0xD8) for lo in range(0xA1, 0xFF)}
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    big5 = {bytes((hi, lo)).decode("big5", "ignore") for hi in range(0xA4, 0xC7) for lo in trails}
    marks = {chr(c) for c in range(0x80, 0x10000) if USUAL_MARKS.match(chr(c))}
    sets = {"big5hkscs": big5 | marks}
    return frozenset(sets.get(encoding, gb | big5 | marks)) - {""}


def _known(name: str) -> str | None:
    name = name.strip().lower()
    try:
        known = codecs.lookup(NAMES.get(name, name)).name
    except (LookupError, ValueError):
        return None
    return known if known in CANDIDATES else None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(data: bytes, encoding: str) -> tuple[str, str, int] | None:
    """None when too much of it cannot be decoded."""
    marked = data.decode(encoding, errors="replace")
    broken = marked.count("\ufffd")
    if broken > max(2, ERRORS_BORNE * len(marked)):
        return None
    return marked, encoding, broken
