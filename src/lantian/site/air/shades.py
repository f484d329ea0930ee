"""Colours and letters of the index, as its standard gives them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantian.airquality.colours import colour as colour
from lantian.airquality.colours import on_it as on_it
from lantian.airquality.editions import Edition
from lantian.rulebook.schemas.standards import Category
from lantian.site.air.days import Stretch
from lantian.site.core.chart import Shade


def of_index(edition: Edition) -> list[Shade]:
    """A colour for each category of the index, from its first value on."""
    return [Shade(one.from_, colour(one), f"{letter(one, edition)} {name(one)}") for one in categories(edition)]


def categories(edition: Edition) -> Sequence[Category]:
    """Categories from good to severe."""
    return edition.index.category


def letter(category: Category, edition: Edition) -> str:
    """The category's level as one digit, so that colour is not alone."""
    return str(categories(edition).index(category) + 1)


def name(category: Category) -> str:
    """The category's name in the reader's language."""
    return category.name.en if get_language() == "en" else category.name.zh


def editions(judged: Sequence[Stretch]) -> str:
    """Which editions judge some days, and from when to when where they are several."""
    if len(judged) == 1:
        return _("{edition} 版").format(edition=judged[0][2].name)
    words = []
    for k, (first, last, rules) in enumerate(judged):
        said = (
            _("{edition} 版（至 {last}）")
            if k == 0
            else _("{edition} 版（{first} 起）")
            if k == len(judged) - 1
            else _("{edition} 版（{first} 至 {last}）")
        )
        words.append(said.format(edition=rules.name, first=first, last=last))
    return _("、").join(words)
