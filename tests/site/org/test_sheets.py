"""Areas, units, people and roles from Excel: pages and actions, who may, and what moved meanwhile."""

from __future__ import annotations

import io
import threading
from html import unescape
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from openpyxl import Workbook, load_workbook

from lantian.site.core import jobs
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import Attachment, AuditEvent, Job, SheetImport
from lantian.site.core.policy import System
from lantian.site.core.sheets import actions, books
from lantian.site.org import actions as org
from lantian.site.org.models import Area, Person, RoleGrant, Unit, UnitName
from tests.site.conftest import Browser, person

UNIT_HEAD = ["单位名称", "类别", "上级单位", "所在行政区"]


@pytest.fixture(autouse=True)
def at_once(settings):
    settings.LANTIAN_JOBS = "inline"


def workbook(**sheets: list[list[Any]]) -> bytes:
    made = Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def upload(actor: Any, name: str, content: bytes) -> SheetImport:
    return actions.upload(actor, books[name], ContentFile(content), "名单.xlsx", {})


def told(one: SheetImport) -> list[tuple[str, str]]:
    return [(row.kind, row.title) for row in one.rows.exclude(kind__in=("vanished", "same"))]


REGISTER = {
    "行政区": [
        ["名称", "类别", "上级", "代码"], ["东村", "村", "北山镇", "990101103001"],
        ["北山镇", "镇", "青河区", "990101103"],
    ],
    "单位": [
        UNIT_HEAD, ["北山镇政府", "镇街", None, "北山镇"],
        ["区水务局", "部门", "区大气办", "青河区"], ["坏单位", "未知类", None, None],
    ],
    "别名": [["单位", "别名"], ["北山镇政府", "北山镇人民政府"], ["区水务局", "水务局"]],
}  # fmt: skip


def test_areas_units_and_names_come_in_together(district):
    one = upload(district.air_office, "org.register", workbook(**REGISTER))
    assert one.state == "preview"
    assert told(one) == [
        ("new", "北山镇"), ("new", "东村"), ("new", "北山镇政府"), ("changed", "区水务局"), ("bad", "坏单位"),
        ("new", "北山镇人民政府 北山镇政府"), ("new", "水务局 区水务局"),
    ]  # fmt: skip
    assert not Area.objects.filter(name="北山镇").exists(), "nothing is written before it is confirmed"
    before = AuditEvent.objects.count()

    done = actions.confirm(district.air_office, one, revision=one.revision)
    assert (done.state, done.counts["new"], done.counts["changed"], done.counts["bad"]) == ("done", 5, 1, 1)
    assert Area.objects.get(name="东村").parent.name == "北山镇"
    assert Unit.objects.get(name="北山镇政府").area.name == "北山镇"
    assert Unit.objects.get(name="区水务局").parent == district.office
    assert UnitName.objects.get(name="水务局").unit == district.water
    assert not Unit.objects.filter(name="坏单位").exists()

    assert AuditEvent.objects.count() == before + 1, "one event"
    event = AuditEvent.objects.order_by("-seq").first()
    assert event.action == "core.confirm_sheet"
    assert [d["action"] for d in event.facts["differences"]] == [
        "org.add_area", "org.add_area", "org.add_unit", "org.change_unit", "org.add_unit_name", "org.add_unit_name",
    ]  # fmt: skip
    assert event.facts["sha256"] == one.sha256
    assert done.attachment is None
    assert [row.kind for row in done.rows.all()] == ["bad"], "what is over keeps nothing but what was refused"
    assert not Attachment.objects.filter(sha256=one.sha256).exists()


def test_an_export_comes_back_unchanged_and_an_edit_is_the_only_change(district, site):
    org.add_unit_name(System(), district.water, name="水务局")
    site.log_in(district.air_office)
    content = site.get("/sheets/org.register/export").content
    again = upload(district.air_office, "org.register", content)
    assert {row.kind for row in again.rows.all()} == {"same"}
    book = load_workbook(io.BytesIO(content))
    cell = next(row[0] for row in book["单位"].iter_rows() if row[0].value == "区水务局")
    cell.value = "区水务管理局"
    out = io.BytesIO()
    book.save(out)
    one = upload(district.air_office, "org.register", out.getvalue())
    assert told(one) == [("changed", "区水务管理局")]
    actions.confirm(district.air_office, one, revision=one.revision)
    district.water.refresh_from_db()
    assert district.water.name == "区水务管理局"
    assert district.water.names.filter(name="区水务局").exists(), "the unit's own action keeps the old name"


