"""The pages about the API: description and tokens."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from lantian.site.core.api.document import document
from lantian.site.core.models import ApiToken


@pytest.fixture
def browser(district, site):
    return site.log_in(district.water_liaison)


def test_the_description_names_every_operation(browser):
    shown = browser.get(reverse("core:api_docs")).content.decode()
    for path, methods in document("zh-hans")["paths"].items():
        assert path in shown
        for said in methods.values():
            assert f'id="{said["operationId"]}"' in shown


def test_the_description_loads_nothing_from_elsewhere(browser):
    shown = browser.get(reverse("core:api_docs")).content.decode()
    sources = re.findall(r'(?:src|href)="([^"]+)"', shown)
    assert sources
    assert not [one for one in sources if re.match(r"(https?:)?//", one)]


def test_the_description_speaks_english(browser):
    browser.cookies["lantian_language"] = "en"
    described = browser.get(reverse("api:core_openapi")).json()
    assert described["openapi"].startswith("3.1")
    assert described["paths"]["/api/v1/plans/tasks"]["get"]["summary"] == "Task ledger"


def test_nobody_reads_the_description_without_a_log_in(db, site):
    assert site.get(reverse("core:api_docs")).status_code == 302
    assert site.get(reverse("api:core_openapi")).status_code == 401


def test_a_token_is_made_and_shown_once(browser):
    page = reverse("core:api_tokens")
    made = browser.post(page, {"name": "月报脚本", "scopes": ["plans:read"], "days": "90"})
    secret = re.search(r'value="(lantian_[^"]+)"', made.content.decode())
    assert secret
    assert made["Cache-Control"] == "no-store"
    again = browser.get(page).content.decode()
    assert secret[1] not in again
    assert "月报脚本" in again
    asked = browser.get("/api/v1/me", headers={"Authorization": f"Bearer {secret[1]}"})
    assert asked.json()["scopes"] == ["plans:read"]


def test_a_token_without_scope_is_not_made(browser):
    refused = browser.post(reverse("core:api_tokens"), {"name": "x", "days": "90"})
    assert refused.status_code == 400
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked_by_its_button(browser, district):
    browser.post(reverse("core:api_tokens"), {"name": "x", "scopes": ["org:read"], "days": "30"})
    token = ApiToken.objects.get()
    browser.post(reverse("core:api_token_revoke", args=[token.pk]))
    assert not ApiToken.objects.get().is_live
    assert "已吊销" in browser.get(reverse("core:api_tokens")).content.decode()


def test_tokens_of_others_are_not_there(browser, district, program):
    program(district.leader)
    token = ApiToken.objects.get(person=district.leader)
    assert browser.post(reverse("core:api_token_revoke", args=[token.pk])).status_code == 404
    assert ApiToken.objects.get().is_live


def test_who_keeps_the_accounts_revokes_anybodys(district, program, site):
    program(district.leader)
    site.log_in(district.security).post(reverse("core:api_token_revoke", args=[ApiToken.objects.get().pk]))
    assert not ApiToken.objects.get().is_live
