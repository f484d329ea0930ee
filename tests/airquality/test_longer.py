"""Days and months of what no standard evaluates."""

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.airquality.faults import AirError
from lantian.airquality.longer import days_of_hours, months_of_days


def test_twenty_hours_make_a_day():
    enough, short = [2.0] * 20 + [math.nan] * 4, [2.0] * 19 + [math.nan] * 5
    values, valid = days_of_hours([enough + short])
    assert values[0, 0] == 2
    assert np.isnan(values[0, 1])
    assert valid.tolist() == [[20, 19]]
    assert days_of_hours([short], least=1)[0].tolist() == [[2.0]]


def test_rain_is_added_up():
    assert days_of_hours([[0.0] * 22 + [0.1, 0.2]], how="sum")[0].tolist() == [[0.3]], "not 0.30000000000000004"
    assert months_of_days([[0.1, 0.2]], date(2026, 6, 1), how="sum")[1].tolist() == [[0.3]]


def test_frost_has_a_mean_too():
    assert days_of_hours([[-4.0, -5.0] * 12])[0].tolist() == [[-4.5]]


def test_parts_of_days_are_refused():
    with pytest.raises(AirError):
        days_of_hours([[1.0] * 25])


@given(st.lists(st.one_of(st.none(), st.integers(-50_000, 50_000)), min_size=1, max_size=70))
def test_months_are_the_means_of_their_days(thousandths):
    days = np.array([math.nan if one is None else one / 1000 for one in thousandths])
    first = date(2024, 1, 20)
    months, values, valid = months_of_days([days], first)
    month_of = (np.datetime64(first) + np.arange(len(days))).astype("datetime64[M]")
    for month, value, count in zip(months, values[0], valid[0], strict=True):
        mine = [one for one, there in zip(thousandths, month_of == month, strict=True) if there and one is not None]
        assert count == len(mine)
        assert np.isnan(value) if not mine else value == sum(mine) / (len(mine) * 1000)
