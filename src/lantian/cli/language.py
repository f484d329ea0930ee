"""The language of the command line: Chinese, unless LANTIAN_LANG or the locale asks for English."""

from __future__ import annotations

import os
from collections.abc import Mapping


def language(environ: Mapping[str, str] = os.environ) -> str:
    """'zh' or 'en': LANTIAN_LANG first, then LC_ALL, LC_MESSAGES and LANG as the system reads them."""
    for name in ("LANTIAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name, ""):
            return "en" if value.lower().startswith("en") else "zh"
    return "zh"


def t(zh: str, en: str) -> str:
    """The one of two texts that the reader understands."""
    return en if language() == "en" else zh
