"""Every error is a problem, in both languages, with the number of the request."""

from __future__ import annotations

import pytest

from lantian.site.core.problems import MEDIA_TYPE, Problem


@pytest.fixture
def asks(district, program):
    return program(district.air_office)


def said(answer, status: int) -> Problem:
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == MEDIA_TYPE
    told = Problem.model_validate_json(answer.content)
    assert told.status == status
    assert told.request_id == answer["X-Request-ID"]
    assert told.title
    assert told.title_en
    return told


def test_404_for_what_is_not_there_and_for_no_address_at_all(asks):
    for where in ("plans/tasks/1", "plans/tasks/99999999999999999999999", "nothing", "plans/tasks/x"):
        said(asks.read(where), 404)


def test_405_names_the_methods(asks):
    answer = asks.write("plans/tasks")
    assert "GET" in said(answer, 405).detail
    assert answer["Allow"] == "GET"
    both = asks.ask("PATCH", "plans/reports")
    assert both["Allow"] == "GET, POST"


@pytest.mark.parametrize("body", ["{", "", "\ud800".encode("utf-8", "surrogatepass"), "[" * 100_000])
def test_400_for_what_is_no_json(asks, body):
    answer = asks.ask("POST", "notices/read", body or "{]")
    said(answer, 400)


def test_422_names_each_field(district, program):
    asks = program(district.songxi_liaison)
    told = said(asks.write("plans/reports", {"task": 0, "unit": "x", "start": "2026-13-01", "more": 1}), 422)
    assert set(told.fields) == {"task", "unit", "cycle", "start", "more"}
    assert set(told.fields_en) == set(told.fields)


def test_unknown_parameters_are_refused(asks):
    assert set(said(asks.read("plans/tasks?unitt=3&limit=2"), 422).fields) == {"unitt"}


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", ""])
def test_a_page_has_one_to_two_hundred_rows(asks, limit):
    assert "limit" in said(asks.read(f"plans/tasks?limit={limit}"), 422).fields


def test_413_for_a_body_over_the_limit(asks, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    said(asks.write("notices/read", {"notices": list(range(1, 2000))}), 413)
    settings.LANTIAN_UPLOAD_MAX = 1000
    said(asks.ask("POST", "plans/imports", "x" * 2_000_000), 413)


def test_500_tells_the_number_and_nothing_of_the_inside(asks, monkeypatch):
    def broken(*args):
        raise RuntimeError("secret inside")

    monkeypatch.setattr("lantian.site.core.api.routes.queries.jobs_seen", broken)
    asks.raise_request_exception = False
    answer = asks.read("jobs")
    assert "inside" not in said(answer, 500).model_dump_json()


def test_refusals_speak_both_languages(district, program):
    told = said(program(district.songxi_liaison).read("org/people"), 403)
    assert "没有权限" in told.title
    assert told.title_en == "Not permitted"
    assert "管理员" in told.detail


def test_detail_follows_the_caller(district, program):
    asks = program(district.leader)
    asks.cookies["lantian_language"] = "en"
    told = said(asks.read("plans/tasks/1"), 404)
    assert told.title == "没有找到"
    assert told.detail.startswith("There is nothing")


def test_a_refused_text_holds_no_nul(asks):
    said(asks.read("plans/tasks?town=%00"), 422)
    said(asks.read("org/units?q=%00"), 422)
