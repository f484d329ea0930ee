"""Files on things through the browser's eyes: upload, errors at the field, download, removal, and who may not."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse
from PIL import Image

from lantian.site.core import policy
from lantian.site.core.attachments.links import Carrier, carriers
from lantian.site.core.models import AttachmentLink
from lantian.site.org.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def carried(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Units carry files; a liaison sees only the own unit's."""
    settings.MEDIA_ROOT = tmp_path / "media"

    def find(actor: Any, ident: str) -> Unit | None:
        unit = Unit.objects.filter(pk=ident).first() if ident.isdigit() else None
        sees = unit and (actor.username == "office" or actor.unit_id == unit.pk)
        return unit if sees else None

    policy.POLICIES["test.fill"] = policy.when(lambda actor, unit: actor.username == "office", "演示")
    carriers._entries["org.unit"] = Carrier(find=find, add="test.fill", remove="test.fill")
    yield
    del carriers._entries["org.unit"], policy.POLICIES["test.fill"]


@pytest.fixture
def keeper(district: Any) -> Any:
    """Who may add files to units and remove them."""
    return district.air_office


def photo(colour: str = "teal") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (600, 400), colour).save(out, "JPEG")
    return SimpleUploadedFile("现场.jpg", out.getvalue(), "text/html")


def address(unit: Unit) -> str:
    return reverse("core:attachments", args=["org.unit", str(unit.pk)])


def test_several_files_go_up_at_once_and_the_list_shows_them(site: Any, district: Any, keeper: Any) -> None:
    site.log_in(keeper)
    bad = SimpleUploadedFile("坏.jpg", b"<html>")
    answer = site.post(address(district.songxi_town), {"files": [photo(), bad]}, headers={"HX-Request": "true"})
    content = answer.content.decode()
    link = AttachmentLink.objects.get()
    assert reverse("core:attachment_thumbnail", args=[link.pk]) in content
    assert "坏.jpg" in content
    assert 'aria-invalid="true"' in content
    assert link.attachment.media_type == "image/jpeg"


def test_without_script_the_person_goes_back_and_reads_what_was_refused(site: Any, district: Any, keeper: Any) -> None:
    site.log_in(keeper)
    bad = SimpleUploadedFile("坏.jpg", b"<html>")
    answer = site.post(address(district.songxi_town), {"files": [bad], "next": "/org/units"}, follow=True)
    assert answer.redirect_chain[0][0] == "/org/units"
    assert "坏.jpg" in answer.content.decode()
    elsewhere = site.post(address(district.songxi_town), {"files": [photo()], "next": "https://example.com/"})
    assert "example.com" not in elsewhere["Location"]


def test_a_file_is_served_for_those_who_see_the_thing(site: Any, district: Any, keeper: Any) -> None:
    site.log_in(keeper).post(address(district.songxi_town), {"files": [photo()]})
    link = AttachmentLink.objects.get()
    pages = [reverse(f"core:{name}", args=[link.pk]) for name in ("attachment", "attachment_thumbnail")]
    for who, status in ((district.songxi_liaison, 200), (district.water_liaison, 404), (district.nobody, 404)):
        site.log_in(who)
        assert [site.get(one).status_code for one in pages] == [status, status]
        assert site.get(address(district.songxi_town)).status_code == status
    site.log_in(district.songxi_liaison)
    answer = site.get(pages[0])
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert answer["Content-Security-Policy"].startswith("sandbox")
    shown = site.get(pages[0] + "?inline=1")
    assert (shown["Content-Type"], shown["Content-Security-Policy"][:7]) == ("image/jpeg", "sandbox")


def test_who_may_only_see_gets_no_field_and_no_say(site: Any, district: Any) -> None:
    site.log_in(district.songxi_liaison)
    assert "data-upload" not in site.get(address(district.songxi_town)).content.decode()
    answer = site.post(address(district.songxi_town), {"files": [photo()]}, headers={"HX-Request": "true"})
    assert "没有这项操作的权限" in answer.content.decode()
    assert not AttachmentLink.objects.exists()


def test_a_removal_asks_for_a_reason(site: Any, district: Any, keeper: Any) -> None:
    site.log_in(keeper).post(address(district.songxi_town), {"files": [photo()]})
    link = AttachmentLink.objects.get()
    there = reverse("core:attachment_remove", args=[link.pk])
    assert "理由" in site.post(there, {"reason": ""}, headers={"HX-Request": "true"}).content.decode()
    assert "还没有附件" in site.post(there, {"reason": "传错了"}, headers={"HX-Request": "true"}).content.decode()
    assert site.log_in(district.songxi_liaison).get(reverse("core:attachment", args=[link.pk])).status_code == 404


@pytest.mark.parametrize("kind", ["org.unit", "no.kind", "../..", "org.person"])
@pytest.mark.parametrize("ident", ["0", "abc", "999999", "%00"])
def test_what_carries_no_files_is_not_there(site: Any, district: Any, keeper: Any, kind: str, ident: str) -> None:
    site.log_in(keeper)
    assert site.get(f"/attachments/of/{kind}/{ident}").status_code == 404


def test_the_tag_draws_field_and_list_in_two_queries(
    district: Any, keeper: Any, django_assert_max_num_queries: Any
) -> None:
    request = RequestFactory().get("/x")
    template = Template("{% attachments unit %}{% history unit %}")
    context = Context({"request": request, "person": keeper, "unit": district.songxi_town})
    with django_assert_max_num_queries(6):
        drawn = template.render(context)
    assert "data-upload" in drawn
    assert drawn.count("<section") == 2
