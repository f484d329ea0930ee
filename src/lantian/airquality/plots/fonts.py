"""A font with Chinese characters, found on this machine."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterable
from functools import lru_cache

from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

# Plain faces first, as figures want them; then what else systems bring along.
FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "STHeiti",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Noto Sans CJK JP",
    "Droid Sans Fallback",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Songti SC",
    "SimSun",
)
LATIN = "DejaVu Sans"  # comes with matplotlib
SAMPLE = "空气质量浓度颗粒物优良轻度污染严重综合指数镇街缺测"
HAN = re.compile(r"[\u3400-\u9fff]")
REMEDIES = {
    "linux": ("sudo apt install fonts-noto-cjk（或 dnf install google-noto-sans-cjk-fonts）", "fonts-noto-cjk"),
    "win32": (
        "在“设置 → 应用 → 可选功能”中添加“简体中文补充字体”",
        "“Chinese (Simplified) Supplemental Fonts” under Settings, Apps, Optional features",
    ),
    "darwin": ("brew install --cask font-noto-sans-cjk-sc", "font-noto-sans-cjk-sc by Homebrew"),
}


class MissingFont(UserWarning):
    """No font on this machine has Chinese characters: a figure with Chinese text shows boxes."""


@lru_cache(maxsize=1)
def chinese() -> str | None:
    """The family of a font that has Chinese characters; None where this machine has none.

    Known families first, then any font that has the characters of a sample. Fonts installed since matplotlib wrote
    its list are looked at too.
    """
    return _among(font_manager.fontManager.ttflist) or _among(_new())


def families(lang: str) -> list[str]:
    """Families to write with, the first first: a character that one lacks is taken from the next."""
    found = chinese()
    if found is None:
        return [LATIN]
    return [found, LATIN] if lang == "zh" else [LATIN, found]


def warn_if_missing(figure: Figure, *, stacklevel: int = 3) -> None:
    """Says what to install where a figure has Chinese text and no font for it."""
    if chinese() is None and any(HAN.search(text.get_text()) for text in figure.findobj(Text)):
        zh, en = REMEDIES.get(sys.platform, REMEDIES["linux"])
        warnings.warn(
            f"这台机器没有中文字体，图中汉字会成方框。请安装后重启内核：{zh}。"
            f" No font with Chinese characters was found; install {en} and restart the kernel.",
            MissingFont,
            stacklevel=stacklevel,
        )


def _among(entries: Iterable[font_manager.FontEntry]) -> str | None:
    plain = [entry for entry in entries if entry.style == "normal"]
    by_name: dict[str, list[font_manager.FontEntry]] = {}
    for entry in plain:
        by_name.setdefault(entry.name, []).append(entry)
    known = [entry for family in FAMILIES for entry in by_name.get(family, [])[:1]]
    return next((entry.name for entry in [*known, *plain] if _has(entry.fname)), None)


def _new() -> list[font_manager.FontEntry]:
    """Fonts of the system that matplotlib's list lacks, added to it."""
    manager = font_manager.fontManager
    before, known = len(manager.ttflist), {entry.fname for entry in manager.ttflist}
    for file in sorted(set(font_manager.findSystemFonts()) - known):
        try:
            manager.addfont(file)
        except (OSError, RuntimeError):  # a damaged file, or one that this matplotlib cannot read
            continue
    return manager.ttflist[before:]


@lru_cache(maxsize=512)
def _has(file: str) -> bool:
    """Whether a font has every character of the sample."""
    try:
        font = FT2Font(file)
    except (OSError, RuntimeError):
        return False
    return all(font.get_char_index(ord(one)) for one in SAMPLE)
