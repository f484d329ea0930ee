"""Responsibility letters: handed out by template, signed, confirmed, reminded of; firms see their own alone."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from django.utils import translation
from docx import Document
from pydantic import ValidationError

from lantian import rulebook
from lantian.rulebook.schemas.letters import LetterTemplate
from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import AuditEvent, Notice
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.org.register import Register
from lantian.site.plans import actions, letter_file, letter_panels, letter_text
from lantian.site.plans.models import Letter, TaskQuantity
from lantian.site.plans.queries import letters as queries
from tests.site.plans.letters.world import PDF, handed_out, pdf, signed
from tests.site.plans.progress.world import ZONE

# Templates


def test_shipped_templates_hold(db):
    ids = [one.id for one in letter_text.templates()]
    assert ids == ["letter-unit", "letter-firm", "letter-site", "letter-machine"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"number": "第{n}号"}, "there is no place {n}"),
        ({"number": "第1号"}, "number needs {serial}"),
        ({"heading": "{district"}, "braces do not match"),
        ({"heading": "{district.__class__}"}, "there is no place"),
        ({"per_site": True, "opening": ("无",), "parties": ("无",)}, "has to name its site"),
    ],
)
def test_a_template_that_cannot_be_filled_in_is_refused(changed, said):
    form = rulebook.get("letter-firm", as_=LetterTemplate).model_dump(by_alias=True)
    with pytest.raises(ValidationError, match=said):
        LetterTemplate.model_validate(form | changed)


def test_a_district_lays_its_own_wording_over(world, tmp_path, monkeypatch):
    (tmp_path / "letters.toml").write_text(
        'id = "letter-firm"\nschema = "letter"\nextends = true\nheading = "{unit}蓝天承诺"\n', encoding="utf-8"
    )
    monkeypatch.setenv("LANTIAN_RULES", str(tmp_path))
    letter = handed_out(world, template="letter-firm", units=[world.firm])
    assert letter.content["heading"] == "甲厂蓝天承诺"


# Handing out


def test_a_letter_holds_the_unit_s_tasks_with_numbers_and_dates(world):
    letter = handed_out(world)
    content = letter.content
    assert letter.number == "青河区气责〔2026〕1号"
    assert content["heading"] == "青河区2026年大气污染防治目标责任书"
    assert "责任单位：北桥街道办事处" in content["parties"]
    assert content["tasks"]
    assert all(one["role"] in ("牵头", "责任") and one["due"] for one in content["tasks"])
    assert any(one["amount"] for one in content["tasks"])
    assert letter.due == dt.date(2026, 5, 7)  # ten working days, over the holiday of May


def test_a_letter_is_chinese_whoever_s_page_it_is_made_on(world):
    with translation.override("en"):
        letter = handed_out(world)
    assert {one["role"] for one in letter.content["tasks"]} <= {"牵头", "责任"}
    assert letter.title == "大气污染防治目标责任书"


def test_numbers_say_whose_share_they_are():
    def number(text: str, value: float, town: int | None = None) -> TaskQuantity:
        name = "北桥街道" if town == 7 else "南桥街道" if town else ""
        return TaskQuantity(what=text, value=value, unit="辆", op=">=", kind="target", town_id=town, town_name=name)

    whole, own, other = number("货车", 120), number("货车", 40, 7), number("货车", 80, 8)
    assert letter_text.amount([own], town=7, leads=False) == "货车 ≥ 40 辆"
    assert letter_text.amount([whole], town=7, leads=False) == "货车 ≥ 120 辆（总数）"
    assert letter_text.amount([whole, own, other], town=None, leads=True) == "货车 ≥ 120 辆"
    assert letter_text.amount([own, other], town=None, leads=False) == "北桥街道货车 ≥ 40 辆；南桥街道货车 ≥ 80 辆"


def test_all_units_of_a_plan_are_one_event_and_are_told(world):
    register = Register()
    offered = queries.readers(queries.Duties(world.plan, register), ("town", "department"))
    units = [register.units[pk] for pk in offered]
    assert len(units) > 3
    batch = actions.create_letters(world.office, world.plan, "letter-unit", units=units)
    events = AuditEvent.objects.filter(action="plans.letter.create")
    assert events.count() == 1
    assert batch.letters.count() == len(units)
    assert sorted(one.serial for one in batch.letters.all()) == list(range(1, len(units) + 1))
    assert Notice.objects.filter(person=world.liaison, kind="plans.letter_issued").count() == 1


def test_who_has_a_letter_is_passed_over_and_all_is_said_so(world):
    handed_out(world)
    with pytest.raises(Invalid, match="都已有"):
        handed_out(world)
    assert Letter.objects.count() == 1


def test_a_letter_handed_out_anew_takes_the_place_of_the_old(world):
    old = signed(world)
    actions.confirm_letter(world.office, old)
    new = handed_out(world, again=True)
    old.refresh_from_db()
    assert (old.state, new.state, new.replaces) == ("superseded", "issued", old)
    assert new.number == "青河区气责〔2026〕2号"
    with pytest.raises(WrongState):
        actions.return_letter(world.office, old, reason="晚了")


def test_a_site_has_a_letter_of_its_own(world):
    batch = actions.create_letters(
        world.office,
        world.plan,
        "letter-site",
        sites=[(world.builder, "一号工地"), (world.builder, "二号工地"), (world.builder, "一号工地")],
    )
    assert [one.site for one in batch.letters.order_by("serial")] == ["一号工地", "二号工地"]
    assert "工地：一号工地" in batch.letters.get(serial=1).content["parties"]


@pytest.mark.parametrize(
    ("template", "wanted", "said"),
    [
        ("letter-nothing", {"units": "street"}, "没有这个模板"),
        ("letter-unit", {}, "没有要发放的单位"),
        ("letter-unit", {"units": "firm"}, "不能发给：甲厂"),
        ("letter-firm", {"units": "street"}, "不能发给：北桥街道办事处"),
        ("letter-site", {"sites": "firm"}, "不能发给：甲厂"),  # no contractor
        ("letter-site", {"units": "builder"}, "没有要发放的单位"),
    ],
)
def test_a_letter_goes_only_to_whom_its_template_is_for(world, template, wanted, said):
    given: dict[str, Any] = {}
    if "units" in wanted:
        given["units"] = [getattr(world, wanted["units"])]
    if "sites" in wanted:
        given["sites"] = [(getattr(world, wanted["sites"]), "一号工地")]
    with pytest.raises(Invalid, match=said):
        actions.create_letters(world.office, world.plan, template, **given)
    assert not Letter.objects.exists()


def test_a_day_that_is_past_is_refused(world):
    with pytest.raises(Invalid, match="早于今天"):
        handed_out(world, due=dt.date(2026, 4, 19))


@pytest.mark.parametrize("who", ["liaison", "leader", "firm_person", "auditor"])
def test_only_the_office_hands_letters_out(world, who):
    with pytest.raises(Refused, match="大气办"):
        actions.create_letters(getattr(world, who), world.plan, "letter-unit", units=[world.street])


# Signing


def test_a_unit_hands_its_signed_copy_in_and_the_office_confirms(world):
    letter = signed(world)
    assert (letter.state, letter.handed_in_by) == ("handed_in", world.liaison)
    letter = actions.confirm_letter(world.office, letter)
    assert (letter.state, letter.decided_by) == ("confirmed", world.office)
    assert Notice.objects.filter(person=world.liaison, kind="plans.letter_decided").count() == 1
    trail = AuditEvent.objects.filter(action__startswith="plans.letter").order_by("pk").values_list("action", flat=True)
    assert list(trail) == ["plans.letter.create", "plans.letter.hand_in", "plans.letter.confirm"]


def test_a_firm_signs_its_own(world):
    letter = handed_out(world, template="letter-firm", units=[world.firm])
    with pytest.raises(Refused):
        actions.hand_in_letter(world.builder_person, letter, [pdf()])
    with pytest.raises(Refused):
        actions.hand_in_letter(world.liaison, letter, [pdf()])  # its town sees it and signs nothing
    assert actions.hand_in_letter(world.firm_person, letter, [pdf()]).state == "handed_in"


def test_a_returned_copy_is_replaced_and_stays_on_record(world):
    letter = actions.return_letter(world.office, signed(world), reason="没有盖章")
    assert (letter.state, letter.reason) == ("returned", "没有盖章")
    letter = actions.hand_in_letter(world.liaison, letter, [pdf("第二次.pdf", PDF + b"%2\n")])
    assert [(one.turn, one.attachment.name) for one in letter.copies.all()] == [(1, "签字件.pdf"), (2, "第二次.pdf")]


def test_a_copy_is_taken_back_before_it_is_confirmed(world):
    letter = actions.withdraw_letter(world.liaison, signed(world))
    assert (letter.state, letter.handed_in_at) == ("issued", None)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "缺少"),
        ([("a.pdf", b"MZ not a pdf")], "程序"),
        ([("a.docx", b"PK\x03\x04")], "打开|上传"),
        ([("a.html", b"<html><script>1</script>")], "上传"),
        ([(f"{n}.pdf", PDF) for n in range(21)], "最多 20"),
    ],
)
def test_a_copy_is_a_pdf_or_a_picture(world, files, said):
    letter = handed_out(world)
    with pytest.raises(Invalid, match=said):
        actions.hand_in_letter(world.liaison, letter, [pdf(*one) for one in files])
    letter.refresh_from_db()
    assert (letter.state, letter.copies.count()) == ("issued", 0)


@pytest.mark.parametrize(
    ("act", "who", "given"),
    [
        ("hand_in_letter", "south", {"files": [pdf()]}),
        ("hand_in_letter", "leader", {"files": [pdf()]}),
        ("withdraw_letter", "south", {}),
        ("confirm_letter", "liaison", {}),
        ("return_letter", "liaison", {"reason": "不"}),
        ("revoke_letter", "liaison", {"reason": "不"}),
        ("confirm_letter", "auditor", {}),
    ],
)
def test_who_may_not_is_refused(world, act, who, given):
    letter = handed_out(world)
    files = (given.pop("files"),) if "files" in given else ()
    with pytest.raises(Refused):
        getattr(actions, act)(getattr(world, who), letter, *files, **given)
    letter.refresh_from_db()
    assert letter.state == "issued"


@pytest.mark.parametrize(
    ("act", "who", "given"),
    [
        ("withdraw_letter", "liaison", {}),
        ("confirm_letter", "office", {}),
        ("return_letter", "office", {"reason": "不"}),
    ],
)
def test_what_is_not_handed_in_is_neither_confirmed_nor_returned(world, act, who, given):
    letter = handed_out(world)
    with pytest.raises(WrongState):
        getattr(actions, act)(getattr(world, who), letter, **given)


def test_a_reason_is_asked_for(world):
    letter = signed(world)
    with pytest.raises(Invalid):
        actions.return_letter(world.office, letter, reason=" ")


def test_a_revoked_letter_is_nobody_s_work(world):
    letter = actions.revoke_letter(world.office, handed_out(world), reason="发错了")
    assert letter.state == "revoked"
    assert not letter_panels.to_sign(world.liaison).exists()
    assert handed_out(world).number.endswith("2号")  # and leaves room for another


# Who has not signed


def test_reminding_tells_who_has_not_signed_once_a_day(world):
    letter = handed_out(world)
    unreached = org.add_unit(System(), name="丙厂", kind="firm", area=world.firm.area)
    batch = actions.create_letters(world.office, world.plan, "letter-firm", units=[world.firm, unreached])
    assert [one.unit for one in actions.remind_letters(world.office, letter.batch)] == [world.street]
    assert [one.unit for one in actions.remind_letters(world.office, batch)] == [world.firm]
    told = AuditEvent.objects.filter(action="plans.letter.remind").order_by("-pk").first()
    assert "丙厂" in str(told.facts)
    before = Notice.objects.count()
    actions.remind_letters(world.office, letter.batch)
    assert Notice.objects.count() == before
    with pytest.raises(Refused):
        actions.remind_letters(world.liaison, letter.batch)


def test_nobody_is_reminded_of_what_is_signed(world):
    letter = actions.confirm_letter(world.office, signed(world))
    with pytest.raises(Invalid, match="没有需要催签"):
        actions.remind_letters(world.office, letter.batch)


def test_the_daily_reminder_says_each_stage_once(world, monkeypatch):
    letter = handed_out(world)
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 5, 7, 8, 40, tzinfo=ZONE))
    first = letter_panels.remind(clock.now(), lambda _share: None)
    again = letter_panels.remind(clock.now(), lambda _share: None)
    assert (first["notices"], again["notices"]) == (1, 0)
    assert "今天须签回" in Notice.objects.filter(url=letter.get_absolute_url()).latest("pk").title


def test_lights_tell_who_is_late(world, monkeypatch):
    letter = handed_out(world)
    assert queries.light(letter).level == "amber"
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 5, 9, 9, 0, tzinfo=ZONE))
    late = queries.light(letter)
    assert (late.level, late.days_off) == ("red", 2)
    assert queries.counts(Letter.objects.all()) == {"standing": 1, "signed": 0, "waiting": 1, "overdue": 1}


def test_a_changed_task_makes_a_letter_out_of_date(world):
    letter = handed_out(world)

    def changed() -> bool:
        return queries.Duties(world.plan, Register(), world.street.pk).changed(letter)

    with translation.override("en"):
        assert not changed()
    tasks = world.plan.tasks.filter(number=letter.content["tasks"][0]["number"])
    tasks.update(state="closed")
    assert not changed()  # done is no change
    tasks.update(state="withdrawn")
    assert changed()  # taken away by a revised document
    tasks.update(state="open", due=dt.date(2027, 1, 1))
    assert changed()


# Files


def test_the_word_file_says_what_the_page_says(world):
    letter = handed_out(world)
    read = Document(io.BytesIO(letter_file.document(letter.content)))
    said = "\n".join(one.text for one in read.paragraphs)
    assert letter.content["heading"] in said
    assert letter.number in said
    assert "一、承担的任务" in said
    assert "主要负责人（签字）：" in said
    rows = [[cell.text for cell in row.cells] for row in read.tables[0].rows]
    assert rows[0] == ["编号", "任务", "职责", "数量", "完成时限"]
    assert len(rows) == len(letter.content["tasks"]) + 1
    assert read.core_properties.title == letter.content["heading"]


def test_what_xml_cannot_hold_does_not_break_the_file(world):
    content = handed_out(world).content | {"heading": "责任\x00书\x1f", "closing": ["\ufffe尾"]}
    read = Document(io.BytesIO(letter_file.document(content)))
    assert read.paragraphs[0].text == "责任书"


def test_an_archive_has_each_letter_under_a_name_of_its_own(world):
    batch = actions.create_letters(
        world.office, world.plan, "letter-site", sites=[(world.builder, "一/号"), (world.builder, "一号")]
    )
    packed = zipfile.ZipFile(io.BytesIO(letter_file.archive(batch.letters.select_related("unit"))))
    assert len(set(packed.namelist())) == 2
    assert not any("/" in name or "\\" in name for name in packed.namelist())
