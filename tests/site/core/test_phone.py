"""The platform on a phone: its certificate."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from lantian.cli import tls


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
