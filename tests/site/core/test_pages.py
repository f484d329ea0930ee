"""Every page of the platform: its policy, its number of queries, its headers, its words when something is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lantian.site.core import audit, errors, policy
from lantian.site.core.frame import MENU, ROOMS, SECTIONS
from lantian.site.core.models import Job, Ref
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.org.models import Person
from tests.site.conftest import person
from tests.site.kept import kept

MOST_QUERIES = 15


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        where = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from addresses(entry, where)
        else:
            yield where, entry


ALL = dict(addresses())
OPEN = {"core:health", "core:certificate", "core:manifest", "core:service_worker", "core:outbox", "org:login"}
OPEN |= {"org:declare"}


@pytest.mark.parametrize("where", ALL)
def test_every_address_declares_its_policy(where):
    declared = getattr(ALL[where].callback, "declared", None)
    assert declared is not None, f"/{where}: decorate the view with @room(...) or @open_page(...)"
    if declared.policy is None:
        assert declared.why, f"/{where} is open: say why"
    else:
        assert declared.policy in policy.POLICIES, f"/{where}: no policy {declared.policy}"


def test_open_addresses_are_counted():
    open_ones = {d.name for p in ALL.values() if (d := p.callback.declared).policy is None}
    phone = {"certificate", "certificate_file", "manifest", "service_worker", "outbox", "outbox_me"}
    assert open_ones == {"health", "language", "login", "login_code", "declare", *phone}


def test_every_address_is_named_as_its_view_says():
    for where, pattern in ALL.items():
        assert pattern.name == pattern.callback.declared.name, where


def test_every_menu_entry_leads_to_a_page_of_a_named_room():
    assert MENU
    for entry in MENU:
        assert entry.room in ROOMS
        assert (entry.room, entry.section) in {(one.room, one.name) for one in SECTIONS}
        assert reverse(f"{entry.room}:{entry.name}").startswith("/")


@pytest.fixture
@kept
def pages(district) -> dict[str, str]:
    """Every page of core and org that is read, on a district with many people and units."""
    units = [org.add_unit(System(), name=f"第{n}科", kind="department", area=district.area) for n in range(30)]
    org.add_unit(System(), name="各镇街", kind="group", members=[district.songxi_town, district.liuwan_town])
    for number in range(12):
        person(f"p{number}", "liaison", units[number])
    job = Job.objects.create(kind="test", title="导入", created_by=district.administrator)
    event = audit.append(district.administrator, "test.done", Ref(kind="t", ident="1", title="件"), size=3)
    ids = {
        "org:unit": district.songxi_town.pk,
        "org:unit_edit": district.songxi_town.pk,
        "org:unit_names": district.songxi_town.pk,
        "org:area": district.area.pk,
        "org:area_edit": district.songxi.pk,
        "org:person": district.songxi_liaison.pk,
        "org:person_edit": district.songxi_liaison.pk,
        "org:person_password": district.songxi_liaison.pk,
        "org:person_roles": district.songxi_liaison.pk,
        "core:job": job.pk,
        "core:job_progress": job.pk,
        "core:audit_event": event.seq,
    }
    found = {}
    for pattern in ALL.values():
        declared = pattern.callback.declared
        name = f"{declared.room}:{declared.name}"
        # A page of one thing that is not made here is asked for in the tests of its subject.
        named = name in ids or not (pattern.pattern.converters or name == "core:certificate_file")
        if declared.room in {"core", "org"} and "GET" in declared.methods and named:
            found[name] = reverse(name, args=[ids[name]] if name in ids else [])
    return found


def declared_of(name: str):
    room, view = name.split(":")
    return next(d for p in ALL.values() if ((d := p.callback.declared).room, d.name) == (room, view))


def whoever_may(district, name: str) -> Person:
    """Somebody who may open the page: no one person may open all."""
    wanted = declared_of(name).policy
    return next(one for one in district.people.values() if wanted is None or policy.may(one, wanted))


def test_every_page_opens_with_few_queries(pages, district, site):
    asked = {}
    for name, address in pages.items():
        site.log_in(whoever_may(district, name))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = site.get(address)
        assert response.status_code == (302 if name in {"org:login", "org:login_code"} else 200), name
        asked[name] = len(queries)
    assert {name: count for name, count in asked.items() if count > MOST_QUERIES} == {}


def test_lists_ask_no_more_for_more_rows(pages, district, site):
    def count(name: str) -> int:
        site.log_in(whoever_may(district, name))
        with CaptureQueriesContext(connection) as queries:
            assert site.get(pages[name]).status_code == 200
        return len(queries)

    lists = ["org:units", "org:people", "org:areas", "core:audit", "org:unit_tree", "core:jobs"]
    before = {name: count(name) for name in lists}
    for number in range(10):
        unit = org.add_unit(System(), name=f"新{number}科", kind="department")
        org.add_unit_name(System(), unit, name=f"旧{number}科")
        person(f"new{number}", "liaison", unit)
        org.add_area(System(), name=f"第{number}村", kind="village", parent=district.songxi)
    assert {name: count(name) for name in lists} == before


@pytest.mark.parametrize("who", ["security_admin", "audit_admin", "air_office", "leader", "liaison", "nobody"])
def test_a_page_opens_for_whom_its_policy_says_and_for_nobody_else(who, pages, district, site):
    person_ = district.people[who]
    site.log_in(person_)
    for name, address in pages.items():
        declared = declared_of(name)
        status = site.get(address).status_code
        if declared.policy is None:
            assert status in (200, 302), name
        elif policy.may(Person.objects.get(pk=person_.pk), declared.policy):
            assert status in (200, 404), name  # 404: of the district, but outside what this person may see
        else:
            assert status == 403, name


def test_without_login_every_page_leads_to_the_login(pages, site):
    for name, address in pages.items():
        response = site.get(address)
        if name in OPEN:
            assert response.status_code == 200
        elif name == "core:outbox_me":
            assert response.status_code == 401
        elif name != "core:language":
            assert response.status_code == 302, name
            assert response["Location"].startswith("/login"), name


def test_nothing_is_changed_by_looking(pages, district, site):
    before = audit.verify().events
    for name, address in pages.items():
        site.log_in(whoever_may(district, name)).get(address)
    assert audit.verify().events == before


class Inline(HTMLParser):
    """Finds what the content security policy would forbid, and addresses of other hosts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        data = names.get("type") == "application/json"  # a block that is read, never run
        if tag == "style" or (tag == "script" and not names.get("src") and not data):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.found.append(f"{tag} {name}={value}")
            if name in {"src", "href", "action", "hx-get", "hx-post"} and re.match(r"(https?:)?//", value or ""):
                self.found.append(f"{tag} {name}={value}")


