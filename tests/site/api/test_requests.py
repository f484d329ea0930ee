"""Extensions, exemptions and closings over HTTP: asked with evidence, decided, refused, done once."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from lantian.site.core import clock
from lantian.site.core.models import AuditEvent
from lantian.site.plans.models import Closing, ExtensionRequest, Task

LATER = dt.date(2099, 12, 31)


@pytest.fixture
def asked(world: Any) -> dict[str, Any]:
    """What a town says when it asks about its own task."""
    side = world.songxi
    return {"task": side.draft.task_id, "unit": side.unit.pk, "text": "设备未到货"}


def note() -> SimpleUploadedFile:
    return SimpleUploadedFile("清运.txt", "清运单据".encode())


def post(asks: Any, path: str, data: dict[str, Any], **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return asks.post(f"/api/v1/plans/{path}", data, headers=named)


def test_an_extension_is_asked_with_evidence_and_granted(world, program, asked):
    town, office, leader = (program(one) for one in (world.songxi.liaison, world.office, world.leader))
    made = post(town, "extensions", asked | {"kind": "extension", "until": LATER.isoformat(), "document": note()})
    assert made.status_code == 201, made.content
    told = made.json()
    assert made["Location"].endswith(f"/plans/extensions/{told['id']}")
    assert [one["name"] for one in told["evidence"]] == ["清运.txt"]
    at = f"plans/extensions/{told['id']}"
    if told["needs_consent"]:
        assert office.write(f"{at}/grant").status_code == 409
    assert office.write(f"{at}/forward").json()["state"] == "consenting"
    assert leader.write(f"{at}/consent").json()["state"] == "consented"
    granted = office.write(f"{at}/grant", {"reason": "同意"})
    assert (granted.status_code, granted.json()["state"]) == (200, "granted")
    assert Task.objects.get(pk=asked["task"]).due == LATER


@pytest.mark.parametrize(("step", "who"), [("decline", "leader"), ("refuse", "office")])
def test_a_request_is_turned_down_with_a_reason(world, program, asked, step, who):
    made = post(program(world.songxi.liaison), "extensions", asked | {"kind": "exemption"}).json()
    at = f"plans/extensions/{made['id']}"
    if step == "decline":
        program(world.office).write(f"{at}/forward")
    asks = program(getattr(world, who))
    assert asks.write(f"{at}/{step}").status_code == 422
    assert asks.write(f"{at}/{step}", {"reason": "理由不足"}).json()["state"] == "refused"
    assert asks.write(f"{at}/{step}", {"reason": "理由不足"}).status_code == 409


def test_a_request_is_withdrawn_by_its_unit_alone(world, program, asked):
    town = program(world.songxi.liaison)
    made = post(town, "extensions", asked | {"kind": "exemption"}).json()
    at = f"plans/extensions/{made['id']}/withdraw"
    assert program(world.office).write(at).status_code == 403
    assert town.write(at).json()["state"] == "withdrawn"


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "extension"},  # no day
        {"kind": "extension", "until": "2001-01-01"},
        {"kind": "extension", "until": "tomorrow"},
        {"kind": "holiday"},
        {"kind": "exemption", "task": 999_999},
        {"kind": "exemption", "text": ""},
        {"kind": "exemption", "photo": SimpleUploadedFile("a.jpg", b"MZ")},
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(world, program, asked, wrong):
    answer = post(program(world.songxi.liaison), "extensions", asked | wrong)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert not ExtensionRequest.objects.exists()


def test_the_same_key_asks_once(world, program, asked):
    town = program(world.songxi.liaison)
    for _time in range(2):
        answer = post(town, "closings", asked | _all_kinds(), Idempotency_Key="one-and-only")
        assert answer.status_code == 201, answer.content
    assert answer["Idempotency-Replayed"] == "true"
    assert Closing.objects.count() == 1
    assert AuditEvent.objects.filter(action="plans.task.ask").count() == 1


def test_a_task_is_closed_on_its_evidence_and_opened_again(world, program, asked):
    town, office = program(world.songxi.liaison), program(world.office)
    bare = post(town, "closings", asked)
    assert bare.status_code == 422
    assert not Closing.objects.exists()
    made = post(town, "closings", asked | _all_kinds()).json()
    at = f"plans/closings/{made['id']}"
    assert set(made["needs"]) <= {one["kind"] for one in made["evidence"]}
    assert town.write(f"{at}/close", {"signer": "自己"}).status_code == 403
    assert office.write(f"{at}/close", {"signer": ""}).status_code == 422
    assert office.write(f"{at}/close", {"signer": "演示核查人"}).json()["outcome"] == "closed"
    assert Task.objects.get(pk=asked["task"]).closed_on == clock.today()
    assert office.write(f"{at}/return", {"reason": "不"}).status_code == 409
    assert office.write(f"{at}/reopen", {"reason": "复查发现未完成"}).json()["outcome"] == "reopened"


def test_a_closing_is_given_back_or_withdrawn(world, program, asked):
    town, office = program(world.songxi.liaison), program(world.office)
    first = post(town, "closings", asked | _all_kinds()).json()["id"]
    assert office.write(f"plans/closings/{first}/return", {"reason": "照片不清"}).json()["reason"] == "照片不清"
    second = post(town, "closings", asked | _all_kinds()).json()["id"]
    assert office.write(f"plans/closings/{second}/withdraw").status_code == 403
    assert town.write(f"plans/closings/{second}/withdraw").json()["outcome"] == "withdrawn"
    assert {one["outcome"] for one in office.all("plans/closings")} == {"returned", "withdrawn"}


def test_a_token_without_the_scope_asks_nothing(world, program, asked):
    reader = program(world.songxi.liaison, "progress:read")
    assert post(reader, "extensions", asked | {"kind": "exemption"}).status_code == 403
    assert reader.read("plans/extensions").status_code == 200


def _all_kinds() -> dict[str, SimpleUploadedFile]:
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "JPEG")
    photo = SimpleUploadedFile("现场.jpg", picture.getvalue(), "image/jpeg")
    return {"photo": photo, "acceptance": note(), "reading": note(), "document": note()}
