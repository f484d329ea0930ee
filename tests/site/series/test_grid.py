"""Grids: every time has one place, and a block gives its times back."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.site.series.grid import GRIDS, aware, local

# from 1992 on: until the year before, China had summer time, which the standards do not know
MOMENTS = st.datetimes(min_value=dt.datetime(1992, 1, 1), max_value=dt.datetime(2060, 1, 1))


def on(grid, moment):
    """The moment moved back onto the grid."""
    time = np.datetime64(moment, "s")
    if grid.name == "1d":
        return time.astype("datetime64[D]").astype("datetime64[s]")
    if grid.name == "1mo":
        return time.astype("datetime64[M]").astype("datetime64[s]")
    seconds = time.astype(np.int64)
    return np.datetime64(int(seconds - seconds % grid.step), "s")


@pytest.mark.parametrize("name", GRIDS)
@given(moment=MOMENTS)
def test_a_block_gives_back_the_time_at_its_slot(name, moment):
    grid = GRIDS[name]
    time = on(grid, moment)
    assert grid.on_grid(np.array([time]))[0]
    (start,), (slot,) = grid.place(np.array([time]))
    assert 0 <= slot < grid.slots
    assert grid.block_times(start)[slot] == time


@pytest.mark.parametrize("name", GRIDS)
@given(moment=MOMENTS)
def test_times_of_a_grid_follow_each_other_from_block_to_block(name, moment):
    grid = GRIDS[name]
    first = on(grid, moment)
    times = grid.times(first, on(grid, (first + np.timedelta64(40, "D")).item()))
    assert times[0] == first
    assert (np.diff(times.astype(np.int64)) > 0).all()
    starts, slots = grid.place(times)
    assert len({(a, b) for a, b in zip(starts.tolist(), slots.tolist(), strict=True)}) == len(times)


def test_midnight_is_the_last_hour_of_its_day():
    starts, slots = GRIDS["1h"].place(np.array(["2017-01-01T01:00", "2017-01-02T00:00"], "datetime64[s]"))
    assert slots.tolist() == [0, 23]
    assert set(starts.astype("datetime64[D]").astype(str)) == {"2017-01-01"}


def test_a_time_between_two_hours_is_off_the_grid():
    times = np.array(["2017-01-01T01:00", "2017-01-01T01:30"], "datetime64[s]")
    assert GRIDS["1h"].on_grid(times).tolist() == [True, False]


@given(moment=MOMENTS)
def test_local_and_aware_are_inverse(moment):
    time = np.datetime64(moment, "s")
    assert local(aware(time)) == time
