"""What stands around the text of a web page: menus, link lists, site headers and footers, hidden things."""

from __future__ import annotations

import re
from collections import defaultdict

from lxml import etree

from lantian.plandoc.read.builder import limits
from lantian.rulebook.schemas.reading import HtmlRules

CONTAINERS = frozenset({"div", "ul", "ol", "dl", "section", "table", "tr", "td", "p", "menu", "center", "form", "span"})
ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary", "dialog"})
HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
MAIN_SHARE = 0.5  # of the page's text that a <main> or <article> must hold to be believed


def main_text(root: etree._Element) -> etree._Element:
    """The element that holds the page's text, all furniture below it removed.

    When nothing would be left (a page of links alone), only what is never text is removed.
    """
    rules = limits().html
    _remove(root, [x for x in root.iter() if _never_text(x, rules)])
    body = root.find("body") if root.tag == "html" else root
    body = root if body is None else body
    sizes = _Sizes(body)
    whole = sizes.text[body]
    doomed = [x for x in body.iterdescendants() if _is_furniture(x, sizes, whole, rules)]
    left = whole - sum(sizes.text[x] for x in _outermost(doomed))
    if left <= 0:
        return body
    _remove(body, doomed)
    for tag in ("main", "article"):
        found = list(body.iter(tag))
        if (
            len(found) == 1
            and sizes.text[found[0]] >= MAIN_SHARE * whole
            and set(body.iter("h1")) <= set(found[0].iter("h1"))
        ):
            return found[0]
    return body


class _Sizes:
    """Characters of text, characters inside links and number of links of every element, in one pass."""

    def __init__(self, body: etree._Element) -> None:
        self.text: dict[etree._Element, int] = defaultdict(int)
        self.linked: dict[etree._Element, int] = defaultdict(int)
        self.links: dict[etree._Element, int] = defaultdict(int)
        for _, x in etree.iterwalk(body, events=("end",)):
            self.text[x] += len("".join((x.text or "").split()))
            if x.tag == "a" and x.get("href") is not None:
                self.linked[x], self.links[x] = self.text[x], 1
            parent = x.getparent()
            if parent is not None and x is not body:
                self.text[parent] += self.text[x] + len("".join((x.tail or "").split()))
                self.linked[parent] += self.linked[x]
                self.links[parent] += self.links[x]


def _never_text(x: etree._Element, rules: HtmlRules) -> bool:
    if not isinstance(x.tag, str) or (x.tag in rules.dropped and not (x.tag == "header" and _has_title(x))):
        return True
    return x.get("hidden") is not None or bool(HIDDEN.search(x.get("style") or ""))


def _has_title(x: etree._Element) -> bool:
    return x.find(".//h1") is not None


def _is_furniture(x: etree._Element, sizes: _Sizes, whole: int, rules: HtmlRules) -> bool:
    if x.tag not in CONTAINERS or _has_title(x):
        return False
    if sizes.links[x] >= rules.links and sizes.linked[x] >= rules.link_share * sizes.text[x]:
        return True
    if sizes.text[x] > rules.furniture_share * whole or x.tag in ("table", "tr", "td", "p", "span"):
        return False
    if x.tag == "form" or (x.get("role") or "").lower() in ROLES:
        return True
    names = re.split(r"[\s_-]+|(?<=[a-z])(?=[A-Z])|\d+", f"{x.get('class') or ''} {x.get('id') or ''}")
    return any(n.lower().rstrip("s") in rules.furniture for n in names if n)


def _outermost(elements: list[etree._Element]) -> list[etree._Element]:
    chosen = set(elements)
    return [x for x in elements if not any(a in chosen for a in x.iterancestors())]


def _remove(root: etree._Element, elements: list[etree._Element]) -> None:
    """Take elements out; the text behind them stays."""
    for x in elements:
        parent = x.getparent()
        if parent is None or x is root:
            continue
        before = x.getprevious()
        tail = x.tail or ""
        if before is not None:
            before.tail = (before.tail or "") + tail
        else:
            parent.text = (parent.text or "") + tail
        parent.remove(x)
