"""The demo: real Word documents of a fictional district, laid down once by the platform's own actions."""

import re
from datetime import date
from types import SimpleNamespace

import pytest
import shapely
from django.contrib.auth import authenticate
from django.db import transaction
from django.test import override_settings
from shapely.geometry import shape

from lantian.plandoc.check import check
from lantian.plandoc.parse import parse
from lantian.plandoc.read import read
from lantian.site.core import clock
from lantian.site.core.models import AuditEvent
from lantian.site.demo import document, pictures
from lantian.site.demo.load import Login, load
from lantian.site.demo.script import script
from lantian.site.orders.models import Order, OrderEvent
from lantian.site.org.models import Area, Person, Unit
from lantian.site.plans import actions as plans
from lantian.site.plans.models import (
    Closing,
    Deliverable,
    ExtensionRequest,
    Filing,
    Finding,
    Letter,
    Plan,
    PlanImport,
    ProgressReport,
    QuantityBinding,
    Task,
)
from lantian.site.sources import reading
from lantian.site.sources.models import Finding as SourceFinding
from lantian.site.sources.models import Listing, OutsideList, ProductionLine
from lantian.site.sources.queries import quality, signing
from tests.site.conftest import turned_to
from tests.site.soak.laid import Laid

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True, scope="module")
def loaded(django_db_setup, tmp_path_factory):
    """The demo, laid down once for a run: its logins, and what it said on the way."""
    directory = tmp_path_factory.mktemp("demo")
    with (
        Laid(tmp_path_factory, "tests.e2e.demo").copy(directory) as (stored, made),
        turned_to(stored),
        override_settings(MEDIA_ROOT=directory / "media"),
    ):
        yield SimpleNamespace(logins=[Login(**login) for login in made["logins"]], told=made["told"])


def counts():
    kinds = (
        Area,
        Unit,
        Person,
        Plan,
        Task,
        PlanImport,
        Finding,
        ProgressReport,
        ExtensionRequest,
        Closing,
        Letter,
        Filing,
        Order,
        OrderEvent,
        AuditEvent,
    )
    return [kind.objects.count() for kind in kinds]


def test_the_demo_is_laid_down_once(loaded):
    first = counts()
    assert load() == loaded.logins
    assert counts() == first
    assert Area.objects.filter(kind="town").count() == 15
    assert sorted(PlanImport.objects.values_list("state", flat=True)) == ["confirmed", "review"]
    assert Plan.objects.get().tasks.whole().count() == 43
    assert set(ProgressReport.objects.values_list("state", flat=True)) == {"submitted", "returned", "accepted"}
    assert sorted(ExtensionRequest.objects.values_list("state", flat=True)) == ["asked", "consenting", "granted"]
    assert sorted(Closing.objects.values_list("outcome", flat=True)) == ["asked", "closed"]
    assert set(Letter.objects.values_list("state", flat=True)) == {"issued", "handed_in", "confirmed"}


def test_the_demo_has_filings_at_several_steps(loaded):
    assert {d.title[:4] for d in Deliverable.objects.all()} == {"（模拟）"}
    states = set(Filing.objects.values_list("state", flat=True))
    assert {"file", "review", "gathered", "filed", "consent", "trade"} <= states
    assert (
        Filing.objects.get(deliverable__kind="exemption").deliverable.applicant
        == Person.objects.get(username="demo-site").unit
    )


def test_every_login_works_and_is_marked_as_a_demo(loaded, settings):
    settings.PASSWORD_HASHERS = ["tests.site.soak.passwords.Quick"]
    for login in loaded.logins:
        person = authenticate(username=login.username, password=login.password)
        assert person is not None
        assert person.holds(login.role)
        assert not person.must_change_password
        assert person.name.startswith("演示")


def test_the_demo_says_how_far_it_is(loaded):
    assert [share for share, _message in loaded.told] == sorted(share for share, _message in loaded.told)
    assert loaded.told[-1][0] == 1