def test_rows_that_the_file_lacks_are_told_and_stay(district):
    one = upload(district.air_office, "org.register", workbook(单位=[UNIT_HEAD, ["区新局", "部门", None, None]]))
    assert set(one.rows.filter(kind="vanished").values_list("title", flat=True)) >= {"区水务局", "松溪镇政府"}
    actions.confirm(district.air_office, one, revision=one.revision)
    assert Unit.objects.filter(name__in=("区水务局", "松溪镇政府", "区新局")).count() == 3


def test_what_moved_since_the_preview_is_shown_again_and_not_lost(district):
    rows = [UNIT_HEAD, ["区水务局", "部门", "区大气办", None], ["区新局", "部门", None, None]]
    one = upload(district.air_office, "org.register", workbook(单位=rows))
    org.change_unit(System(), district.water, name="区水务局", kind="other", area=district.area)
    org.add_unit(System(), name="区新局", kind="department")
    seen = one.revision
    again = actions.confirm(district.air_office, one, revision=seen)
    assert (again.state, again.moved) == ("preview", 2)
    assert Unit.objects.get(name="区水务局").kind == "other", "nothing of it was written"
    assert told(again) == [("changed", "区水务局")]
    with pytest.raises(WrongState):
        actions.confirm(district.air_office, again, revision=seen)
    done = actions.confirm(district.air_office, again, revision=again.revision)
    assert done.state == "done"
    with pytest.raises(WrongState):
        actions.confirm(district.air_office, done, revision=done.revision)
    with pytest.raises(WrongState):
        actions.discard(district.air_office, done)


def test_wrong_people_are_refused_and_see_nothing(district, site):
    content = workbook(单位=[UNIT_HEAD, ["区新局", "部门", None, None]])
    for who in (district.songxi_liaison, district.leader, district.security, district.nobody):
        with pytest.raises(Refused):
            upload(who, "org.register", content)
        assert site.log_in(who).get("/sheets/org.register").status_code == 403
    assert not SheetImport.objects.exists()
    one = upload(district.air_office, "org.register", content)
    assert site.log_in(district.administrator).get(one.get_absolute_url()).status_code == 404
    with pytest.raises(Refused):
        actions.confirm(district.administrator, one, revision=one.revision)
    with pytest.raises(Refused):
        actions.discard(district.administrator, one)
    RoleGrant.objects.filter(person=district.air_office).delete()
    with pytest.raises(Refused):
        actions.confirm(Person.objects.get(pk=district.air_office.pk), one, revision=one.revision)
    assert not Unit.objects.filter(name="区新局").exists()


def test_the_pages_lead_from_the_list_to_the_result(district, site):
    site.log_in(district.air_office)
    assert "/sheets/org.register" in site.get("/units").content.decode()
    page = site.get("/sheets/org.register")
    assert "下载模板" in page.content.decode()
    file = SimpleUploadedFile("名单.xlsx", workbook(**REGISTER))
    answer = site.post("/sheets/org.register", {"file": file}, follow=True)
    text = answer.content.decode()
    assert "第 2 张表“单位”第 4 行“类别”：“未知类”不在可选项里" in text
    assert "确认，写入 6 行" in text
    one = SheetImport.objects.get()
    found = site.get(one.get_absolute_url(), {"kind": "changed"}).content.decode()
    assert "<del>空</del>" in found
    assert "北山镇政府" not in found
    english = Browser()
    english.log_in(district.air_office).cookies["lantian_language"] = "en"
    said = english.get(one.get_absolute_url()).content.decode()
    assert 'Sheet 2 "单位", row 4, "类别": "未知类" is not one of the choices' in unescape(said)
    export = site.get(one.get_absolute_url(), {"export": "csv"})
    assert "未知类" in b"".join(export.streaming_content).decode()
    done = site.post(f"/sheets/imports/{one.pk}/confirm", {"revision": one.revision}, follow=True).content.decode()
    assert "已写入：新增 5 行，修改 1 行。" in done
    assert "坏单位" in done
    stale = site.post(f"/sheets/imports/{one.pk}/confirm", {"revision": one.revision})
    assert stale.status_code == 409


def test_a_preview_can_be_thrown_away(district, site):
    one = upload(district.air_office, "org.register", workbook(单位=[UNIT_HEAD, ["区新局", "部门", None, None]]))
    site.log_in(district.air_office).post(f"/sheets/imports/{one.pk}/discard")
    one.refresh_from_db()
    assert (one.state, one.attachment, one.rows.count()) == ("discarded", None, 0)
    assert site.get(one.get_absolute_url()).status_code == 200


