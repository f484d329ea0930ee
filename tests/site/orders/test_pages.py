"""Pages of orders: what they show to whom, their forms, and how much they ask of the database."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantian.site.core import clock
from lantian.site.core.models import ApiAnswer, ReplayClock
from lantian.site.orders import actions
from lantian.site.orders.models import Order, OrderFile
from tests.site.conftest import Browser
from tests.site.orders.conftest import THURSDAY, photo

QUERIES = 15


def page(who, address, status=200):
    site = Browser().log_in(who)
    with CaptureQueriesContext(connection) as asked:
        response = site.get(address)
    assert response.status_code == status, response.content.decode()[:2000]
    assert len(asked) <= QUERIES, [one["sql"][:150] for one in asked]
    return response


def post(who, address, **fields):
    return Browser().log_in(who).post(address, fields)


@pytest.fixture(autouse=True)
def shown_to_pages(db):
    """Requests have a clock of their own."""
    ReplayClock.objects.create(pk=1, started_at=clock.real_now(), shown_at=THURSDAY)


@pytest.fixture
def orders(world):
    """One of every state that people see."""
    return {
        "issued": world.issued(place="甲"),
        "accepted": world.accepted(kind="dust", place="乙", longitude=116.35, latitude=39.9),
        "answered": world.answered(place="丙"),
        "closed": actions.close_order(world.office, world.answered(place="丁")),
        "declined": actions.decline_order(world.town, world.issued(place="戊"), reason="不是我们"),
        "draft": world.make(place="己"),
    }


def test_the_list(world, orders):
    html = page(world.office, "/orders/").content.decode()
    assert html.count("清运渣土") >= 6
    assert "草稿" in html
    for query, count in (
        ("state=open", 4),
        ("state=overdue", 0),
        ("whose=given", 6),
        ("kind=dust", 1),
        ("q=2017-0002", 1),
    ):
        response = page(world.office, f"/orders/?{query}")
        assert response.context["table"].count == count, query
    assert page(world.town, "/orders/").context["table"].count == 5, "no drafts"
    assert page(world.water, "/orders/").context["table"].count == 0
    assert page(world.leader, "/orders/").context["table"].count == 5
    assert b"\xe6\xb8\x85" in b"".join(page(world.office, "/orders/?export=csv").streaming_content)


def test_every_state_on_its_page(world, orders):
    for state, order in orders.items():
        html = page(world.office, order.get_absolute_url()).content.decode()
        assert str(order.title) in html
        if state != "draft":
            page(world.town, order.get_absolute_url())
        page(world.water, order.get_absolute_url(), 404)
    assert "order-points" in page(world.town, orders["accepted"].get_absolute_url()).content.decode()
    for name in ("transfer", "copy"):
        page(world.office, f"{orders['issued'].get_absolute_url()}/{name}")
    for name in ("assign", "extension"):
        page(world.town, f"{orders['accepted'].get_absolute_url()}/{name}")
    page(world.office, f"{orders['draft'].get_absolute_url()}/edit")


def test_new_order_is_handed_out_or_kept(world):
    html = page(world.office, "/orders/new").content.decode()
    key = re.search(r'name="once" value="([^"]+)"', html)
    assert key
    district = world.district
    fields = {
        "once": key[1],
        "kind": "dust",
        "title": "工地未覆盖",
        "area": district.songxi.pk,
        "unit": district.songxi_town.pk,
        "copies": [district.water.pk],
        "origin": "orders.patrol",
        "place": "松溪路",
        "photos": photo(),
    }
    first = post(world.office, "/orders/new", **fields)
    fields["photos"].seek(0)
    again = post(world.office, "/orders/new", **fields)
    order = Order.objects.get()
    assert first["Location"] == again["Location"] == order.get_absolute_url(), "sent twice, made once"
    assert (order.state, order.origin, order.events.count()) == ("issued", "orders.patrol", 2)
    assert OrderFile.objects.get().attachment.is_picture
    kept = post(
        world.office, "/orders/new", **fields | {"once": "another", "draft": "1", "photos": photo(colour="blue")}
    )
    assert Order.objects.get(pk=int(kept["Location"].rsplit("/", 1)[1])).state == "draft"
    heic = SimpleUploadedFile("照片.HEIC", b"\0\0\0\x18ftypheic" + bytes(80))
    refused = post(world.office, "/orders/new", **fields | {"once": "heic", "photos": heic}).content.decode()
    assert refused.count("“照片.HEIC”：不收“HEIC 照片”。请在手机") == 1
    wrong = post(world.office, "/orders/new", **fields | {"once": "third", "title": "", "photos": photo()})
    assert wrong.status_code == 200
    assert Order.objects.count() == 2
    page(world.town, "/orders/new")
    page(world.leader, "/orders/new", 403)


def test_a_lead_is_made_on_its_page(world):
    district = world.district
    fields = {"kind": "lead", "title": "线索", "area": district.area.pk, "unit": district.songxi_town.pk}
    made = post(world.water, "/orders/new", **fields, origin="orders.lead")
    assert made.status_code == 302, made.content.decode()
    assert Order.objects.get().from_unit == district.water
    assert post(world.water, "/orders/new", **fields | {"kind": "dust"}, origin="orders.lead").status_code == 200


def test_accept_and_answer_with_a_photo(world):
    order = world.issued(kind="dust")
    at = order.get_absolute_url()
    html = page(world.grid, at).content.decode()
    assert "接单" in html
    assert 'capture="environment"' not in html[: html.index("data-after-accept hidden")]
    assert post(world.grid, f"{at}/steps/accept", once="a").status_code == 302
    assert post(world.grid, f"{at}/steps/accept", once="a").status_code == 302, "a second tap is no mistake"
    assert post(world.grid, f"{at}/steps/accept", once="b").status_code == 409
    html = page(world.grid, at).content.decode()
    assert 'capture="environment"' in html
    missing = post(world.grid, f"{at}/answer", once="c", answer="1", text="已洒水")
    assert missing.status_code == 400
    assert "还缺少佐证" in missing.content.decode()
    assert "已洒水</textarea>" in missing.content.decode()
    sent = {"answer": "1", "phrase": "已到现场处置，问题已解决。", "longitude": "116.35", "latitude": "39.9"}
    for _time in range(2):
        assert post(world.grid, f"{at}/answer", once="c", **sent, photo=photo()).status_code == 302
    order.refresh_from_db()
    assert (order.state, order.answer) == ("answered", "已到现场处置，问题已解决。")
    assert order.events.filter(kind="answer").count() == 1
    assert ApiAnswer.objects.filter(key="form:c").count() == 1
    shown = page(world.office, at).content.decode()
    link = re.search(r"/orders/files/\d+", shown)
    assert link
    assert Browser().log_in(world.office).get(link[0]).status_code == 200
    assert Browser().log_in(world.office).get(f"{link[0]}/small").status_code == 200
    assert Browser().log_in(world.water).get(link[0]).status_code == 404


def test_steps_on_the_page(world):
    order = world.answered()
    at = order.get_absolute_url()
    assert post(world.town, f"{at}/steps/close").status_code == 403
    assert post(world.office, f"{at}/steps/return", reason="").status_code == 400
    assert post(world.office, f"{at}/steps/return", reason="不行").status_code == 302
    assert post(world.office, f"{at}/steps/nothing").status_code == 404
    assert post(world.town, f"{at}/answer", note="1", text="在办").status_code == 302
    assert post(world.town, f"{at}/extension", until="2017-10-20", reason="等设备").status_code == 302
    asked = order.extensions.get()
    assert post(world.town, f"/orders/extensions/{asked.pk}/grant").status_code == 403
    assert post(world.office, f"/orders/extensions/{asked.pk}/grant").status_code == 302
    assert post(world.town, f"{at}/assign", person=world.grid.pk).status_code == 302
    assert post(world.office, f"{at}/copy", units=[world.district.water.pk]).status_code == 302
    assert post(world.water, f"{at}/comment", text="知道了").status_code == 302
    moved = post(world.office, f"{at}/transfer", unit=world.district.liuwan_town.pk, reason="属地")
    assert moved.status_code == 302
    assert "原主办" in page(world.town, at).content.decode()


def test_what_waits_for_whom(world, orders):
    def lines(who):
        return {str(line.title): line.count for line in Browser().log_in(who).get("/").context["work"].lines}

    town, office = lines(world.town), lines(world.office)
    assert (town["待接的工单"], town["待反馈的工单"]) == (1, 1)
    assert (office["待核查的工单"], office["被退单、待改派"]) == (1, 1)
    assert not any("工单" in name for name in lines(world.water))
    unit, area = world.district.songxi_town, world.district.area
    for name, thing in (("orders.unit", unit), ("orders.area", area)):
        html = page(world.office, f"/panels/{name}/{thing.pk}").content.decode()
        assert "未办结 4" in html


def test_a_second_tap_on_a_form_is_no_mistake(world):
    order = world.issued()
    at = f"{order.get_absolute_url()}/transfer"
    told = {"unit": world.district.liuwan_town.pk, "reason": "属地", "once": "one"}
    assert [post(world.office, at, **told).status_code for _time in range(2)] == [302, 302]
    assert order.events.filter(kind="transfer").count() == 1
    assert post(world.office, at, **told | {"once": "two"}).status_code == 200, "it is there already"
