"""The polar plot as a drawing: a smooth surface over wind direction and speed, in the colours of its classes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lantian.airquality.arrays import Floats
from lantian.airquality.roses import Polar
from lantian.site.core.chart import Shade

RADIUS = 100.0
MARGIN = 16.0
RINGS = (1, 2, 5, 10, 20)  # m/s between rings: the first that leaves at most five


def drawing(polar: Polar, shades: list[Shade], label: str) -> SafeString:
    """An SVG; nothing where there is no surface. North is up, the distance from the middle is the wind speed."""
    if polar.surface is None:
        return SafeString("")
    top = float(polar.speeds[-1])
    size = RADIUS + MARGIN
    return format_html(
        '<svg class="ar-polar" viewBox="{} {} {} {}" role="img" aria-label="{}">{}{}</svg>',
        *(-size, -size, 2 * size, 2 * size, label),
        _surface(polar.grid, polar.surface, shades, top),
        _rings(top),
    )


def _surface(grid: Floats, surface: Floats, shades: list[Shade], top: float) -> SafeString:
    """Rows from west to east; neighbours of one class are one rectangle."""
    scale = RADIUS / top
    cell = float(grid[1] - grid[0]) * scale
    kinds = np.searchsorted([shade.above for shade in shades], surface, side="right") - 1
    kinds = np.where(np.isnan(surface), -1, np.clip(kinds, 0, len(shades) - 1))
    parts = []
    for row in range(len(grid)):
        line = kinds[:, row]
        cuts = [0, *(np.flatnonzero(np.diff(line)) + 1).tolist(), len(line)]
        for a, b in pairwise(cuts):
            if line[a] >= 0:
                x, y = grid[a] * scale - cell / 2, -grid[row] * scale - cell / 2
                # a little over, so that no seams show
                size = f'width="{(b - a) * cell + 0.15:.2f}" height="{cell + 0.15:.2f}"'
                parts.append(f'<rect x="{x:.2f}" y="{y:.2f}" {size} fill="{shades[line[a]].colour}"/>')
    return SafeString("".join(parts))


def _rings(top: float) -> SafeString:
    step = next((one for one in RINGS if top / one <= 5), RINGS[-1])
    scale = RADIUS / top
    parts = ['<g class="ar-rings">']
    for speed in range(step, int(top) + 1, step):
        parts.append(f'<circle r="{speed * scale:.1f}"/>')
        at = speed * scale * 0.7071
        parts.append(f'<text x="{at:.1f}" y="{-at:.1f}">{speed}</text>')
    parts.append(f'<path d="M0 {-RADIUS:g}V{RADIUS:g}M{-RADIUS:g} 0H{RADIUS:g}"/></g><g class="ar-compass">')
    names = (pgettext("wind", "北"), pgettext("wind", "东"), pgettext("wind", "南"), pgettext("wind", "西"))
    for name, (x, y) in zip(names, ((0, -1), (1, 0), (0, 1), (-1, 0)), strict=True):
        parts.append(f'<text x="{x * (RADIUS + 8):g}" y="{y * (RADIUS + 8):g}">{escape(name)}</text>')
    said = escape(_("风速 m/s"))  # catalogues are not read from inside f-strings
    parts.append(f'</g><text class="ar-unit" x="{RADIUS:g}" y="{RADIUS + 10:g}">{said}</text>')
    return SafeString("".join(parts))
