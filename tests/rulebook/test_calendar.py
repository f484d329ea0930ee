"""Heating seasons by city, working days and public holidays."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian import rulebook
from lantian.rulebook.calendar import (
    city_of,
    heating_season,
    holiday_start,
    is_working_day,
    published,
    working_day_after,
)
from lantian.rulebook.schemas.calendar import HeatingSeasons


@pytest.mark.parametrize(
    ("city", "year", "start", "end"),
    [
        ("北京市", 2017, date(2017, 11, 15), date(2018, 3, 15)),
        ("北京", 2017, date(2017, 11, 15), date(2018, 3, 15)),
        ("天津市蓟州区", 2018, date(2018, 11, 1), date(2019, 3, 31)),
        ("郑州市", 2020, date(2020, 11, 15), date(2021, 3, 15)),
        ("哈尔滨市", 2020, date(2020, 10, 20), date(2021, 4, 20)),
    ],
)
def test_a_heating_season_begins_in_the_autumn_of_its_year(city, year, start, end):
    season = heating_season(city, year)
    assert (season.start, season.end) == (start, end)


@pytest.mark.parametrize("city", [None, "", "云岭市", "市"])
def test_an_unlisted_city_has_an_assumed_season_and_says_so(city):
    season = heating_season(city, 2020)
    assert (season.start, season.end, season.sure) == (date(2020, 11, 15), date(2021, 3, 15), "assumed")


def test_no_listed_season_claims_more_than_it_knows():
    rule = rulebook.get("heating-season", as_=HeatingSeasons)
    assert {c.sure for c in rule.city} <= {"read", "second-hand", "memory"}
    for city in rule.city:
        season = heating_season(city.name, 2022)
        assert date(2022, 10, 1) <= season.start < season.end <= date(2023, 5, 1)


def test_city_of_takes_the_city_that_is_named_most():
    assert city_of("北京市要求，天津市落实，天津各区……") == "天津"
    assert city_of("云岭市青河区") is None


def test_make_up_days_are_worked_and_holidays_are_not():
    assert is_working_day(date(2017, 9, 30))  # Saturday, worked before National Day
    assert not is_working_day(date(2017, 10, 3))  # Tuesday in the holiday
    assert not is_working_day(date(2017, 9, 24))  # a plain Sunday
    assert is_working_day(date(2017, 9, 25))


def test_counting_skips_the_holiday_week():
    assert working_day_after(date(2017, 9, 30), 1).day == date(2017, 10, 9)
    assert working_day_after(date(2017, 9, 29), 2).day == date(2017, 10, 9)


def test_years_that_are_not_published_count_weekdays_and_say_so():
    far = date(2090, 1, 2)  # a Monday
    assert far.weekday() == 0
    found = working_day_after(far, 5)
    assert (found.day, found.published) == (date(2090, 1, 9), False)
    assert working_day_after(date(2017, 1, 3), 3).published
    assert not published(far)


@pytest.mark.parametrize("n", [0, -1, 1001])
def test_a_senseless_number_of_days_is_refused(n):
    with pytest.raises(ValueError, match="1 to 1000"):
        working_day_after(date(2020, 1, 1), n)


@given(st.dates(date(2005, 1, 1), date(2060, 1, 1)), st.integers(1, 60))
def test_the_nth_working_day_is_worked_and_n_working_days_away(day, n):
    found = working_day_after(day, n).day
    between = (day + timedelta(days=k) for k in range(1, (found - day).days + 1))
    assert is_working_day(found)
    assert sum(is_working_day(d) for d in between) == n


def test_a_holiday_of_a_year_that_is_not_published_is_unknown():
    assert holiday_start("Spring Festival", 2021) == date(2021, 2, 11)
    assert holiday_start("Spring Festival", 2090) is None
