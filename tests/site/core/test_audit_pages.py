"""The trail as people read it: found, paged, compared, exported, verified."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lantian.site.core import audit, clock, policy
from lantian.site.core.audit import anchors, chain, jobs, labels, segments, trail
from lantian.site.core.context import Origin, coming_from
from lantian.site.core.models import AuditEvent, Job, Ref
from lantian.site.core.policy import System
from lantian.site.core.schedules import schedules
from lantian.site.org import actions as org
from tests.site.conftest import person

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(days=1)


@pytest.fixture
def reader(district: Any) -> Any:
    """Somebody who may see the trail."""
    return person("reader", policy.POLICIES["core.see_audit"].names[-1])


@pytest.fixture(autouse=True)
def place(settings: Any, tmp_path: Path) -> Path:
    settings.LANTIAN_AUDIT = tmp_path
    settings.LANTIAN_ANCHORS = str(tmp_path)
    settings.LANTIAN_JOBS = "inline"
    return tmp_path


def some_events(count: int, start: int = 0, **told: Any) -> None:
    for number in range(start, start + count):
        audit.append(System("演示系统"), "test.done", Ref(kind="t", ident="1", title=f"第{number}件"), **told)


def numbers(found: trail.Slice) -> list[int]:
    return [event.seq for event in found.rows]


def test_pages_follow_one_another_without_gap_over_table_and_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "LONGEST", 7)
    some_events(20)
    audit.seal(before=clock.now() + LATER)
    some_events(6)
    everything = list(range(AuditEvent.objects.order_by("-seq").first().seq, 0, -1))
    seen, below = [], None
    while True:
        found = trail.read(trail.Asked(), below=below, size=4)
        seen += numbers(found)
        below = found.below
        if below is None:
            break
    assert seen == everything
    assert [event.seq for event in trail.walk(trail.Asked())] == everything


@pytest.mark.parametrize("sealed", [False, True])
def test_every_filter_finds_the_same_in_table_and_segments(district: Any, sealed: bool) -> None:
    with coming_from(Origin("10.0.0.9", "req-77")):
        org.change_unit(System(), district.water, name="区水务中心", kind="department", area=district.area)
    audit.append(district.air_office, "test.mine", Ref(kind="t", ident="1", title="件"))
    told = audit.difference(district.water, audit.snapshot(district.water) | {"name": "原名"})
    audit.append(System(), "test.bulk", Ref(kind="t", ident="", title="成批"), note="年底清理", differences=[told])
    if sealed:
        audit.seal(before=clock.now() + LATER)
    kind, ident = "org.unit", str(district.water.pk)

    def found(**asked: Any) -> set[str]:
        return {event.action for event in trail.read(trail.Asked(**asked)).rows}

    assert found(person="演示off", action="test.mine") == {"test.mine"}
    assert found(person="查无此人") == set()
    assert "test.mine" in found(unit="大气") & found(person="演示off")
    assert found(request_id="req-77") == {"org.change_unit"}
    assert found(action="test.bulk") == {"test.bulk"}
    assert found(text="年底") == {"test.bulk"}
    assert found(kind=kind, ident=ident) == {"org.add_unit", "org.change_unit", "test.bulk"}
    assert found(kind=kind, ident=ident, action="org.change_unit") == {"org.change_unit"}
    assert found(text="查无此事") == set()
    assert "org.add_unit" in found(since=clock.now() - LATER, until=clock.now() + LATER)
    assert found(until=clock.now() - LATER) == set()


def test_a_search_in_segments_stops_and_offers_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "LONGEST", 5)
    monkeypatch.setattr(trail, "LOOK_THROUGH", 5)
    some_events(1)
    some_events(12, start=100)
    audit.seal(before=clock.now() + LATER)
    found = trail.read(trail.Asked(text="第0件"))
    assert found.rows == []
    assert found.searched_to
    while found.below and not found.rows:
        found = trail.read(trail.Asked(text="第0件"), below=found.below)
    assert numbers(found) == [1]


def test_a_search_for_words_in_the_table_stops_and_offers_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail, "LOOK_THROUGH_TABLE", 4)
    some_events(10)
    found = trail.read(trail.Asked(text="第0件"))
    assert (found.rows, found.searched_to) == ([], 7)
    found = trail.read(trail.Asked(text="第0件"), below=found.below)
    assert (found.rows, found.searched_to) == ([], 3)
    assert numbers(trail.read(trail.Asked(text="第0件"), below=found.below)) == [1]


def test_a_segment_that_cannot_be_read_is_told_and_the_rest_is_shown(
    place: Path, site: Any, district: Any, reader: Any
) -> None:
    audit.seal(before=clock.now() + LATER)
    next((place / "segments").iterdir()).unlink()
    answer = site.log_in(reader).get(reverse("core:audit"))
    assert "无法读取" in answer.content.decode()
    assert "封存操作记录" in answer.content.decode()
    assert site.get(reverse("core:audit_event", args=[1])).status_code == 404


def test_differences_are_named_for_the_reader(district: Any) -> None:
    org.change_unit(System(), district.water, name="区水务中心", kind="town", area=district.songxi)
    event = audit.events_of(district.water).first()
    told = {change.field: change for change in labels.changes(event.kind, event.before, event.after)}
    assert (told["name"].before, told["name"].after) == ("区水务局", "区水务中心")
    assert "".join(text for sign, text in told["name"].pieces if sign != "+") == "区水务局"
    assert "".join(text for sign, text in told["name"].pieces if sign != "-") == "区水务中心"
    assert str(told["area_id"].after).startswith("松溪镇")
    assert str(told["kind"].after) != "town"
    assert all(str(change.label) != change.field for change in told.values())


def test_a_secret_is_told_only_as_changed() -> None:
    [change] = labels.changes("org.person", {"password": "***aaaaaaaa"}, {"password": "***bbbbbbbb"})
    assert "aaaa" not in f"{change}"
    assert "保密" in str(change.after)


@pytest.mark.parametrize("value", [{"甲": [1, {"乙": None}]}, [1, 2], "sha256:" + "a" * 64, 7, True, "长" * 5000])
def test_values_of_any_shape_can_be_shown(value: Any) -> None:
    assert labels.changes("unknown.kind", {"x": "甲"}, {"x": value})
    assert labels.changes("", {"x": value}, None)


def test_the_page_of_a_bulk_event_shows_each_thing(site: Any, district: Any, reader: Any) -> None:
    told = audit.difference(district.water, audit.snapshot(district.water) | {"name": "原名"})
    event = audit.append(System(), "test.bulk", Ref(kind="t", ident="", title="成批"), differences=[told])
    content = site.log_in(reader).get(reverse("core:audit_event", args=[event.seq])).content.decode()
    assert "原名" in content
    assert "区水务局" in content


# Who may, and what it costs


def test_the_trail_is_for_those_who_may_see_it(site: Any, district: Any) -> None:
    for name, method in (("audit", "get"), ("audit_verify", "post"), ("audit_export", "post")):
        answer = getattr(site.log_in(district.songxi_liaison), method)(reverse(f"core:{name}"))
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "query", ["", "?q=松溪&person=演示&unit=大气&kind=org.unit&ident=3&since=2020-01-01&until=2099-01-01"]
)
def test_a_page_costs_few_queries_and_never_counts_the_trail(site: Any, district: Any, reader: Any, query: str) -> None:
    site.log_in(reader)
    with CaptureQueriesContext(connection) as asked:
        assert site.get(reverse("core:audit") + query).status_code == 200
    assert len(asked) <= 15
    assert not [one["sql"] for one in asked if "COUNT(*)" in one["sql"].upper() and "core_auditevent" in one["sql"]]


@pytest.mark.parametrize(
    "query",
    [
        "?before=abc",
        "?before=99999999999999999999",
        "?since=nonsense",
        "?until=9999-12-31",
        "?kind=x&ident=%00",
        "?verdict=1",
    ],
)
def test_a_nonsense_address_shows_the_page(site: Any, district: Any, reader: Any, query: str) -> None:
    assert site.log_in(reader).get(reverse("core:audit") + query).status_code == 200


# Export


def exported(site: Any, **asked: str) -> str:
    answer = site.post(reverse("core:audit_export"), asked)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    return b"".join(answer.streaming_content).decode()


def test_an_export_holds_what_is_filtered_and_is_told_itself(site: Any, district: Any, reader: Any) -> None:
    site.log_in(reader)
    rows = list(csv.reader(io.StringIO(exported(site, form="csv", action="org.add_unit").removeprefix("\ufeff"))))
    assert len(rows) == 1 + AuditEvent.objects.filter(action="org.add_unit").count()
    event = AuditEvent.objects.order_by("-seq").first()
    assert (event.action, event.person, event.facts["asked"]) == (
        "core.export_audit",
        reader,
        {"action": "org.add_unit"},
    )


def test_lines_of_a_jsonl_export_carry_the_chain(site: Any, district: Any, reader: Any) -> None:
    lines = [json.loads(line) for line in exported(site.log_in(reader), form="jsonl").splitlines()]
    events = [chain.from_record(line) for line in reversed(lines)]
    assert chain.chained(events, audit.START)


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_taken_for_a_formula(site: Any, district: Any, reader: Any, start: str) -> None:
    some_events(1, note=start)
    text = exported(site.log_in(reader), form="csv", action="test.done")
    cells = next(row for row in csv.reader(io.StringIO(text, newline="")) if "test.done" in row)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_an_unknown_format_is_not_there(site: Any, district: Any, reader: Any) -> None:
    answer = site.log_in(reader).post(reverse("core:audit_export"), {"form": "exe"})
    assert answer.status_code == 404


# Verification and what happens by the clock


def test_a_verification_runs_in_the_background_and_shows_its_verdict(site: Any, district: Any, reader: Any) -> None:
    answer = site.log_in(reader).post(reverse("core:audit_verify"))
    assert answer.status_code == 302
    job = Job.objects.get(kind="core.verify_audit")
    assert job.result["whole"]
    assert "核验通过" in site.get(f"{reverse('core:audit')}?verdict={job.pk}").content.decode()


def test_the_clock_anchors_daily_seals_monthly_and_cleans_weekly() -> None:
    times = {one.name: one.times.every for one in schedules if one.name.startswith("core.")}
    assert (times["core.anchor_audit"], times["core.seal_audit"], times["core.clean_attachments"]) == (
        "day",
        "month",
        "week",
    )
    some_events(1)
    assert jobs.anchor_daily(clock.now(), lambda *_told: None) == {"anchored": 1}
    assert jobs.anchor_daily(clock.now(), lambda *_told: None) == {"anchored": None}
    assert len(anchors.read()) == 1
    assert jobs.seal_monthly(clock.now(), lambda *_told: None) == {"segments": []}
    assert jobs.clean_weekly(clock.now(), lambda *_told: None)["files"] == 0
