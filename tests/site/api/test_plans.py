"""Plans, tasks, imports and progress as a program meets them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.site.core import audit
from lantian.site.plans.models import Finding, Plan, ProgressReport, Task
from tests.site.api.world import DOCUMENT

PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da6364f80f00010501012718e366"
    "0000000049454e44ae426082"
)


@pytest.fixture
def office(world, program):
    return program(world.office)


def test_a_plan_with_its_counts(world, office):
    (told,) = office.all("plans")
    assert (told["title"], told["tasks"]) == (world.plan.title, 3)
    assert office.read(f"plans/{world.plan.pk}").json() == told


def test_a_task_shows_who_does_what_and_its_numbers(world, office):
    first = Task.objects.get(plan=world.plan, number="1")
    told = office.read(f"plans/tasks/{first.pk}").json()
    assert {(one["role"], one["name"]) for one in told["roles"]} >= {("lead", "区水务局")}
    assert {one["town_name"] for one in told["quantities"]} >= {"松溪镇", "柳湾镇"}
    assert told["due"] == "2026-10-31"
    listed = next(one for one in office.all("plans/tasks") if one["id"] == first.pk)
    assert listed == {name: told[name] for name in listed}


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("q=锅炉", {"1"}),
        ("role=lead&unit={songxi}", {"2"}),
        ("unit={songxi}", {"1", "2"}),
        ("town=柳湾镇", {"1", "3"}),
        ("due_from=2026-07-01", {"1"}),
        ("due_to=2026-06-30", {"2", "3"}),
        ("light=none", set()),
        ("plan={plan}&section=一、治理任务", {"1", "2", "3"}),
    ],
)
def test_the_filters_are_those_of_the_ledger(world, office, asked, numbers):
    asked = asked.format(songxi=world.songxi.unit.pk, plan=world.plan.pk)
    section = Task.objects.first().clause
    asked = asked.replace("一、治理任务", section.section if section else "")
    assert {one["number"] for one in office.all(f"plans/tasks?{asked}")} == numbers


def test_a_filter_that_offers_nothing_is_an_error_not_all_tasks(world, office):
    assert "unit" in office.read("plans/tasks?unit=99999").json()["fields"]
    assert "town" in office.read("plans/tasks?town=无此镇").json()["fields"]


@pytest.mark.parametrize("form", ["json", "csv", "xlsx"])
def test_a_plan_as_a_file(world, office, form):
    answer = office.read(f"plans/{world.plan.pk}/export/{form}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert office.read(f"plans/{world.plan.pk}/export/exe").status_code == 404


def test_a_document_from_upload_to_plan(world, office):
    file = SimpleUploadedFile("方案.txt", DOCUMENT.encode())
    made = office.post("/api/v1/plans/imports", {"file": file, "area": world.area.pk})
    assert made.status_code == 201, made.content.decode()
    where = f"plans/imports/{made.json()['id']}"
    job = office.read(f"jobs/{made.json()['job']}").json()
    assert (job["state"], job["over"]) == ("done", True)
    assert office.read(where).json()["state"] == "review"
    draft = office.read(f"{where}/draft").json()
    assert [one["task"]["number"] for one in draft["tasks"]] == ["1", "2", "3"]
    plan = office.write(f"{where}/confirm")
    assert plan.status_code == 200, plan.content.decode()
    assert Plan.objects.filter(pk=plan.json()["id"]).exists()
    assert office.read(where).json()["plan"] == plan.json()["id"]
    assert office.read(f"{where}/draft").status_code == 409
    assert office.write(f"{where}/confirm").status_code == 409
    assert office.write(f"{where}/discard").status_code == 409


def test_an_import_is_thrown_away(world, office):
    where = f"plans/imports/{world.review.pk}"
    assert office.write(f"{where}/discard").json()["state"] == "discarded"


def test_an_upload_names_what_is_wrong(world, office):
    assert "file" in office.post("/api/v1/plans/imports", {}).json()["fields"]
    empty = office.post("/api/v1/plans/imports", {"file": SimpleUploadedFile("a.txt", b"")})
    assert empty.status_code == 422
    town = world.songxi.unit.area_id
    file = SimpleUploadedFile("方案.txt", DOCUMENT.encode())
    assert "area" in office.post("/api/v1/plans/imports", {"file": file, "area": town}).json()["fields"]


def test_a_finding_is_decided_with_a_reason(world, office):
    made = Finding.objects.create(
        plan=world.plan, position=99, code="placeholder", severity="note", message="占位", message_en="x"
    )
    assert "reason" in office.write(f"plans/findings/{made.pk}/decide", {"step": "accept"}).json()["fields"]
    answer = office.write(f"plans/findings/{made.pk}/decide", {"step": "accept", "reason": "按原文"})
    assert answer.json()["state"] == "accepted"
    again = office.write(f"plans/findings/{made.pk}/decide", {"step": "accept", "reason": "按原文"})
    assert again.status_code == 409


def test_a_report_from_draft_to_acceptance(world, office, program):
    liaison, draft = program(world.songxi.liaison), world.songxi.draft
    where = f"plans/reports/{draft.pk}"
    number = draft.task.quantities.filter(kind="target").first()
    saved = liaison.write(
        where,
        {
            "text": "清运10公里",
            "percent": 50,
            "numbers": [{"quantity": number.pk, "town": number.town_id, "value": 10}],
            "revision": 0,
        },
        method="PUT",
    )
    assert saved.status_code == 200, saved.content.decode()
    assert (saved.json()["revision"], saved.json()["numbers"][0]["value"]) == (1, 10)
    stale = liaison.write(where, {"text": "覆盖", "revision": 0}, method="PUT")
    assert stale.status_code == 409
    photo = liaison.post(
        f"/api/v1/{where}/evidence", {"file": SimpleUploadedFile("现场.png", PHOTO, "image/png"), "kind": "photo"}
    )
    assert [one["kind"] for one in photo.json()["evidence"]] == ["photo"], photo.content.decode()
    one = photo.json()["evidence"][0]["id"]
    assert liaison.ask("DELETE", f"{where}/evidence/{one}").json()["evidence"] == []
    assert liaison.write(f"{where}/submit", {"revision": 1}).json()["state"] == "submitted"
    assert office.write(f"{where}/return", {"reason": "请补充照片"}).json()["state"] == "returned"
    assert liaison.read(where).json()["reason"] == "请补充照片"
    assert [one["title"] for one in liaison.all("notices?unread=true")]
    assert liaison.write(f"{where}/submit").json()["state"] == "submitted"
    assert office.write(f"{where}/accept").json()["state"] == "accepted"
    assert office.write(f"{where}/accept").status_code == 409
    correction = liaison.write(f"{where}/correct")
    assert (correction.status_code, correction.json()["version"]) == (201, 2)
    assert liaison.write(f"plans/reports/{correction.json()['id']}/drop").json()["state"] == "dropped"


def test_a_report_is_begun_once(world, program):
    liaison, first = program(world.songxi.liaison), world.songxi.draft
    begun = liaison.read("plans/cycles").json()["items"][0]["windows"][0]
    asked = {"task": first.task_id, "unit": first.unit_id, "cycle": world.cycle.pk, "start": begun["start"]}
    answers = [liaison.write("plans/reports", asked) for _number in range(2)]
    assert {(a.status_code, a.json()["id"]) for a in answers} == {(201, answers[0].json()["id"])}
    wrong = liaison.write("plans/reports", asked | {"start": "1990-01-01"})
    assert wrong.status_code == 422


def test_the_wrong_person_is_refused(world, program):
    liaison = program(world.songxi.liaison)
    report = world.songxi.submitted
    assert liaison.write(f"plans/reports/{report.pk}/accept").status_code == 403
    assert liaison.read("plans/imports").status_code == 403
    assert program(world.office).write(f"plans/reports/{report.pk}/withdraw").status_code == 403
    assert ProgressReport.objects.get(pk=report.pk).state == "submitted"


def test_what_is_done_over_http_is_in_the_trail(world, office):
    answer = office.write(f"plans/reports/{world.songxi.submitted.pk}/accept")
    event = audit.events_of(world.songxi.submitted).first()
    assert (event.action, event.person, event.request_id) == (
        "plans.report.accept",
        world.office,
        answer["X-Request-ID"],
    )


def test_a_read_that_has_not_changed_is_not_sent_again(world, office):
    where = f"plans/tasks/{Task.objects.first().pk}"
    tag = office.read(where)["ETag"]
    again = office.read(where, If_None_Match=tag)
    assert (again.status_code, again.content) == (304, b"")
    Task.objects.update(title="改名")
    assert office.read(where, If_None_Match=tag).status_code == 200


# Revised documents


def test_a_revised_document_is_decided_on_piece_by_piece(world, office):
    first, second = office.all("plans/versions?state=done") + office.all("plans/versions?state=open")
    assert (first["number"], second["number"]) == (1, 2)
    at = f"plans/versions/{second['id']}"
    pieces = office.all(f"{at}/pieces")
    assert len(pieces) == second["pieces"] == second["open_pieces"]
    one = next(p for p in pieces if p["field"] == "deadline")
    answer = office.write(f"{at}/decide", {"pieces": [one["id"]], "verdict": "accept"})
    assert answer.json() == {"done": [one["id"]], "stale": []}
    assert Task.objects.get(pk=one["task"]).due.isoformat() == "2026-11-30"
    assert office.write(f"{at}/decide", {"pieces": [one["id"]], "verdict": "accept"}).status_code == 409
    assert office.write(f"{at}/step", {"step": "finish"}).status_code == 409
    assert office.write(f"{at}/accept-rest", {}).status_code == 200
    assert office.write(f"{at}/step", {"step": "finish"}).json()["state"] == "done"


def test_a_revised_document_is_handed_in_and_compared(world, office):
    office.write(f"plans/versions/{world.version.pk}/step", {"step": "drop", "reason": "误传"})
    file = SimpleUploadedFile("修订稿.txt", DOCUMENT.replace("20公里", "25公里").encode())
    told = office.post("/api/v1/plans/imports", {"file": file, "revises": world.plan.pk}).json()
    assert told["revises"] == world.plan.pk
    answer = office.write(f"plans/imports/{told['id']}/compare")
    assert answer.status_code == 201
    assert office.read(f"plans/imports/{told['id']}").json()["version"] == answer.json()["id"]
    assert {p["field"] for p in office.all(f"plans/versions/{answer.json()['id']}/pieces")} == {"text", "quantities"}


@pytest.mark.parametrize("who", ["songxi", "leader"])
def test_only_the_office_decides_on_a_revised_document(world, program, who):
    person = world.songxi.liaison if who == "songxi" else world.leader
    asks, at = program(person), f"plans/versions/{world.version.pk}"
    assert asks.read(at).status_code == 200
    piece = world.version.pieces.first()
    assert asks.write(f"{at}/decide", {"pieces": [piece.pk], "verdict": "accept"}).status_code == 403
    assert asks.write(f"{at}/accept-rest", {}).status_code == 403
    assert asks.write(f"{at}/step", {"step": "finish"}).status_code == 403
    assert asks.write(f"plans/tasks/{world.plan.tasks.first().pk}/restore", {"reason": "有"}).status_code == 403


# Splitting and joining


def test_a_task_is_split_and_joined_back(world, office):
    task = world.plan.tasks.all()[1]
    number = task.quantities.first()
    at = f"plans/tasks/{task.pk}"
    piece = {"text": "松溪镇冲洗道路。", "due": "2026-05-31", "numbers": []}
    asked = {"rest": {"text": task.text}, "pieces": [piece], "reason": "一条含两件事"}
    told = office.write(f"{at}/split", asked).json()
    (made,) = told["made"]
    split_off = office.read(f"plans/tasks/{made}").json()
    assert (split_off["split_from"], split_off["due"]) == (task.pk, "2026-05-31")
    assert [r["name"] for r in split_off["roles"]] == [r.name for r in task.roles.all()]
    wrong = office.write(f"{at}/split", asked | {"pieces": [piece | {"numbers": [number.pk, 99_999]}]})
    assert wrong.status_code == 409
    told = office.write(f"{at}/join", {"others": [made], "reason": "拆错了"}).json()
    assert told == {"task": task.pk, "joined": [made]}
    assert office.read(f"plans/tasks/{made}").json()["joined_into"] == task.pk
    assert office.write(f"{at}/join", {"others": [made], "reason": "再并"}).status_code == 409
    assert office.write(f"{at}/join", {"others": [99_999], "reason": "无"}).status_code == 422


@pytest.mark.parametrize("who", ["songxi", "leader"])
def test_only_the_office_splits_and_joins(world, program, who):
    person = world.songxi.liaison if who == "songxi" else world.leader
    asks, (first, second, *_rest) = program(person), world.plan.tasks.all()
    piece = {"rest": {"text": "留"}, "pieces": [{"text": "拆"}], "reason": "有"}
    assert asks.write(f"plans/tasks/{first.pk}/split", piece).status_code == 403
    assert asks.write(f"plans/tasks/{first.pk}/join", {"others": [second.pk], "reason": "有"}).status_code == 403
