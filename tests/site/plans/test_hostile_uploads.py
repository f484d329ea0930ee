"""Hostile uploads through the page: a clear message in both languages, nothing left behind."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.site.core.models import Attachment
from lantian.site.org.models import Area
from lantian.site.plans.models import ImportDraft, Plan, PlanImport
from tests.plandoc.read.test_bad_input import BAD

pytestmark = pytest.mark.any_database

CASES = [
    "blanks alone",
    "a zip renamed",
    "half a docx",
    "a PDF in name",
    "a scan",
    "a locked PDF",
    "a locked docx",
    "no Chinese encoding",
    "laughs in a docx",
    "laughs in a page",
    "a zip that swells",
    "an old workbook",
]


def upload(client, name, data):
    return client.post(
        "/plans/imports", {"file": SimpleUploadedFile(name, data), "area": Area.objects.get(parent=None).pk}
    )


def left_behind(settings):
    return [p.name for p in settings.MEDIA_ROOT.rglob("*") if p.is_file()]


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_leaves_a_message_and_nothing_else(
    people, as_person, settings, case, django_capture_on_commit_callbacks
):
    data, _code = BAD[case]
    client = as_person(people.office)
    with django_capture_on_commit_callbacks(execute=True):
        response = upload(client, "方案.docx", data)
    plan_import = PlanImport.objects.get()
    assert response.url == plan_import.get_absolute_url()
    assert plan_import.state == "failed"
    page = client.get(response.url).text
    assert "方案.docx" in page
    assert "请" in page
    client.cookies["lantian_language"] = "en"
    assert plan_import.error_en[:30].split(":")[0] in client.get(response.url).text
    assert Plan.objects.count() == ImportDraft.objects.count() == Attachment.objects.count() == 0
    assert left_behind(settings) == []


def test_an_empty_file_is_refused_on_the_page(people, as_person, settings):
    response = upload(as_person(people.office), "空.docx", b"")
    assert response.status_code == 200
    assert "空" in response.text
    assert PlanImport.objects.count() == 0
    assert left_behind(settings) == []


def test_a_file_over_the_limit_is_refused_on_the_page(people, as_person, settings):
    settings.LANTIAN_UPLOAD_MAX = 1000
    response = upload(as_person(people.office), "大.txt", b"x" * 2000)
    assert "超过上限" in response.text
    assert PlanImport.objects.count() == 0
    assert left_behind(settings) == []


HTML = """<html><head><script>alert(1)</script></head><body onload="alert(2)"><h1>青河区2026年行动方案</h1>
<p>一、重点任务</p>
<p>1.清洗道路<img src=x onerror=alert(3)>，每日不少于2次。（责任单位：区城管委；完成时限：2026年6月底前）</p>
<p>2.&lt;script&gt;alert(4)&lt;/script&gt;治理裸地。（责任单位：区园林局；完成时限：2026年8月底前）</p>
<iframe src="javascript:alert(5)"></iframe></body></html>"""


def test_scripts_of_a_page_are_neither_stored_as_markup_nor_shown(people, as_person):
    client = as_person(people.office)
    upload(client, "方案.html", HTML.encode())
    plan_import = PlanImport.objects.get()
    assert plan_import.state == "review", plan_import.error_zh
    page = client.get(plan_import.get_absolute_url()).text
    main = page[page.index("<main") :]
    for piece in ("<script", "onerror=", "onload=", "<iframe", "javascript:"):
        assert piece not in main.lower()
    assert "&lt;script&gt;alert(4)" in main, "what was text stays text"
    stored = str(plan_import.draft.content) + plan_import.draft.source + str(plan_import.draft.blocks)
    assert "onerror" not in stored
    assert "alert(1)" not in stored
    document = client.get(f"/plans/imports/{plan_import.pk}/document")
    assert document["Content-Type"] == "application/octet-stream"
    assert document["Content-Disposition"].startswith("attachment")
    assert document["X-Content-Type-Options"] == "nosniff"


def test_a_name_with_markup_is_text(people, as_person):
    client = as_person(people.office)
    upload(client, "<img src=x onerror=alert(1)>.txt", b"nothing")
    page = client.get("/plans/imports").text
    assert "<img src=x" not in page
