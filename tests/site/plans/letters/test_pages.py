"""Pages of letters: few queries, handing out, signing; firms see their own alone."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.site.org.models import Unit
from lantian.site.plans import actions
from lantian.site.plans.models import Letter
from tests.site.plans.letters.world import handed_out, pdf, signed


def test_pages_open_with_few_queries(world, as_person, django_assert_max_num_queries):
    letter = handed_out(world)
    actions.hand_in_letter(world.liaison, letter, [pdf()])
    office = as_person(world.office)
    for where in (
        "/plans/letters",
        "/plans/letters?state=unsigned&q=北桥",
        "/plans/letters/batches",
        f"/plans/letters/batches/{letter.batch_id}",
        "/plans/letters/new",
        "/plans/letters/new?template=letter-site",
        "/plans/letters/new?template=letter-machine",
        f"/plans/letters/{letter.pk}",
        f"/units/{world.street.pk}",
        f"/plans/{world.plan.pk}",
        "/plans/minute",
    ):
        office.get(where)
        with django_assert_max_num_queries(15, info=where):
            assert office.get(where).status_code == 200, where


def test_the_minute_counts_once_it_is_drawn(world, as_person):
    handed_out(world)
    leader = as_person(world.leader)
    part = f"/panels/plans.minute.letters/{world.leader.pk}"
    assert part in leader.get("/plans/minute").content.decode()
    assert "0/1" in leader.get(part, headers={"HX-Request": "true"}).content.decode()


def test_a_batch_tells_which_letters_are_out_of_date(world, as_person, django_assert_max_num_queries):
    letter = handed_out(world)
    office, at = as_person(world.office), f"/plans/letters/batches/{letter.batch_id}"
    assert f"{at}/changed" in office.get(at).content.decode()
    assert "任务" not in office.get(f"{at}/changed", headers={"HX-Request": "true"}).content.decode()
    world.plan.tasks.filter(number=letter.content["tasks"][0]["number"]).update(state="withdrawn")
    with django_assert_max_num_queries(15):
        assert "1 份中的任务" in office.get(f"{at}/changed", headers={"HX-Request": "true"}).content.decode()
    assert "任务有变化" in office.get("/plans/letters/new?template=letter-unit").content.decode()
    assert office.get(f"{at}/changed").url == at


def test_the_office_hands_out_on_the_page(world, as_person):
    office = as_person(world.office)
    page = office.get("/plans/letters/new?template=letter-unit")
    form = page.context["form"]
    assert str(world.street.pk) in form.fields["units"].initial
    answer = office.post(
        f"/plans/letters/new?plan={world.plan.pk}&template=letter-unit",
        {"units": [world.street.pk], "due": "2026-05-10"},
    )
    assert answer.status_code == 302
    letter = Letter.objects.get()
    assert answer.url == letter.batch.get_absolute_url()
    packed = office.get(f"{answer.url}/zip")
    assert packed["Content-Type"] == "application/zip"
    refused = office.post(
        "/plans/letters/new?template=letter-site", {"sites": "没有的单位，一号\n乙建筑公司", "due": "2026-05-10"}
    )
    told = refused.content.decode()
    assert "第 1 行：没有单位" in told
    assert "第 2 行：请写工地名称" in told
    made = office.post(
        "/plans/letters/new?template=letter-site", {"sites": "乙建筑公司，一号工地", "due": "2026-05-10"}
    )
    assert made.status_code == 302
    assert Letter.objects.get(template="letter-site").site == "一号工地"


def test_a_unit_signs_on_the_page(world, as_person):
    letter = handed_out(world)
    liaison, office = as_person(world.liaison), as_person(world.office)
    at = letter.get_absolute_url()
    assert "待签的责任书" in liaison.get("/").content.decode()
    assert liaison.get(f"{at}/docx").content[:2] == b"PK"
    wrong = liaison.post(f"{at}/hand-in", {"files": [SimpleUploadedFile("a.exe", b"MZ")]})
    assert wrong.status_code == 400
    assert "files_error" in wrong.content.decode()
    assert liaison.post(f"{at}/hand-in", {"files": [pdf()]}).status_code == 302
    copy = letter.copies.get()
    shown = office.get(f"/plans/letters/copies/{copy.pk}?inline=1")
    assert shown["Content-Type"] == "application/pdf"
    assert liaison.post(f"{at}/confirm").status_code == 403
    assert office.post(f"{at}/confirm").status_code == 302
    letter.refresh_from_db()
    assert letter.state == "confirmed"
    assert office.post(f"{at}/nothing").status_code == 404


def test_two_firms_see_nothing_of_each_other(world, as_person):
    units = [world.firm, world.builder]
    batch = actions.create_letters(world.office, world.plan, "letter-firm", units=units)
    for own, other, who, foreign in (
        (world.firm, world.builder, world.firm_person, world.builder_person),
        (world.builder, world.firm, world.builder_person, world.firm_person),
    ):
        mine, theirs = batch.letters.get(unit=own), batch.letters.get(unit=other)
        actions.hand_in_letter(foreign, theirs, [pdf()])
        browser = as_person(who)
        listed = browser.get("/plans/letters").content.decode()
        assert own.name in listed
        assert other.name not in listed
        assert browser.get(mine.get_absolute_url()).status_code == 200
        copy = theirs.copies.last()
        at = theirs.get_absolute_url()
        for path in (at, f"{at}/docx", f"/plans/letters/copies/{copy.pk}", f"/plans/letters/copies/{copy.pk}/small"):
            assert browser.get(path).status_code == 404, path
        for path in (f"{at}/hand-in", f"{at}/withdraw"):
            assert browser.post(path, {"files": [pdf()]}).status_code == 404, path
        for path in ("/plans/letters/new", "/plans/letters/batches", f"/plans/letters/batches/{batch.pk}/zip"):
            assert browser.get(path).status_code == 403, path
        export = browser.get("/plans/letters?export=csv")
        assert other.name not in b"".join(export.streaming_content).decode()
        actions.withdraw_letter(foreign, theirs)


def test_a_town_sees_the_letters_of_its_firms_and_no_other_town_s(world, as_person):
    actions.create_letters(world.office, world.plan, "letter-firm", units=[world.firm, world.builder])
    north = as_person(world.liaison).get("/plans/letters").content.decode()
    assert world.firm.name in north
    assert world.builder.name not in north
    assert Unit.objects.filter(kind="firm").count() == 2


def test_a_leader_reads_all_and_changes_nothing(world, as_person):
    letter = signed(world)
    leader = as_person(world.leader)
    assert world.street.name in leader.get("/plans/letters").content.decode()
    page = leader.get(letter.get_absolute_url())
    assert "lt-step" not in page.content.decode()
    assert leader.post(f"{letter.get_absolute_url()}/confirm").status_code == 403
