"""The platform on a phone: its certificate, and what its queue of records meets on the server."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from lantian.cli import tls
from lantian.site.core import clock
from lantian.site.core.api import once
from lantian.site.core.models import ApiAnswer
from lantian.site.core.phone.said import said


@pytest.fixture
def secured(settings, tmp_path):
    settings.LANTIAN_TLS = tls.make_own(tmp_path, ["lantian.lan"], district="青河区")
    return settings.LANTIAN_TLS


def test_the_certificate_is_handed_out_without_a_log_in(db, secured):
    shown = Client().get(
        reverse("core:certificate"), headers={"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0)"}
    )
    text = shown.content.decode()
    assert secured.fingerprint in text
    assert text.index("苹果") < text.index("安卓")  # what this phone needs comes first
    file = Client().get(reverse("core:certificate_file"))
    assert file["Content-Type"] == "application/x-x509-ca-cert"
    assert file.content == secured.authority.read_bytes()


def test_without_https_the_page_says_what_is_off_and_whom_to_ask(db, settings):
    settings.LANTIAN_TLS = None
    text = Client().get(reverse("core:certificate")).content.decode()
    assert "lantian init --address" in text
    assert Client().get(reverse("core:certificate_file")).status_code == 404


def test_with_a_given_certificate_phones_need_nothing(db, settings, secured):
    settings.LANTIAN_TLS = type(secured)(secured.directory, ("air.example.cn",), own=False)
    assert "手机不用安装什么" in Client().get(reverse("core:certificate")).content.decode()


def test_the_app_can_be_installed_and_loads_nothing_from_elsewhere(db):
    told = json.loads(Client().get(reverse("core:manifest")).content)
    assert {icon["sizes"] for icon in told["icons"]} >= {"192x192", "512x512"}
    worker = Client().get(reverse("core:service_worker"))
    assert worker["Cache-Control"] == "no-cache"  # a new build reaches phones at once
    text = worker.content.decode()
    assert reverse("core:outbox") in text
    assert "://" not in text
    assert Client().get(reverse("core:outbox")).status_code == 200


def test_the_queue_learns_who_is_logged_in_and_nothing_of_others(district, site):
    assert Client().get(reverse("core:outbox_me")).status_code == 401
    site.log_in(district.songxi_liaison)
    told = json.loads(site.get(reverse("core:outbox_me") + "?pages").content)
    assert told["person"] == district.songxi_liaison.pk
    assert told["token"]


def test_a_queued_record_is_taken_from_its_own_person_alone(district, site):
    site.log_in(district.leader)
    somebody_else = site.post(reverse("core:tour_seen"), headers={"x-queued": str(district.songxi_liaison.pk)})
    assert (somebody_else.status_code, somebody_else["Content-Type"]) == (401, "application/json")
    assert site.post(reverse("core:tour_seen"), headers={"x-queued": str(district.leader.pk)}).status_code == 204
    assert Client().post(reverse("core:tour_seen"), headers={"x-queued": "1"}).status_code == 401


def test_what_is_said_once_is_not_said_to_a_copy_laid_by(district, site):
    site.log_in(district.songxi_liaison)
    site.post(reverse("core:notices_read"))
    home = reverse("core:home")
    assert "标为已读" not in site.get(home, headers={"x-copy": "1"}).content.decode()
    assert "标为已读" in site.get(home).content.decode()
    assert "标为已读" not in site.get(home).content.decode()


def test_a_page_that_writes_the_session_meanwhile_loses_nothing_that_was_said(district, site):
    site.log_in(district.songxi_liaison)
    behind = site.session  # as a request that began before the action reads it
    site.post(reverse("core:notices_read"))
    behind["seen"] = 1
    behind.save()
    assert "标为已读" in site.get(reverse("core:home")).content.decode()


def test_a_token_that_is_over_asks_the_queue_to_log_in(district):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(district.leader)
    answer = strict.post(reverse("core:tour_seen"), headers={"x-queued": str(district.leader.pk)})
    assert answer.status_code == 401


def test_keys_of_forms_are_kept_for_phones_that_lie_without_network(district):
    now = clock.real_now()
    for key, days in (("form:a", 59), ("form:b", 61), ("program", 2)):
        ApiAnswer.objects.create(person=district.leader, key=key, request_hash="x")
        ApiAnswer.objects.filter(key=key).update(created_at=now - dt.timedelta(days=days))
    assert once.sweep() == 2
    assert list(ApiAnswer.objects.values_list("key", flat=True)) == ["form:a"]


def test_what_a_phone_says_makes_sense_or_is_left_out(db):
    ago = (clock.real_now() - dt.timedelta(hours=3)).isoformat()
    asked = QueryDict(mutable=True)
    asked.update({"longitude": "116.3", "latitude": "39.9", "accuracy": "12.4", "noted_at": ago})
    told = said(asked)
    assert (told.place, told.accuracy) == ((116.3, 39.9), 12.4)
    assert abs(clock.now() - told.noted_at - dt.timedelta(hours=3)) < dt.timedelta(seconds=5)
    for name, wrong in (("longitude", "200"), ("latitude", "nan"), ("latitude", ""), ("longitude", "x")):
        assert said(QueryDict(f"longitude=116&latitude=39&{name}={wrong}")).place is None
    for wrong in ("", "gestern", "2036-01-01T00:00:00Z", "2016-01-01T00:00:00", "2016-13-01T00:00:00Z"):
        assert said(QueryDict(f"noted_at={wrong}")).noted_at is None
