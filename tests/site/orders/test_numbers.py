"""Numbers of orders: as the rule says, over all or in each district by itself, from 1 in every year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from lantian.rulebook.loader import forget
from lantian.rulebook.schemas.orders import OrderNumbers
from lantian.site.core import clock
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from tests.site.conftest import Browser
from tests.site.orders.conftest import THURSDAY, World

RULE = """
id = "order-kinds"
schema = "order-kinds"
extends = true
numbers = { per = "district", form = "{name}〔{year}〕{serial}号" }
"""


@pytest.fixture
def by_district(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "numbers.toml").write_text(RULE, encoding="utf-8")
    monkeypatch.setenv("LANTIAN_RULES", str(tmp_path))
    forget()
    yield
    forget()


@pytest.mark.usefixtures("by_district")
def test_each_district_counts_by_itself_and_anew_every_year(world: World) -> None:
    other = org.add_area(System(), name="白河区", kind="district", code="990102", parent=world.district.area)
    places = (world.district.songxi, other, world.district.area, other)
    numbers = [world.issued(title=f"第{n}件", area=area).number for n, area in enumerate(places)]
    assert numbers == ["青河区〔2017〕1号", "白河区〔2017〕1号", "青河区〔2017〕2号", "白河区〔2017〕2号"]
    with clock.as_of(THURSDAY + dt.timedelta(days=120)):
        assert world.issued(title="五", area=other).number == "白河区〔2018〕1号"


@pytest.mark.usefixtures("by_district")
def test_a_number_is_found_as_it_is_written(world: World, site: Browser) -> None:
    order = world.issued(title="清运渣土")
    assert order.number == "青河区〔2017〕1号"
    browser = site.log_in(world.office)
    assert "清运渣土" in browser.get("/orders/", {"q": "〔2017〕1号"}).content.decode()
    assert "没有符合条件的内容" in browser.get("/orders/", {"q": "〔2017〕2号"}).content.decode()


def test_a_number_stays_when_the_rule_changes(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = world.issued(title="一")
    (tmp_path / "numbers.toml").write_text(RULE.replace('"district"', '"all"'), encoding="utf-8")
    monkeypatch.setenv("LANTIAN_RULES", str(tmp_path))
    forget()
    try:
        after = world.issued(title="二")
    finally:
        monkeypatch.delenv("LANTIAN_RULES")
        forget()
    before.refresh_from_db()
    assert (before.number, after.number) == ("2017-0001", "青河区〔2017〕2号")


@pytest.mark.parametrize(
    ("per", "form"),
    [("all", "{year}"), ("all", "{serial}"), ("district", "{year}-{serial}"), ("all", "{year}-{serial}-{what}")],
)
def test_a_form_that_tells_nothing_apart_is_no_rule(per: str, form: str) -> None:
    with pytest.raises(ValidationError, match="form of numbers"):
        OrderNumbers.model_validate({"per": per, "form": form})
