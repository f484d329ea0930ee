"""Unfinished and broken text: blanks that nobody filled in, characters that a wrong encoding left behind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from lantian.plandoc.check.context import Check, Context, Stretch
from lantian.plandoc.plan import Finding, Plan, Span

AROUND = 8  # characters shown on either side of what was found
AT_MOST = 20  # findings of one kind; a text in a wrong encoding would give thousands
KINDS = {
    "replacement": ("替换符（原字已丢失）", "a replacement character (the original is lost)"),
    "private": ("自造字区字符", "a private-use character"),
    "control": ("控制字符", "a control character"),
    "lookalike": ("形似汉字的部首或兼容字符", "a radical or compatibility character that looks like a Chinese one"),
    "mojibake": ("乱码", "text decoded with a wrong encoding"),
}
# not in the classes of Python's re: ranges of Unicode, written as escapes
BAD = re.compile(
    "(?P<replacement>\ufffd+)"
    "|(?P<private>[\ue000-\uf8ff\U000f0000-\U0010fffd]+)"
    "|(?P<control>[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f]+)"
    "|(?P<lookalike>[\u2e80-\u2fd5\uf900-\ufaff]+)"
)


def placeholder(plan: Plan, context: Context) -> Iterator[Finding]:
    """A blank that was to be filled in: ×××, ____, 待定, 【】, 年  月  日."""
    pattern = re.compile("|".join(f"(?:{p})" for p in _patterns(context.rules.text.placeholders)))
    for text, found in _search(pattern, context):
        shown = _shown(text.text, found)
        yield Finding(
            code="placeholder",
            severity="warning",
            message=f"{_zh(text)}有未填内容“{found[0].strip() or '空白'}”：{shown}。",
            message_en=f"{_en(text)}: a blank to be filled in, “{found[0].strip() or 'blank'}”: {shown}.",
            task_numbers=_labels(text),
            spans=_spans(text, found, context),
        )


def bad_character(plan: Plan, context: Context) -> Iterator[Finding]:
    """Characters that no author writes: lost, private-use, control, look-alike, wrongly decoded."""
    mojibake = re.compile("|".join(f"(?:{p})" for p in context.rules.text.mojibake))
    for pattern in (BAD, mojibake):
        for text, found in _search(pattern, context):
            zh, en = KINDS[found.lastgroup or "mojibake"]
            codes = " ".join(f"U+{ord(c):04X}" for c in dict.fromkeys(found[0]))
            shown = _shown(text.text, found)
            yield Finding(
                code="bad_character",
                severity="warning",
                message=f"{_zh(text)}有{zh} {codes}：{shown}。{_meant(found[0])}",
                message_en=f"{_en(text)}: {en}, {codes}: {shown}.",
                task_numbers=_labels(text),
                spans=_spans(text, found, context),
            )


def _patterns(patterns: tuple[str, ...]) -> list[str]:
    """Patterns that may stand side by side: an inline flag becomes one of its group."""
    return [re.sub(r"^\(\?i\)(.*)$", r"(?i:\1)", p, flags=re.DOTALL) for p in patterns]


def _search(pattern: re.Pattern[str], context: Context) -> Iterator[tuple[Stretch, re.Match[str]]]:
    """Matches in the source where there is one (it holds everything, once), else in tasks and passages."""
    stretches = [Stretch(context.source)] if context.source else _parsed(context)
    left = AT_MOST
    for stretch in stretches:
        for found in pattern.finditer(stretch.text):
            yield (_owner(found, context) if context.source else None) or stretch, found
            left -= 1
            if not left:
                return


def _parsed(context: Context) -> list[Stretch]:
    titles = [Stretch(item.task.title, item, item.task.spans.get("title")) for item in context.items if item.task.title]
    return [*titles, *context.stretches]


def _owner(found: re.Match[str], context: Context) -> Stretch | None:
    """The task whose field covers a place of the source."""
    for item in context.items:
        for span in item.task.spans.values():
            if span.start <= found.start() < span.end:
                return Stretch(found.string, item, span)
    return None


def _spans(text: Stretch, found: re.Match[str], context: Context) -> list[Span]:
    if context.source:
        start, end = found.span()
        base = text.span if text.span and "\n" not in context.source[text.span.start : start] else None
        return [(base or Span(start=0, end=0)).model_copy(update={"start": start, "end": end})]
    return [text.span] if text.span else []


def _shown(text: str, found: re.Match[str]) -> str:
    piece = text[max(0, found.start() - AROUND) : found.end() + AROUND]
    visible = "".join(c if c.isprintable() else "□" if c not in "\n\r\t" else " " for c in piece)
    return f"“…{visible.strip()}…”"


def _meant(characters: str) -> str:
    plain = unicodedata.normalize("NFKC", characters)
    return f"应为“{plain}”？" if plain != characters and plain.isprintable() else ""


def _zh(text: Stretch) -> str:
    return text.item.zh if text.item else "文中"


def _en(text: Stretch) -> str:
    return text.item.en if text.item else "the document"


def _labels(text: Stretch) -> list[str]:
    return [text.item.label] if text.item else []


CHECKS: tuple[Check, ...] = (placeholder, bad_character)
