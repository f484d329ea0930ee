"""Coordinates in the writings of offices, phones and maps; what is none is told apart by why."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.coordinates import Spot, Unreadable, degrees, spot

PLACE = Spot(116.36, 39.91)


@pytest.mark.parametrize(
    "text",
    [
        "116.36, 39.91",
        "116.36，39.91",
        "116.36 39.91",
        "(116.36;39.91)",
        "东经116.36 北纬39.91",
        "北纬39.91，东经116.36",
        "北纬 39°54′36″，东经 116°21′36″",
        "116°21'36\" 39°54'36\"",
        "116°21’36”E 39°54’36”N",
        "39°54'36''N, 116°21'36''E",
        "116度21分36秒，39度54分36秒",
        "E116.36° N39.91°",
        "116°21.6′ 39°54.6′",
        "经度：116.36 纬度：39.91",
        "lat=39.91 lng=116.36",
        "１１６．３６，３９．９１",
    ],
)
def test_the_usual_writings(text):
    found = spot(text)
    assert (found.longitude, found.latitude, found.swapped) == (116.36, 39.91, False)


def test_the_latitude_first_is_found_by_its_size():
    assert spot("39.91, 116.36") == Spot(116.36, 39.91, swapped=True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("116.36", "one"),
        ("116.36, 39.91, 45", "many"),
        ("广安门外大街", "many"),
        ("东经116.36 东经117", "many"),
        ("116°61′0″, 39.91", "parts"),
        ("116.36, 89.91", "range"),
        ("西经116.36 北纬39.91", "range"),
        ("-116.36, 39.91", "range"),
        ("446123.5, 4417654.2", "projected"),
        ("nan, nan", "many"),
        ("1e9, 39", "many"),
    ],
)
def test_what_is_no_place_says_why(text, why):
    with pytest.raises(Unreadable) as refused:
        spot(text)
    assert refused.value.why == why


@given(
    st.floats(70, 140, allow_nan=False).map(lambda x: round(x, 6)),
    st.floats(0, 60, allow_nan=False).map(lambda y: round(y, 6)),
)
def test_every_place_of_china_survives_its_writing(x, y):
    for text in (f"{x:.6f}, {y:.6f}", f"{y:.6f} {x:.6f}", f"北纬{y:.6f}东经{x:.6f}"):
        found = spot(text)
        assert (found.longitude, found.latitude) == (x, y)
    whole, rest = divmod(x * 3600, 3600)
    minutes, seconds = divmod(rest, 60)
    seconds = min(round(seconds, 3), 59.999)
    assert math.isclose(degrees(f"{whole:.0f}°{minutes:.0f}′{seconds:.3f}″"), x, abs_tol=1e-6)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        found = spot(text)
    except Unreadable:
        return
    assert 70 <= found.longitude <= 140
    assert 0 <= found.latitude <= 60
