"""A shadow of a text in which look-alike characters are the same.

Patterns are matched on the shadow, text is cut from the source; both have the same length, so that offsets agree.
"""

from __future__ import annotations

_WIDE = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)}
_LIKE = {
    "\u3000": " ", "\u00a0": " ", "\t": " ", "〔": "(", "〕": ")", "【": "[", "】": "]", "﹝": "(", "﹞": ")",
    "—": "-", "–": "-", "－": "-", "─": "-", "‐": "-", "‑": "-", "−": "-", "•": "·", "・": "·", "〇": "〇", "｡": "。",
}  # fmt: skip
_TABLE = _WIDE | {ord(a): ord(b) for a, b in _LIKE.items()}
DIGITS = "0123456789"
CHINESE_DIGITS = "〇零一二三四五六七八九十百"


def plain(text: str) -> str:
    """The shadow: full-width forms, brackets, dashes and blanks made alike, one character for one.

    >>> plain("（１）２０１７—２０１８，完成")
    '(1)2017-2018,完成'
    """
    return text.translate(_TABLE)


def chinese_number(text: str) -> int | None:
    """Value of a small Chinese or Arabic number (一, 十二, 二十, 12), None when it is none.

    >>> [chinese_number(t) for t in ("三", "十", "十二", "二十一", "9", "x")]
    [3, 10, 12, 21, 9, None]
    """
    if text.isascii() and text.isdigit():
        return int(text)
    units = {c: k for k, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
    total = current = 0
    for c in text:
        if c in units:
            current = units[c]
        elif c in "十百":
            total += (current or 1) * (10 if c == "十" else 100)
            current = 0
        else:
            return None
    return total + current if text else None
