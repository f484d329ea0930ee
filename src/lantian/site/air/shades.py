"""Colours and letters of the index, as its standard gives them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language

from lantian.airquality.editions import Edition
from lantian.rulebook.schemas.standards import Category
from lantian.site.core.chart import Shade


def of_index(edition: Edition) -> list[Shade]:
    """A colour for each category of the index, from its first value on."""
    return [Shade(one.from_, colour(one), f"{letter(one, edition)} {name(one)}") for one in categories(edition)]


def categories(edition: Edition) -> Sequence[Category]:
    """Categories from good to severe."""
    return edition.index.category


def colour(category: Category) -> str:
    """The category's colour, as the standard gives it."""
    red, green, blue = category.rgb
    return f"#{red:02x}{green:02x}{blue:02x}"


def on_it(category: Category) -> str:
    """The colour of letters on the category's colour: dark or white, whichever is read better."""
    red, green, blue = (part / 255 for part in category.rgb)
    return "#1d2733" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.3 else "#ffffff"


def letter(category: Category, edition: Edition) -> str:
    """The category's level as one digit, so that colour is not alone."""
    return str(categories(edition).index(category) + 1)


def name(category: Category) -> str:
    """The category's name in the reader's language."""
    return category.name.en if get_language() == "en" else category.name.zh
