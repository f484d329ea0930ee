"""Pages of reorganisations, suggestions and groups: from the form to what is stored."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.site.core.policy import System
from lantian.site.org import actions
from lantian.site.org.models import Reorganisation, SuggestionVerdict, Unit
from lantian.site.org.queries import expand
from lantian.site.org.suggestions import open_suggestions

DAY = "2019-03-01"


@pytest.fixture(autouse=True)
def private_place(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def env(district):
    return actions.add_unit(System(), name="区环保局", kind="department", area=district.area)


@pytest.fixture
def office(site, district):
    return site.log_in(district.air_office)


def filled(kind, env, district):
    return {
        "rename": {"unit": env.pk, "name": "区生态环境局"},
        "merge": {"units": [env.pk, district.water.pk], "name": "区自然环境局"},
        "split": {"unit": env.pk, "into": [district.water.pk], "names": "区监测局"},
        "abolish": {"unit": env.pk},
    }[kind] | {"on": DAY, "document": "青机改〔2019〕1号", "note": "机构改革"}


@pytest.mark.parametrize("kind", ["rename", "merge", "split", "abolish"])
def test_a_reorganisation_is_entered_in_three_steps(office, district, env, kind):
    assert f"/reorganisations/new/{kind}" in office.get("/reorganisations/new").content.decode()
    fields = filled(kind, env, district)
    assert office.get(f"/reorganisations/new/{kind}", {"unit": env.pk}).status_code == 200
    preview = office.post(f"/reorganisations/new/{kind}", fields | {"step": "preview"}).content.decode()
    assert "影响" in preview
    assert "未完成任务" in preview
    assert Reorganisation.objects.count() == 0, "nothing is entered before it is confirmed"
    file = SimpleUploadedFile("通知.pdf", b"%PDF-1.4 demo")
    response = office.post(f"/reorganisations/new/{kind}", fields | {"step": "confirm", "file": file})
    event = Reorganisation.objects.get()
    assert response["Location"] == event.get_absolute_url()
    assert (event.kind, event.on, event.document) == (kind, dt.date(2019, 3, 1), "青机改〔2019〕1号")
    shown = office.get(event.get_absolute_url()).content.decode()
    assert "青机改〔2019〕1号" in shown
    download = office.get(f"/reorganisations/{event.pk}/file")
    assert b"".join(download.streaming_content) == b"%PDF-1.4 demo"
    assert download["Content-Disposition"].startswith("attachment")
    assert str(event) in office.get("/reorganisations").content.decode()
    assert str(event) in office.get(f"/units/{env.pk}").content.decode()


def test_the_hidden_fields_of_the_preview_are_what_was_filled_in(office, district, env):
    fields = filled("split", env, district) | {"stays": "on"}
    form = office.post("/reorganisations/new/split", fields | {"step": "preview"}).context["form"]
    hidden = "".join(field.as_hidden() for field in form)
    assert 'name="stays" value="True"' in hidden
    again = office.post("/reorganisations/new/split", fields | {"stays": "True", "step": "confirm"})
    assert again.status_code == 302
    assert Unit.objects.get(pk=env.pk).valid_to is None


def test_a_refusal_stands_at_its_field(office, district, env):
    actions.add_unit(System(), name="区生态环境局", kind="department")
    fields = filled("rename", env, district) | {"step": "confirm"}
    response = office.post("/reorganisations/new/rename", fields)
    assert "合并" in " ".join(response.context["form"].errors["name"])
    late = office.post("/reorganisations/new/rename", fields | {"on": "2999-01-01"})
    assert set(late.context["form"].errors) == {"on"}


def test_a_reorganisation_is_withdrawn_on_its_page(office, env):
    event = actions.abolish_unit(System(), env, on=dt.date(2019, 1, 1))
    office.post(f"/reorganisations/{event.pk}/withdraw", {"reason": "登记有误"})
    assert Reorganisation.objects.count() == 0
    assert Unit.objects.get(pk=env.pk).valid_to is None


def test_suggestions_are_accepted_refused_and_undone_on_their_page(office, district, env):
    page = office.get("/suggestions").content.decode()
    assert "区生态环境局" in page
    key = open_suggestions()[0].key
    office.post("/suggestions/refuse", {"key": key, "reason": "本区没有更名"})
    verdict = SuggestionVerdict.objects.get()
    assert "本区没有更名" in office.get("/suggestions").content.decode()
    office.post(f"/suggestions/{verdict.pk}/undo")
    office.post("/suggestions/accept", {"key": key, "on": DAY})
    assert Unit.objects.get(pk=env.pk).name == "区生态环境局"
    assert Reorganisation.objects.get().on == dt.date(2019, 3, 1)


def test_a_refusal_without_reason_says_so(office, env):
    response = office.post("/suggestions/refuse", {"key": open_suggestions()[0].key, "reason": ""})
    assert response.status_code == 400
    assert "理由" in response.content.decode()


def test_two_units_are_said_to_be_one(office, district, env):
    office.post("/suggestions/same", {"unit": env.pk, "target": district.water.pk, "reason": "同一单位"})
    assert Unit.objects.get(pk=env.pk).same_as == district.water


def lines(*rows):
    data = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": 0}
    for k, row in enumerate(rows):
        data |= {f"form-{k}-{name}": value for name, value in row.items()}
    return data


def test_a_groups_members_are_suggested_and_saved(office, district):
    park = actions.add_unit(System(), name="云门管委会", kind="department", area=district.area)
    group = actions.add_unit(System(), name="各镇街（含云门管委）", kind="group", area=district.area)
    assert "各镇街（含云门管委）" in office.get("/suggestions").content.decode()
    page = office.get(f"/units/{group.pk}/members")
    assert page.context["form"].initial["gathers"] == "town"
    assert page.context["lines"].initial == [{"unit": park.pk, "way": "in"}]
    office.post(
        f"/units/{group.pk}/members",
        {"gathers": "town"}
        | lines(
            {"unit": park.pk, "way": "in", "valid_from": DAY},
            {"unit": district.liuwan_town.pk, "way": "out"},
            {"unit": "", "way": "in"},
        ),
    )
    assert expand([group]) == [district.songxi_town, park]
    shown = office.get(f"/units/{group.pk}").content.decode()
    assert "不含 柳湾镇政府" in shown


def test_what_cannot_be_a_group_has_no_members_page(office, district):
    assert office.get(f"/units/{district.water.pk}/members").status_code == 404
    assert office.get("/reorganisations/new/else").status_code == 404


@pytest.mark.parametrize("address", ["/reorganisations/new", "/reorganisations/new/rename", "/suggestions"])
def test_others_may_read_the_history_but_change_nothing(site, district, env, address):
    site.log_in(district.songxi_liaison)
    assert site.get("/reorganisations").status_code == 200
    assert site.get(address).status_code == 403


@pytest.mark.parametrize(
    "address", ["/reorganisations", "/reorganisations/new", "/reorganisations/new/merge", "/suggestions", "/units/{pk}"]
)
def test_pages_keep_their_budget_with_forty_units(office, district, env, address, django_assert_max_num_queries):
    for n in range(35):
        one = actions.add_unit(System(), name=f"区第{n}局", kind="department", area=district.area)
        if n % 5 == 0:
            actions.rename_unit(System(), one, name=f"区新{n}局", on=dt.date(2019, 1, 1))
    group = actions.add_unit(System(), name="各镇街", kind="group", area=district.area)
    actions.change_group(System(), group, gathers="town")
    with django_assert_max_num_queries(15):
        assert office.get(address.format(pk=env.pk)).status_code == 200


def test_the_members_page_keeps_its_budget(office, district, django_assert_max_num_queries):
    group = actions.add_unit(System(), name="各镇街", kind="group", area=district.area)
    places = [actions.Place(actions.add_unit(System(), name=f"区第{n}局", kind="department")) for n in range(35)]
    actions.change_group(System(), group, gathers="town", places=places)
    with django_assert_max_num_queries(15):
        assert office.get(f"/units/{group.pk}/members").status_code == 200


@pytest.mark.parametrize("kind", ["merge", "split"])
def test_several_units_are_ticked_in_a_list_that_a_search_field_narrows(office, kind):
    page = office.get(f"/reorganisations/new/{kind}").content.decode()
    assert "data-narrows" in page
    assert "<select" in page
    assert "multiple" not in page