def test_files_that_cannot_be_read_say_why_and_leave_nothing(district, site):
    site.log_in(district.air_office)
    old = SimpleUploadedFile("名单.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 4000)
    assert "lt-wrong" in site.post("/sheets/org.register", {"file": old}).content.decode()
    empty = SimpleUploadedFile("名单.xlsx", b"")
    assert "是空的" in site.post("/sheets/org.register", {"file": empty}).content.decode()
    assert not SheetImport.objects.exists()
    strange = SimpleUploadedFile("名单.xlsx", workbook(表=[["甲", "乙"], [1, 2]]))
    page = site.post("/sheets/org.register", {"file": strange}, follow=True).content.decode()
    assert "没有认得的表头" in page
    assert SheetImport.objects.get().state == "failed"


def test_nothing_to_write_is_said(district):
    one = upload(district.air_office, "org.register", workbook(单位=[UNIT_HEAD, ["坏单位", "未知类", None, None]]))
    with pytest.raises(Invalid):
        actions.confirm(district.air_office, one, revision=one.revision)


def test_a_row_that_an_action_refuses_leaves_the_others(district):
    rows = [
        ["名称", "类别", "上级", "代码"],
        ["另一区", "区县", None, "990102"],
        ["南山镇", "镇街", "青河区", "990101104"],
    ]
    one = upload(district.air_office, "org.register", workbook(行政区=rows))
    done = actions.confirm(district.air_office, one, revision=one.revision)
    assert (done.counts["new"], done.counts["bad"]) == (1, 1)
    assert Area.objects.filter(name="南山镇").exists()
    refused = done.rows.get()
    assert "只有一个最上级" in refused.problems[0]["zh-hans"] or refused.problems[0]["field"] == "parent"
    event = AuditEvent.objects.order_by("-seq").first()
    assert [d["title"] for d in event.facts["differences"]] == ["南山镇"]


def test_people_come_in_without_passwords(district, site):
    head = ["登录名", "姓名", "单位", "手机号码", "口令"]
    rows = [head, ["new-one", "演示新人", "区水务局", 13800001234, "secret"], ["坏 名", "演示", None, None]]
    with pytest.raises(Refused):
        upload(district.air_office, "org.people", workbook(人员=rows))
    one = upload(district.administrator, "org.people", workbook(人员=rows))
    assert told(one) == [("new", "new-one"), ("bad", "坏 名")]
    assert any("口令" in note["zh-hans"] for note in one.notes), "a column of passwords is left out, and said"
    actions.confirm(district.administrator, one, revision=one.revision)
    made = Person.objects.get(username="new-one")
    assert (made.unit, made.phone, made.has_usable_password()) == (district.water, "13800001234", False)
    assert made.must_change_password
    export = site.log_in(district.administrator).get("/sheets/org.people/export")
    again = upload(district.administrator, "org.people", export.content)
    assert told(again) == []


def test_nobody_moves_himself_by_a_file(district):
    rows = [["登录名", "姓名", "单位"], ["admin", "演示admin", "区水务局"]]
    one = upload(district.administrator, "org.people", workbook(人员=rows))
    done = actions.confirm(district.administrator, one, revision=one.revision)
    assert done.counts["bad"] == 1
    assert Person.objects.get(username="admin").unit is None


def test_roles_are_granted_by_the_security_administrator_alone(district):
    person("fresh")
    rows = [
        ["登录名", "角色", "限于单位", "有效至"],
        ["fresh", "联络员", "区水务局", "2030.12.31"],
        ["nobody", "系统管理员", None, None],
        ["nobody", "联络员", None, None],
        ["security", "领导", None, None],
        ["office", "系统管理员", None, None],
        ["water", "联络员", "区水务局", "2031-01-01"],
    ]
    with pytest.raises(Refused):
        upload(district.administrator, "org.roles", workbook(角色=rows))
    one = upload(district.security, "org.roles", workbook(角色=rows))
    assert one.fault is None
    assert [row.kind for row in one.rows.exclude(kind="vanished")] == ["new", "bad", "bad", "bad", "bad", "changed"]
    actions.confirm(district.security, one, revision=one.revision)
    assert RoleGrant.objects.get(person__username="fresh").unit == district.water
    assert str(RoleGrant.objects.get(person__username="water").until) == "2031-01-01"
    assert not RoleGrant.objects.filter(person=district.nobody).exists()


def test_old_previews_are_swept(district):
    import datetime as dt

    from lantian.site.core import clock

    one = upload(district.air_office, "org.register", workbook(单位=[UNIT_HEAD, ["区新局", "部门", None, None]]))
    SheetImport.objects.filter(pk=one.pk).update(created_at=clock.now() - dt.timedelta(days=8))
    assert actions.sweep()["discarded"] == 1
    one.refresh_from_db()
    assert one.state == "discarded"


def test_a_large_file_waits_for_its_job_and_says_how_far_it_is(district, site, settings, monkeypatch):
    settings.LANTIAN_JOBS = "worker"
    monkeypatch.setattr(actions, "SMALL_FILE", 0)
    text = "单位名称,类别\n区新局,部门\n=坏局,部门\n".encode("gb18030")
    site.log_in(district.air_office).post("/sheets/org.register", {"file": SimpleUploadedFile("名单.csv", text)})
    one = SheetImport.objects.get()
    assert (one.state, one.job.state) == ("uploaded", "queued")
    page = site.get(one.get_absolute_url()).content.decode()
    assert "lt-progress" in page
    assert "确认，写入" not in page
    with pytest.raises(WrongState):
        actions.confirm(district.air_office, one, revision=one.revision)
    jobs.run(one.job.pk)
    one.refresh_from_db()
    assert one.state == "preview"
    assert jobs.done_url(Job.objects.get()) == one.get_absolute_url()
    page = site.get(one.get_absolute_url()).content.decode()
    assert "确认，写入 2 行" in page
    exported = b"".join(site.get(one.get_absolute_url(), {"export": "csv"}).streaming_content).decode("utf-8-sig")
    assert "'=坏局" in exported


def test_a_write_that_broke_off_can_be_confirmed_again(district, site):
    one = upload(district.air_office, "org.register", workbook(单位=[UNIT_HEAD, ["区新局", "部门", None, None]]))
    job = Job.objects.create(kind="core.write_sheet", state="running", params={"sheet_import": one.pk})
    SheetImport.objects.filter(pk=one.pk).update(state="writing", job=job)
    with pytest.raises(WrongState):
        actions.confirm(district.air_office, one, revision=one.revision)
    Job.objects.filter(pk=job.pk).update(state="failed", message="处理进程中断")
    page = site.log_in(district.air_office).get(one.get_absolute_url()).content.decode()
    assert "再试一次" in page
    assert "处理进程中断" in page
    done = actions.confirm(district.air_office, one, revision=one.revision)
    assert done.state == "done"


def test_many_rows_are_written_by_a_job(district, site, django_assert_max_num_queries):
    rows = [UNIT_HEAD, *([f"第{n:03}企业", "企业", None, "松溪镇"] for n in range(actions.FEW_ROWS + 1))]
    one = upload(district.air_office, "org.register", workbook(单位=rows))
    done = actions.confirm(district.air_office, one, revision=one.revision)
    assert (done.state, done.counts["new"]) == ("done", actions.FEW_ROWS + 1)
    assert Job.objects.get(kind="core.write_sheet").state == "done"
    event = AuditEvent.objects.get(action="core.confirm_sheet")
    assert event.person == district.air_office
    assert len(event.facts["differences"]) == actions.FEW_ROWS + 1
    site.log_in(district.audit).get("/")
    with django_assert_max_num_queries(15):
        page = site.get(f"/audit/{event.seq}", {"page": 3}).content.decode()
    assert f"第{actions.FEW_ROWS:03}企业" in page
    assert "第000企业" not in page
    assert "松溪镇（" in page
    assert "新增单位" in page


@pytest.mark.django_db(transaction=True)
def test_of_two_who_confirm_at_once_one_writes(district):
    rows = [UNIT_HEAD, *([f"第{n:03}企业", "企业", None, "松溪镇"] for n in range(40))]
    one = upload(district.air_office, "org.register", workbook(单位=rows))
    ready, told = threading.Barrier(2), []

    def confirm() -> None:
        ready.wait()
        try:
            told.append(actions.confirm(district.air_office, one, revision=one.revision).state)
        except WrongState:
            told.append("refused")
        finally:
            connection.close()

    both = [threading.Thread(target=confirm) for _n in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(60)
    assert sorted(told) == ["done", "refused"]
    assert Unit.objects.filter(kind="firm").count() == 40
    assert AuditEvent.objects.filter(action="core.confirm_sheet").count() == 1


def test_pages_ask_few_queries(district, site, django_assert_max_num_queries):
    rows = [UNIT_HEAD, *([f"第{n}局", "部门", "区大气办", "青河区"] for n in range(80))]
    one = upload(district.air_office, "org.register", workbook(单位=rows))
    site.log_in(district.air_office).get("/")
    with django_assert_max_num_queries(15):
        site.get(one.get_absolute_url())
    with django_assert_max_num_queries(15):
        site.get("/sheets/org.register")
    with django_assert_max_num_queries(15):
        site.get("/sheets/org.register/export")
