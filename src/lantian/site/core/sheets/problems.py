"""What is wrong with a cell or a row, and what to do: kept in both languages, as the reader may not be the uploader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from django.utils import translation
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from lantian.site.core.faults import Text

Told = dict[str, str]
SHOWN = 40  # characters of a cell that a message repeats


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. `field` names the column; '' for the row as a whole."""

    text: Text
    field: str = ""


class BadCell(Exception):
    """A cell's content that the column cannot take; `text` says so to the reader."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text


def both(text: Text) -> Told:
    """A text in Chinese and in English, to be stored."""
    told = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            told[language] = str(text)
    return told


def joined(*texts: Text) -> Told:
    """Sentences one after the other, to be stored."""
    told = [both(text) for text in texts if text]
    return {"zh-hans": "".join(one["zh-hans"] for one in told), "en": " ".join(one["en"].strip() for one in told)}


def said(told: Mapping[str, str] | None) -> str:
    """A stored text in the reader's language."""
    if not told:
        return ""
    return told.get("en" if get_language() == "en" else "zh-hans", "")


def listed(texts: Iterable[Text]) -> Text:
    """Words one after the other, in the reader's language."""
    words = list(texts)
    return cast(Text, lazy(lambda: gettext("、").join(map(str, words)), str)())


def quoted(raw: object) -> str:
    """A cell's content as a message repeats it."""
    text = " ".join(str(raw).split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def bad(text: Text, raw: object = "", **facts: object) -> BadCell:
    """A `BadCell` whose text names what stands there: `bad(_("“{raw}”不是数字。"), raw)`."""
    return BadCell(format_lazy(text, raw=quoted(raw), **facts))


EMPTY = _("不能为空。请填写。")
