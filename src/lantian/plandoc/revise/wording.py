"""When two wordings are the same: layout blanks and the width of marks do not count."""

from __future__ import annotations

import re
import unicodedata

BLANKS = re.compile(r"\s+")
MARKS = str.maketrans({"，": ",", "；": ";", "：": ":", "（": "(", "）": ")", "。": ".", "“": '"', "”": '"', "、": ","})


def plain(text: str | None) -> str:
    """A wording without what mere layout changes.

    >>> plain("淘汰 10 台，锅炉") == plain("淘汰１０台,锅炉")
    True
    """
    return BLANKS.sub("", unicodedata.normalize("NFKC", text or "")).translate(MARKS)
