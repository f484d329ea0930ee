"""A write with a key is done once: repeated, changed, at the same time, after a refusal, after a day."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from lantian.site.core import clock, jobs
from lantian.site.core.api import once
from lantian.site.core.models import ApiAnswer, Job
from lantian.site.plans.models import PlanImport
from tests.site.programs import Program

TEXT = "青河区行动计划\n\n1. 淘汰燃煤锅炉10台。牵头单位：区水务局。完成时限：2026年6月底前。\n".encode()


@pytest.fixture
def asks(district, program):
    return program(district.air_office)


def upload(asks: Program, content: bytes = TEXT, name: str = "方案.txt", **headers: str):
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return asks.post("/api/v1/plans/imports", {"file": SimpleUploadedFile(name, content)}, headers=named)


def test_the_same_request_with_the_same_key_is_done_once(asks):
    first = upload(asks, Idempotency_Key="a-1")
    again = upload(asks, Idempotency_Key="a-1")
    assert first.status_code == again.status_code == 201, first.content.decode()
    assert first.json() == again.json()
    assert first["Location"] == again["Location"] == f"/api/v1/plans/imports/{first.json()['id']}"
    assert again["Idempotency-Replayed"] == "true"
    assert PlanImport.objects.count() == 1
    assert asks.get(first["Location"]).status_code == 200


def test_another_key_or_none_does_it_again(asks):
    for headers in ({}, {}, {"Idempotency_Key": "a"}, {"Idempotency_Key": "b"}):
        assert upload(asks, **headers).status_code == 201
    assert PlanImport.objects.count() == 4


@pytest.mark.parametrize("change", [{"content": TEXT + b"x"}, {"name": "other.txt"}])
def test_the_same_key_for_something_else_is_refused(asks, change):
    upload(asks, Idempotency_Key="a")
    answer = upload(asks, **change, Idempotency_Key="a")
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["fields"]
    assert PlanImport.objects.count() == 1


def test_a_key_belongs_to_one_route(asks):
    upload(asks, Idempotency_Key="a")
    assert asks.write("notices/read", {}, Idempotency_Key="a").status_code == 422


def test_keys_of_two_people_do_not_meet(district, program):
    for person in (district.air_office, district.leader):
        assert program(person).write("notices/read", {}, Idempotency_Key="same").status_code == 200
    assert ApiAnswer.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x" * 201, "a b", "键"])
def test_a_key_is_visible_ascii(asks, key):
    assert asks.write("notices/read", {}, Idempotency_Key=key).status_code == 422


def test_what_was_refused_is_judged_again(asks, district):
    job = Job.objects.create(kind="test", created_by=district.leader, state="done")
    assert asks.write(f"jobs/{job.pk}/cancel", {}, Idempotency_Key="a").status_code == 404
    assert not ApiAnswer.objects.exists()
    own = Job.objects.create(kind="test", created_by=district.air_office)
    assert asks.write(f"jobs/{own.pk}/cancel", {}, Idempotency_Key="a").status_code == 200


def test_after_a_day_the_key_is_free(asks):
    upload(asks, Idempotency_Key="a")
    ApiAnswer.objects.update(created_at=clock.real_now() - once.KEPT - dt.timedelta(seconds=1))
    assert once.sweep() == 1
    upload(asks, Idempotency_Key="a")
    ApiAnswer.objects.update(created_at=clock.real_now() - once.KEPT - dt.timedelta(seconds=1))
    upload(asks, Idempotency_Key="a")
    assert PlanImport.objects.count() == 3


def test_an_answer_is_there_exactly_when_the_action_is(asks, monkeypatch):
    """The process dies after the action and before the end of its transaction: neither stays, and asked again it
    is done."""
    save = ApiAnswer.save

    def killed(self, *args, **kwargs):
        if kwargs.get("update_fields"):
            raise KeyboardInterrupt
        save(self, *args, **kwargs)

    monkeypatch.setattr(ApiAnswer, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        upload(asks, Idempotency_Key="a")
    monkeypatch.undo()
    assert (PlanImport.objects.count(), ApiAnswer.objects.count()) == (0, 0)
    assert upload(asks, Idempotency_Key="a").status_code == 201
    assert PlanImport.objects.count() == 1


def test_without_a_key_too_a_write_is_answered_within_its_transaction(asks, monkeypatch):
    """Else the answer could tell the revision of a colleague's words, which the caller then hands in as the own."""

    def killed(*asked):
        raise KeyboardInterrupt

    monkeypatch.setattr("lantian.site.core.api.routing._answer", killed)
    with pytest.raises(KeyboardInterrupt):
        upload(asks)
    assert PlanImport.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_at_the_same_time_it_is_done_once(district, program, monkeypatch):
    asks = program(district.air_office)
    header = asks.defaults["HTTP_AUTHORIZATION"]
    began = threading.Barrier(4)
    answers = []
    done = jobs.cancel
    times = []

    def counted(*args):
        times.append(1)
        return done(*args)

    monkeypatch.setattr("lantian.site.core.api.routes.jobs.cancel", counted)
    job = Job.objects.create(kind="test", created_by=district.air_office)

    def ask() -> None:
        caller = Program("")
        caller.defaults["HTTP_AUTHORIZATION"] = header
        began.wait()
        answers.append(caller.write(f"jobs/{job.pk}/cancel", {}, Idempotency_Key="one"))
        connection.close()

    threads = [threading.Thread(target=ask) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * 4, [a.content.decode() for a in answers]
    assert len({answer.content for answer in answers}) == 1
    assert sum(answer.get("Idempotency-Replayed") == "true" for answer in answers) == 3
    assert len(times) == 1
