"""Coordinates of Chinese maps there and back."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lantian import geo

METRES = 111_320  # of a degree of latitude


def metres(a, b):
    return METRES * np.hypot(float(a[0] - b[0]) * np.cos(np.radians(float(b[1]))), float(a[1] - b[1]))


@given(st.floats(74, 134), st.floats(18.5, 53.5))
def test_there_and_back_is_less_than_a_metre(x, y):
    shifted = geo.gcj02_of_wgs84(x, y)
    assert metres(geo.wgs84_of_gcj02(*shifted), (x, y)) < 0.01
    assert metres(geo.to_wgs84(*geo.bd09_of_gcj02(*shifted), datum="bd09"), (x, y)) < 0.1
    assert 1 < metres(shifted, (x, y)) < 1500


def test_the_shift_at_a_known_place():
    """A place whose coordinates in both systems are widely quoted."""
    x, y = geo.gcj02_of_wgs84(116.391244, 39.907417)
    assert metres((x, y), (116.397488, 39.908822)) < 3


def test_outside_china_nothing_moves():
    assert geo.gcj02_of_wgs84(2.35, 48.86) == (2.35, 48.86)


def test_a_geometry_keeps_its_shape():
    ring = [[116.0, 39.0, 5.0], [116.1, 39.0], [116.1, 39.1], [116.0, 39.0]]
    made = geo.geometry_to_wgs84({"type": "MultiPolygon", "coordinates": [[ring]]}, datum="gcj02")
    (found,) = made["coordinates"][0]
    assert len(found) == 4
    assert found[0] == found[-1]
    assert geo.geometry_to_wgs84({"type": "Polygon", "coordinates": [ring]}, datum="wgs84")["coordinates"][0][1] == [
        116.1,
        39.0,
    ]
