"""Pages of ledgers: they open, they are bounded, they tell, strangers stay out."""

import pytest
from django.urls import reverse

from lantian.site.core.policy import System
from lantian.site.sources import actions
from lantian.site.sources.models import Listing, StepTaken
from tests.site.conftest import person
from tests.site.sources.conftest import paper, photo, walk

PAGES = ["/sources/ledgers", "/sources/ledgers/coal_boiler", "/sources/ledgers/coal_boiler/towns", "/sources/sources",
         "/sources/ledgers/late", "/sources/ledgers/signing", "/sources/ledgers/coal_boiler/new"]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_within_its_queries(page, boiler, polluter, district, site, django_assert_max_num_queries):
    browser = site.log_in(district.air_office)
    with django_assert_max_num_queries(15):
        assert browser.get(page).status_code == 200
    assert site.log_in(district.nobody).get(page).status_code == 403


def test_every_list_of_an_empty_district_says_how_it_fills(district, site):
    """A new user sees these first."""
    browser = site.log_in(district.air_office)
    named = [f"/sources/ledgers{end}" for end in ("/coal_boiler", "/coal_boiler/towns", "/late", "/signing")]
    rooms = ("map", "sources", "findings", "zones", "quality", "quality/listings", "stops", "peak-shift", "bank",
             "reported", "outside")  # fmt: skip
    for address in (*named, *(f"/sources/{one}" for one in rooms), "/orders/", "/orders/statistics"):
        html = browser.get(address).content.decode()
        empty = html[html.index('class="lt-empty"') :].partition("</section>")[0]
        assert '<p class="text-secondary">' in empty, address


def test_the_page_of_a_listing(boiler, district, site, django_assert_max_num_queries):
    walk(district.songxi_liaison, boiler, "list", "take_down")
    browser = site.log_in(district.air_office)
    with django_assert_max_num_queries(15):
        shown = browser.get(boiler.get_absolute_url()).content.decode()
    for text in ("已拆除", "赵＊＊", "10 蒸吨及以下", "烟囱已拆除的照片", "销号", "显示被遮蔽的内容"):
        assert text in shown
    assert "赵某某" not in shown
    assert "赵某某" in browser.post(f"/sources/listings/{boiler.pk}/reveal").content.decode()
    assert browser.get(boiler.source.get_absolute_url()).status_code == 200
    stranger = person("liuwan", "liaison", district.liuwan_town)
    for address in (boiler.get_absolute_url(), boiler.source.get_absolute_url()):
        assert site.log_in(stranger).get(address).status_code == 404


def test_a_source_is_drawn_among_the_towns_of_whoever_sees_them(boiler, district, site):
    for address in (boiler.get_absolute_url(), boiler.source.get_absolute_url()):
        shown = site.log_in(district.songxi_liaison).get(address).context["map"]
        assert (len(shown.points), shown.outlines_from) == (1, reverse("org:outlines"))
    zones = site.log_in(district.air_office).get("/sources/zones").context["map"]
    assert zones.outlines_from == reverse("org:outlines")


def test_a_proof_is_for_those_who_see_the_listing(boiler, district, site):
    walk(district.songxi_liaison, boiler, "list", "take_down")
    proof = StepTaken.objects.get(step="take_down").proofs.first()
    browser = site.log_in(district.songxi_liaison)
    assert browser.get(f"/sources/proofs/{proof.pk}?inline=1")["Content-Type"] == "image/jpeg"
    assert browser.get(f"/sources/proofs/{proof.pk}/small").status_code == 200
    stranger = person("liuwan", "liaison", district.liuwan_town)
    assert site.log_in(stranger).get(f"/sources/proofs/{proof.pk}").status_code == 404


def test_entering_and_changing_by_form(district, site):
    browser = site.log_in(district.songxi_liaison)
    given = {"name": "松溪浴池锅炉", "area": district.songxi.pk, "x_capacity": "约十吨"}
    refused = browser.post("/sources/ledgers/coal_boiler/new", given)
    assert refused.status_code == 200
    assert "约十吨" in refused.content.decode()
    assert Listing.objects.count() == 0
    made = browser.post("/sources/ledgers/coal_boiler/new", given | {"x_capacity": "2"})
    listing = Listing.objects.get()
    assert made["Location"] == listing.get_absolute_url()
    edit = f"/sources/listings/{listing.pk}/edit"
    assert "松溪浴池锅炉" in browser.get(edit).content.decode()
    browser.post(edit, given | {"x_capacity": "3", "x_way": "gas"})
    listing.refresh_from_db()
    assert listing.attributes == {"capacity": 3.0, "way": "gas"} | dict.fromkeys(
        ("number", "use", "person", "phone", "note"), ""
    )


def test_a_step_by_form_says_what_is_missing(boiler, district, site):
    walk(district.songxi_liaison, boiler, "list")
    browser = site.log_in(district.songxi_liaison)
    address = f"/sources/listings/{boiler.pk}/steps/take_down"
    assert "烟道已切断的照片" in browser.get(address).content.decode()
    assert "至少要有一项" in browser.post(address, {}).content.decode()
    browser.post(address, {"flue": photo()})
    boiler.refresh_from_db()
    assert boiler.state == "taken_down"
    assert browser.get(address).status_code == 409  # somebody was quicker


def test_signing_by_page(polluter, district, site):
    walk(district.songxi_liaison, polluter, "list", "stop", "rectify", "self_check")
    browser = site.log_in(district.songxi_liaison)
    browser.post(f"/sources/listings/{polluter.pk}/steps/accept", {"acceptance": paper()})
    taken = StepTaken.objects.get(step="accept")
    browser = site.log_in(district.air_office)
    assert "松溪石材加工点" in browser.get("/sources/ledgers/signing").content.decode()
    assert "待会签" in browser.get("/").content.decode()
    browser.post(f"/sources/steps/{taken.pk}/sign", {"agrees": "yes"})
    polluter.refresh_from_db()
    assert polluter.state == "accepted"


@pytest.mark.parametrize(
    ("asked", "n"),
    [
        ("q=建材", 1),
        ("q=无此", 0),
        ("capacity_from=4&capacity_to=4", 1),
        ("capacity_from=4.1", 0),
        ("use=heating", 1),
        ("use=production", 0),
        ("state=found", 1),
        ("means=done", 0),
        ("late=on", 0),
    ],
)
def test_filters_of_a_ledger(asked, n, boiler, district, site):
    shown = site.log_in(district.air_office).get(f"/sources/ledgers/coal_boiler?{asked}").content.decode()
    assert ("松溪建材厂1号锅炉" in shown) is bool(n)


def test_a_file_of_the_list_holds_nothing_personal(boiler, district, site):
    exported = site.log_in(district.songxi_liaison).get("/sources/ledgers/coal_boiler?export=csv")
    text = b"".join(exported.streaming_content).decode()
    assert "松溪建材厂1号锅炉" in text
    assert "赵" not in text


def test_the_register_counts_the_listings_of_each_source(boiler, polluter, district, site):
    actions.list_source(System(), boiler.source, "scattered_polluter", attributes={"class": "close"})
    browser = site.log_in(district.air_office)
    for sort in ("name", "-listed"):
        rows = browser.get(f"/sources/sources?sort={sort}").context["table"].rows
        assert {row.name: row.listed for row in rows} == {boiler.source.name: 2, polluter.source.name: 1}
    assert rows[0].pk == boiler.source_id
