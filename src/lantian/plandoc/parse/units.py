"""Splits a role field into names of units or people."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import pairwise

from lantian.plandoc.rebuild.marks import compact, ends_like_unit, grammar, is_nothing
from lantian.plandoc.rebuild.plain import plain
from lantian.plandoc.traced import Traced

SEPARATOR = re.compile(r"[、,;\n]|。\s*$|\s{2,}|(?<=[\u4e00-\u9fff)]) (?=[\u4e00-\u9fff])")
LEADS = re.compile(r"\(\s*(?:总?牵头(?:单位|部门)?)\s*\)$")
NAME_SEPARATOR = re.compile(r"[、,;\n/]")


def _top_level(text: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    """Matches of a separator outside brackets, on the shadow of a text."""
    shadow, depth, inside = plain(text), 0, []
    for c in shadow:
        depth += c in "(["
        inside.append(depth > 0)
        depth -= c in ")]" and depth > 0
    return [m.span() for m in pattern.finditer(shadow) if not any(inside[m.start() : m.end()])]


def _pieces(text: Traced, pattern: re.Pattern[str]) -> list[Traced]:
    out, start = [], 0
    for a, b in _top_level(text.text, pattern):
        out.append(text[start:a])
        start = b
    out.append(text[start:])
    stripped = (p.strip(" \t\u3000\n。；;，,、.:：") for p in out)
    return [p for p in stripped if p and not is_nothing(p.text)]


def split_units(text: Traced) -> list[Traced]:
    """Names in a role field, in order, blanks inside names taken out, doubles kept once.

    Separators are 、 ， ； and line breaks outside brackets; 和 and 及 are part of names.

    >>> [u.text for u in split_units(Traced.of("区环保局、区工信局（含园区），\\n各镇街"))]
    ['区环保局', '区工信局（含园区）', '各镇街']
    """
    text = _close_blanks(text)
    return _once(p.cut(r"\s") for p in _pieces(text, SEPARATOR))


def _close_blanks(text: Traced) -> Traced:
    """A single blank is kept as a separator only when every name beside one ends like a unit."""
    spots = [m.start() for m in re.finditer(r"(?<=[\u4e00-\u9fff)）]) (?=[\u4e00-\u9fff])", text.text)]
    if not spots:
        return text
    parts = re.split(r"[、，,；;\n]| (?=[\u4e00-\u9fff])", text.text)
    if all(ends_like_unit(p) for p in parts if compact(p)):
        return text
    return text.cut(r"(?<=[\u4e00-\u9fff)）]) (?=[\u4e00-\u9fff])")


def unwrap_list(text: Traced, starts: tuple[str, ...] = ()) -> Traced:
    """A list of names from a cell whose lines may be mere wraps: line breaks stay only where they separate names.

    `starts` are beginnings of full names beside the usual ones, such as the district's own name.

    Where the list has separators, no line break is one. Otherwise a break stands between names where what goes
    before ends like a name and the next line begins like a full one, or is a full one behind a line that is not full.

    >>> unwrap_list(Traced.of("区住建局、各街道\\n办事处")).text, unwrap_list(Traced.of("区住建局\\n区交\\n通局")).text
    ('区住建局、各街道办事处', '区住建局\\n区交通局')
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) < 2:
        return text
    listed = bool(re.search(r"[、,;]", plain(text.text)))
    longest = max(len(line) for line in lines)
    out = lines[0]
    for before, line in pairwise(lines):
        fresh = line.text.startswith((*grammar().prefixes, *starts)) and not line.text.startswith(grammar().suffixes)
        apart = len(before) < longest and ends_like_unit(before.text) and ends_like_unit(line.text)
        parted = not listed and ends_like_unit(out.text.rsplit("\n", 1)[-1]) and (fresh or apart)
        out = Traced.join("\n" if parted else "", [out, line])
    return out


def split_names(text: Traced) -> list[Traced]:
    """Names of people: a two-character name may have blanks inside (孙  硕), several names stand on lines of their own.

    >>> [n.text for n in split_names(Traced.of("赵  一\\n钱二三"))]
    ['赵一', '钱二三']
    """
    out = []
    for piece in _pieces(text, NAME_SEPARATOR):
        tokens = piece.split(r"\s+")
        k = 0
        while k < len(tokens):
            one = tokens[k]
            if len(one) == 1 and k + 1 < len(tokens):
                one = Traced.join("", [one, tokens[k + 1]])
                k += 1
            k += 1
            if one:
                out.append(one)
    return _once(out)


def unwrap_people(text: Traced) -> Traced:
    """People from a cell whose lines may be mere wraps: a single character ends the name above it.

    >>> unwrap_people(Traced.of("赵一\\n钱二\\n三")).text
    '赵一\\n钱二三'
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    out = lines[0] if lines else text
    for line in lines[1:]:
        out = Traced.join("" if len(line) == 1 else "\n", [out, line])
    return out


def names_by_role(role: str, text: Traced) -> dict[str, list[Traced]]:
    """Names in a field of a role, by role: one of several may be marked as the lead (区城管局（牵头）、各镇街)."""
    if role == "leaders":
        return {role: split_names(text)}
    out: dict[str, list[Traced]] = {}
    for name in split_units(text):
        leads = LEADS.search(plain(name.text)) if role != "lead" else None
        out.setdefault("lead" if leads else role, []).append(name[: leads.start()] if leads else name)
    return out


def split_glued(names: list[Traced], known: Collection[str], starts: tuple[str, ...]) -> list[Traced]:
    """Units whose separator was lost are split where both halves are names that the document uses elsewhere.

    A second half counts only when it begins like a full name (`starts`: 区, 市, the district's name …), so that an
    office's own branch (区公安局交通支队) stays whole.
    """
    out = []
    for name in names:
        text = name.text
        cuts = [
            k
            for k in range(2, len(text) - 1)
            if text[:k] in known and text[k:] in known and text[k:].startswith(starts)
        ]
        out += [name[: cuts[0]], name[cuts[0] :]] if cuts else [name]
    return _once(out)


def split_glued_people(names: list[Traced], known: Collection[str]) -> list[Traced]:
    """People whose separator was lost: more than three characters, one half a name used elsewhere, the other as long
    as a name.

    >>> [n.text for n in split_glued_people([Traced.of("赵一钱二三")], {"钱二三"})]
    ['赵一', '钱二三']
    """
    out = []
    for name in names:
        text = name.text
        cuts = (
            [k for k in (2, 3) if 2 <= len(text) - k <= 3 and {text[:k], text[k:]} & set(known)]
            if len(text) > 3
            else []
        )
        out += [name[: cuts[0]], name[cuts[0] :]] if cuts else [name]
    return _once(out)


def _once(names: Iterable[Traced]) -> list[Traced]:
    seen: set[str] = set()
    out = []
    for name in names:
        if name.text and name.text not in seen:
            seen.add(name.text)
            out.append(name)
    return out
