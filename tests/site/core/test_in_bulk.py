"""Rows by the ten thousand are stored as rows one by one are, and refused as they are."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from lantian.site.core import audit, in_bulk
from lantian.site.core.models import AuditTouch, Job, Ref
from lantian.site.core.policy import System

pytestmark = pytest.mark.django_db
HOSTILE = ["甲\t乙\n丙", "\\N", "\\", "'; DROP TABLE core_job; --", '{"a": "b"}', "", "𠮷"]


def kept(model: type[models.Model]) -> list[dict[str, Any]]:
    """All rows without what differs by the moment."""
    names = [one.attname for one in model._meta.concrete_fields if not one.primary_key]
    return list(model._base_manager.order_by("pk").values(*names))


def some_jobs() -> list[Job]:
    return [Job(kind="test", params={"words": words, "list": [1, 2.5, None]}, title=words) for words in HOSTILE]


def test_new_things_are_stored_as_bulk_create_stores_them() -> None:
    jobs = some_jobs()
    Job.objects.bulk_create(jobs)
    usual = kept(Job)
    Job.objects.all().delete()
    in_bulk.create(jobs)
    assert kept(Job) == usual
    in_bulk.create([])
    assert Job.objects.count() == len(HOSTILE)


def test_plain_rows_come_back_as_they_were() -> None:
    in_bulk.insert(AuditTouch, ("seq", "kind", "ident"), ((number, "t", words) for number, words in enumerate(HOSTILE)))
    assert list(AuditTouch.objects.order_by("seq").values_list("ident", flat=True)) == HOSTILE


def test_changes_are_stored_whatever_changed() -> None:
    Job.objects.bulk_create(some_jobs())
    jobs = list(Job.objects.order_by("pk"))
    for job, words in zip(jobs, HOSTILE, strict=True):
        job.params = {"now": words}
        job.kind = words
    in_bulk.update((job, ("params", "kind") if job.pk % 2 else ("params",)) for job in jobs)
    stored = list(Job.objects.order_by("pk"))
    assert [one.params for one in stored] == [{"now": words} for words in HOSTILE]
    assert [one.kind for one in stored] == [job.kind if job.pk % 2 else "test" for job in jobs]


def test_what_the_database_refuses_is_refused_as_everywhere() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        in_bulk.insert(AuditTouch, ("seq", "kind", "ident"), [(1, "t", "甲"), (2, "t", None)])
    Job.objects.bulk_create(some_jobs())
    job = Job.objects.order_by("pk")[0]
    job.kind = None  # type: ignore[assignment]
    with pytest.raises(IntegrityError), transaction.atomic():
        in_bulk.update([(job, ("kind",))])
    assert not AuditTouch.objects.exists()


def test_after_a_bulk_event_the_database_looks_again_whether_it_is_json() -> None:
    audit.append(System(), "test.bulk", Ref(kind="t", ident="1", title="甲"), differences=[{"kind": "t"}])
    Job.objects.create(kind="test")
    with pytest.raises(DatabaseError), connection.cursor() as cursor, transaction.atomic():
        cursor.execute("UPDATE core_job SET params = 'no json'")
