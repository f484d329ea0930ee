"""One source of "now"; a replay shifts it, and it runs on."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.utils import timezone

import lantian.site
from lantian.site.core import clock
from lantian.site.core.models import ReplayClock

WINTER = dt.datetime(2017, 9, 16, 8, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture
def replay(db):
    return ReplayClock.objects.create(pk=1, started_at=timezone.now(), shown_at=WINTER)


def test_now_is_aware_and_in_the_zone_of_the_site(db):
    assert clock.now().utcoffset() == dt.timedelta(hours=8)
    assert abs(clock.now() - timezone.now()) < dt.timedelta(seconds=5)


def test_a_replay_sets_day_and_time(replay):
    assert clock.today() == dt.date(2017, 9, 16)
    assert dt.timedelta(0) <= clock.now() - WINTER < dt.timedelta(seconds=5)
    assert clock.real_now().year != 2017


def test_the_day_is_the_day_here_not_in_greenwich(db):
    late = dt.datetime(2017, 9, 15, 17, tzinfo=dt.UTC)  # 01:00 on the 16th in the district
    ReplayClock.objects.create(pk=1, started_at=timezone.now(), shown_at=late)
    assert clock.today() == dt.date(2017, 9, 16)


def test_a_request_asks_once(replay, django_assert_num_queries):
    with django_assert_num_queries(1):
        token = clock.hold()
        for _number in range(5):
            clock.now()
        clock.release(token)


def test_pages_say_that_the_clock_is_replayed(replay, district, site):
    assert "2017-09-16" in site.log_in(district.leader).get("/").content.decode()


def test_nothing_else_asks_for_now():
    root = Path(lantian.site.__file__).parent
    asks = re.compile(r"timezone\.now\(|datetime\.now\(|date\.today\(|datetime\.utcnow\(|time\.time\(")
    guilty = [
        str(f.relative_to(root)) for f in root.rglob("*.py") if f.name != "clock.py" and asks.search(f.read_text())
    ]
    assert guilty == []
