"""By when lists must be public."""

import datetime as dt

import pytest
from pydantic import ValidationError

from lantian import ledgers
from lantian.ledgers.publishing import Term, entered_by, terms
from lantian.rulebook.schemas.ledgers import Publication

LABEL = {"zh": "名单", "en": "List"}


def made(**given):
    return Publication(name="list", label=LABEL, columns=("name",), **given)


def test_the_list_of_retained_boilers_is_public_by_the_end_of_october():
    publication = ledgers.get("retained_coal_boiler").publish[0]
    for day, past, running in (("2017-10-31", "2016", "2017"), ("2017-11-01", "2017", "2018")):
        found = terms(publication, dt.date.fromisoformat(day))
        assert [one.period for one in found] == [past, running]


def test_quarters_and_months_count_working_days_from_their_end():
    assert terms(made(every="quarter", days=20), dt.date(2018, 1, 15)) == (
        Term(dt.date(2017, 11, 3), "2017-Q3"),  # the week of the National Day is no working time
        Term(dt.date(2018, 1, 29), "2017-Q4"),
    )
    assert [one.period for one in terms(made(every="month", days=5), dt.date(2018, 1, 31))] == ["2017-12", "2018-01"]


def test_days_from_each_listing():
    publication = made(days=20)
    assert terms(publication, dt.date(2018, 1, 15)) is None
    assert entered_by(publication, dt.date(2018, 1, 2)) == dt.date(2018, 1, 30)
    assert entered_by(made(), dt.date(2018, 1, 2)) is None


@pytest.mark.parametrize(
    "given", [{"due": "31-10"}, {"due": "02-29"}, {"due": "10-31", "days": 5}, {"every": "month"}, {"days": 0}]
)
def test_a_publication_that_says_no_day(given):
    with pytest.raises(ValidationError):
        made(**given)
