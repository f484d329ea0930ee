"""Colours of figures: those of the index as its standard gives them, and two quiet scales."""

from __future__ import annotations

from lantian.rulebook.schemas.standards import Category

DARK, WHITE = "#1d2733", "#ffffff"
MISSING = "#e4e8ec"
WINDS = ("#cfe3f5", "#93c0e6", "#4f93cf", "#1f6fb2", "#0b3f73")
HEAT = ("#fff3c4", "#fdd06f", "#f79a3e", "#e25a2b", "#b3261e", "#6d0f1d")


def colour(category: Category) -> str:
    """The category's colour, as the standard gives it."""
    red, green, blue = category.rgb
    return f"#{red:02x}{green:02x}{blue:02x}"


def on_it(category: Category) -> str:
    """The colour of letters on the category's colour: dark or white, whichever is read better."""
    red, green, blue = (part / 255 for part in category.rgb)
    return DARK if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.3 else WHITE