@pytest.mark.parametrize("name", ["action_plan", "winter_plan"])
@pytest.mark.parametrize("year", [2025, 2026, 2028])
def test_a_demo_plan_shows_its_planted_slips_and_no_others(tmp_path, name, year):
    read_back = read(document.build(tmp_path, name, year=year))
    plan = parse(read_back)
    found = sorted(f.code for f in check(plan, source=read_back.source))
    assert found == sorted(script(name, year=year).planted)
    assert (plan.district, plan.period_start) != (None, None)
    assert str(plan.issued_on).startswith(str(year))


def test_the_action_plan_is_read_as_it_was_written(tmp_path):
    plan = parse(read(document.build(tmp_path, "action_plan", year=2026)))
    written = script("action_plan", year=2026)
    items = [item for chapter in written.chapter for section in chapter.section for item in section.item]
    rows = [row for section in written.annex.section for item in section.item for row in item.row]
    assert [t.number for t in plan.tasks[: len(items)]] == [str(k) for k in range(1, len(items) + 1)]
    for task, part in zip(plan.tasks, [*items, *rows], strict=True):
        assert re.sub(r"\s", "", task.text).endswith(part.text)
        assert (task.lead, task.responsible, task.assist) == (part.lead, part.responsible, part.assist)
        assert task.deadline_text == part.deadline
    assert plan.issued_on == date(2026, 2, 27)


def test_a_number_of_the_plan_moves_when_a_demo_source_is_done(loaded, client):
    """Through the page's own action, and by nothing else."""
    binding = QuantityBinding.objects.select_related("quantity__task").get()
    before = binding.value
    assert 0 < before < binding.quantity.value
    boiler = Listing.objects.filter(ledger="gas_boiler", state="self_checked").earliest("pk")
    (proof,) = reading.proofs_of(reading.ledger_of("gas_boiler"), "accept")
    with transaction.atomic():
        client.force_login(Person.objects.get(username="demo-office"))
        answer = client.post(
            f"/sources/listings/{boiler.pk}/steps/accept", {proof.name: pictures.photo(1, at=clock.now())}
        )
        assert answer.status_code == 302
        plans.evaluate_quantities()
        binding.refresh_from_db()
        assert binding.value == pytest.approx(before + boiler.attributes["capacity"])
        transaction.set_rollback(True)


def test_what_others_keep_and_what_firms_have_is_there(loaded):
    """Parts, lists of other offices, reported figures, signatures that are waited for, an order to a firm."""
    assert set(OutsideList.objects.values_list("kind", flat=True)) == {"registry", "permit", "catering_licence"}
    assert ProductionLine.objects.filter(stopped=None).exists()
    assert ProductionLine.objects.exclude(stopped=None).exists()
    found = set(SourceFinding.objects.filter(state="open").values_list("check_name", flat=True))
    assert {"sources.reported", "sources.obsolete_device", "sources.not_on_ledger", "sources.ended_there"} <= found
    assert "sources.trace" in found
    waits = {
        username: signing.own(Person.objects.get(username=username)) for username in ("demo-liaison", "demo-office")
    }
    assert all(rows.exists() for rows in waits.values())
    firm = Person.objects.get(username="demo-firm")
    assert Order.objects.visible_to(firm).filter(unit=firm.unit).exists()
    assert Listing.objects.visible_to(firm).exists()


def test_proofs_are_mostly_good_and_some_are_not(loaded):
    whole = quality.totals(quality.counted(Listing.objects.all()))
    assert 80 < whole.share("proven") < 100
    assert 80 < whole.share("fresh") < 100


def test_orders_stand_in_every_state_and_some_are_late(loaded):
    states = set(Order.objects.values_list("state", flat=True))
    assert states >= {"draft", "issued", "accepted", "answered", "returned", "declined", "closed", "withdrawn"}
    assert Order.objects.count() >= 30
    assert OrderEvent.objects.filter(kind="escalate").exists()
    assert Order.objects.filter(repeat_of__isnull=False).exists()
    assert not Order.objects.exclude(text__contains="模拟").exists()
    # What a map shows of them lies in their street.
    for order in Order.objects.exclude(longitude=None).select_related("area__outline"):
        assert shapely.intersects_xy(shape(order.area.outline.geometry), order.longitude, order.latitude), order