def test_pages_have_nothing_inline_and_name_no_other_host(pages, district, site):
    for name, address in pages.items():
        parser = Inline()
        parser.feed(site.log_in(whoever_may(district, name)).get(address).content.decode())
        assert parser.found == [], name


def test_headers_keep_strangers_out(site, db):
    response = site.get("/login")
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cache-Control"] == "no-store"
    assert response["X-Request-ID"]


def test_a_request_id_from_outside_is_taken_only_when_harmless(site, db):
    assert site.get("/health", headers={"X-Request-ID": "proxy-17"})["X-Request-ID"] == "proxy-17"
    assert "<" not in site.get("/health", headers={"X-Request-ID": "<script>"})["X-Request-ID"]


def test_404_says_what_to_do(district, site):
    response = site.log_in(district.leader).get("/nowhere")
    assert response.status_code == 404
    assert "没有找到" in response.content.decode()


def test_403_names_who_may(district, site):
    response = site.log_in(district.songxi_liaison).get("/people")
    assert response.status_code == 403
    assert "管理员" in response.content.decode()


def test_405_points_to_the_button(district, site):
    response = site.log_in(district.leader).get("/logout")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "按钮" in response.content.decode()


def test_409_says_that_somebody_was_faster(district, site):
    org.disable_person(System(), district.leader)
    response = site.log_in(district.administrator).post(f"/people/{district.leader.pk}/disable")
    assert response.status_code == 409
    assert "已经停用" in response.content.decode()


def test_413_names_the_limit(district, site, settings):
    settings.LANTIAN_UPLOAD_MAX = 1024
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1024
    big = SimpleUploadedFile("方案.docx", b"x" * 2 * 1024 * 1024)
    response = site.log_in(district.leader).post("/me", {"file": big})
    assert response.status_code == 413
    assert "1.0" in response.content.decode()


def test_a_form_without_token_is_refused_with_a_remedy(district):
    from tests.site.conftest import Browser

    strict = Browser(enforce_csrf_checks=True)
    response = strict.post("/login", {"username": "a", "password": "b"})
    assert response.status_code == 403
    assert "表单已过期" in response.content.decode()


def test_500_shows_a_number_and_nothing_else(district, site, monkeypatch):
    request = RequestFactory().get("/")
    response = errors.server_error(request)
    assert response.status_code == 500
    assert "程序出错" in response.content.decode()


def test_who_waited_too_long_for_another_writer_is_told_to_come_again(district, site, monkeypatch):
    def locked(*_told, **_given):
        raise OperationalError("database is locked")

    browser = site.log_in(district.leader)
    monkeypatch.setattr("lantian.site.core.page.render", locked)
    response = browser.get("/")
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert "系统正忙" in response.content.decode()


def test_a_refusal_to_htmx_is_a_message_on_the_page(district, site):
    response = site.log_in(district.leader).get("/people", headers={"HX-Request": "true"})
    assert response.status_code == 403
    assert response["HX-Retarget"] == "#messages"
    assert "<html" not in response.content.decode()


def test_a_list_answers_htmx_with_the_content_alone(district, site):
    site.log_in(district.leader)
    fragment = site.get("/units?kind=town", headers={"HX-Request": "true"}).content.decode()
    assert 'id="results"' in fragment
    assert "<html" not in fragment


def test_the_language_switch_is_kept(district, site):
    site.log_in(district.leader)
    response = site.post("/language", {"language": "en", "next": "/units?kind=town"})
    assert response["Location"] == "/units?kind=town"
    assert 'lang="en"' in site.get("/units").content.decode()


@pytest.mark.parametrize("cookie", ["", "fr", "../../etc"])
def test_a_page_is_chinese_until_somebody_switches(district, site, cookie):
    site.cookies["lantian_language"] = cookie
    page = site.get("/login", headers={"Accept-Language": "en-US,en;q=0.9"})
    assert 'lang="zh-hans"' in page.content.decode()


def test_the_language_switch_leads_to_no_other_host(district, site):
    for evil in ("https://example.org/", "//example.org/", "/\\example.org"):
        assert site.post("/language", {"language": "en", "next": evil})["Location"] == "/"


def test_health_tells_nothing_but_that_it_works(site, db):
    assert site.get("/health").json() == {"status": "ok"}
