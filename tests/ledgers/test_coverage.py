"""Terms in which a share must be reached."""

import datetime as dt

import pytest

from lantian import ledgers
from lantian.ledgers.coverage import term_before, term_of


@pytest.mark.parametrize(
    ("every", "day", "term", "before"),
    [("month", "2018-12-05", "2018-12", "2018-11"), ("quarter", "2019-01-01", "2019-Q1", "2018-Q4"),
     ("year", "2018-12-31", "2018", "2017")],
)  # fmt: skip
def test_terms(every, day, term, before):
    share = ledgers.get("product_sample").coverage[0].model_copy(update={"every": every})
    on = dt.date.fromisoformat(day)
    found = term_of(share, on)
    assert (found.name, term_before(share, on).name) == (term, before)
    assert found.first <= on <= found.last
    assert term_of(share, found.last + dt.timedelta(days=1)).first == found.last + dt.timedelta(days=1)
