"""Figures for notebooks and reports, drawn by matplotlib from what the library works out. Needs the extra `plots`.

Every function draws into `ax` or makes a figure of its own, in Chinese or English (`lang`), and gives the Axes back.
Settings of matplotlib stay as they were. Missing values stay gaps or grey, and how many values stand behind a figure
is written under its title.
"""

try:
    import matplotlib as _needed  # noqa: F401
except ImportError as error:
    raise ImportError(
        "画图需要 matplotlib：pip install 'lantian[plots]'。 Figures need matplotlib; pip install 'lantian[plots]'.",
        name="matplotlib",
    ) from error

from lantian.airquality.plots.cycles import diurnal, hours_of_week, weekly
from lantian.airquality.plots.days import calendar
from lantian.airquality.plots.fonts import MissingFont
from lantian.airquality.plots.rankings import ranking
from lantian.airquality.plots.trends import trend
from lantian.airquality.plots.winds import cbpf, polar, rose

__all__ = ["MissingFont", "calendar", "cbpf", "diurnal", "hours_of_week", "polar", "ranking", "rose", "trend", "weekly"]
