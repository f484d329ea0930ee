"""Town names in running text, recognised by their grammar: a short name and the suffix of a town."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from lantian.plandoc.parse.quantities.lexer import any_of, fold, words

HAN = r"[\u4e00-\u9fff]"
ROAD = re.compile("[\u4e00-\u9fff]{2}(?=[路街道里桥门]$)")


@cache
def _strong() -> re.Pattern[str]:
    return re.compile(rf"({HAN}{{1,8}}?)({any_of(words().town_suffixes)})")


@cache
def _weak() -> re.Pattern[str]:
    return re.compile(rf"({HAN}{{2,10}}?)({any_of(words().weak_town_suffixes)})")


@cache
def _leads() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(words().town_leads)}|[\s：:（、，])+")


def _generic(stem: str, suffix: str) -> bool:
    """Whether what stands before the suffix is no name: 各(街道), 城(乡), 相关(镇), 着火的(乡)."""
    rule = words()
    bare = ROAD.sub("", stem)  # 建设路街道 is named after a road
    return (
        stem in rule.not_towns
        or stem.endswith(tuple(w for w in rule.not_towns if len(w) > 1))
        or any(w in bare for w in rule.not_in_towns)
        or stem[0] in "各每本该以及"
        or "的" in stem
        or stem[-1] in "乡村镇各"
        or (stem[-1] == "城" and not (len(stem) > 1 and suffix.startswith("街道")))  # 东城街道, but 小城镇, 城乡
        or (stem[-1] == "街" and not (len(stem) > 2 and suffix.startswith("街道")))  # 东大街街道, but 各街乡
    )


def town_at(text: str, start: int = 0, *, weak: bool = False) -> tuple[int, int] | None:
    """The town name that opens a piece of text, behind words such as 其中 or 在.

    >>> text = "其中松溪镇某某厂"
    >>> text[slice(*town_at(text))]
    '松溪镇'
    """
    lead = _leads().match(text, start)
    for at in dict.fromkeys([lead.end() if lead else start, start]):
        for pattern in (_strong(), _weak()) if weak else (_strong(),):
            m = pattern.match(text, at)
            if not m:
                continue
            if _generic(m[1], m[2]):
                return None  # 对全镇 is no town 对全
            # 前门街道 is no 门街道 behind 前: what a lead word leaves must still be a name
            if (len(m[1]) > 1 or at == start) and not _goes_on(text, m.end()):
                return m.span()
    return None


def _goes_on(text: str, end: int) -> bool:
    """Whether the suffix is only part of a longer generic word: 乡镇, 镇街, 街道路."""
    return text[end : end + 1] in tuple("街级乡村域区路面") or text[end : end + 2] in (
        "道路",
        "企业",
        "工业",
        "财政",
        "财力",
    )


def town_names(text: str) -> list[str]:
    """Every town named in a text, in order of first mention, by grammar alone.

    >>> town_names("柳湾镇2家、北桥街道1家，各镇街要加强巡查")
    ['柳湾镇', '北桥街道']
    """
    folded = fold(text)
    names: dict[str, None] = {}
    for piece in re.finditer(r"[^，。；、：\s（）]+", folded):
        at = town_at(piece[0])
        if at:
            names.setdefault(piece[0][slice(*at)])
    return list(names)


class Towns:
    """Names of towns known from anywhere in a document, and the short forms that stand for them.

    A stem that two towns share stands for neither.
    """

    def __init__(self, names: Iterable[str]) -> None:
        suffix = re.compile(rf"(?:{any_of([*words().town_suffixes, *words().weak_town_suffixes])})$")
        self.names = {n: n for n in names}
        stems: dict[str, set[str]] = {}
        for name in self.names:
            stem = suffix.sub("", name)
            if len(stem) > 1 and stem != name:
                stems.setdefault(stem, set()).add(name)
        self.short = {stem: next(iter(full)) for stem, full in stems.items() if len(full) == 1}

    def at(self, text: str) -> tuple[int, int, str] | None:
        """The town that opens a piece of text, by full or short name, with its full name."""
        lead = _leads().match(text)
        for start in dict.fromkeys([lead.end() if lead else 0, 0]):
            for known in (self.names, self.short):
                for length in range(LONGEST, 1, -1):
                    full = known.get(text[start : start + length])
                    if full:
                        return start, start + length, full
        return None


LONGEST = 16  # characters of a town's name


@lru_cache(maxsize=64)
def known_towns(names: tuple[str, ...]) -> Towns:
    return Towns(names)
