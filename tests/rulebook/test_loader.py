"""Rule files: what is served, what a district lays over it, and what a reader is told about a broken one."""

from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from lantian import rulebook
from lantian.rulebook import loader, show
from lantian.rulebook.schemas.calendar import HeatingSeasons
from lantian.rulebook.schemas.plandoc import PlanRoles
from lantian.rulebook.source import RuleError, line_of


@pytest.fixture
def district(tmp_path, monkeypatch):
    """A district's rule directory; returns a function that writes a file into it."""
    monkeypatch.setenv(loader.OVERLAY, str(tmp_path))
    loader.forget()

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        loader.forget()
        return path

    yield write
    loader.forget()


ROLES = """\
    id = "plan-roles"
    schema = "plan-roles"
    title = "青河区的写法"
"""


def test_every_shipped_rule_is_well_formed_and_says_how_sure_it_is():
    entries = rulebook.all_entries()
    assert {"plan-roles", "deadline-words", "heating-season", "offices"} <= {x.entry.id for x in entries}
    assert all(x.entry.title and x.entry.sure and not x.overlay for x in entries)


def test_get_gives_the_shape_that_is_asked_for():
    assert isinstance(rulebook.get("plan-roles", as_=PlanRoles), PlanRoles)
    with pytest.raises(RuleError, match="HeatingSeasons is needed"):
        rulebook.get("plan-roles", as_=HeatingSeasons)


def test_only_the_files_of_the_rule_that_is_asked_for_are_parsed(district):
    district("broken.toml", 'id = "another"\nthis is no toml')
    assert rulebook.get("plan-roles").id == "plan-roles"
    with pytest.raises(RuleError, match=r"broken\.toml.*第 2 行"):
        rulebook.all_entries()


def test_a_district_file_takes_the_place_of_the_shipped_one(district):
    path = district("roles.toml", ROLES + '\n    [words.lead]\n    labels = ["领办单位"]\n')
    rule = rulebook.get("plan-roles", as_=PlanRoles)
    assert set(rule.words) == {"lead"}
    shown = show.rule("plan-roles")
    assert (shown.row.origin, shown.row.file, shown.row.over) == (
        "replaced",
        path,
        loader.DATA / "plandoc" / "roles.toml",
    )


def test_a_district_file_that_extends_is_laid_over_key_by_key(district):
    shipped = rulebook.get("plan-roles", as_=PlanRoles)
    district("roles.toml", ROLES + '    extends = true\n    [words.lead]\n    labels = ["领办单位"]\n')
    rule = rulebook.get("plan-roles", as_=PlanRoles)
    assert rule.words["lead"].labels == ("领办单位",)
    assert rule.words["lead"].headers == shipped.words["lead"].headers
    assert rule.words["assist"] == shipped.words["assist"]
    shown = show.rule("plan-roles")
    assert (shown.row.origin, shown.changed) == ("extended", ("words.lead.labels",))


def test_a_district_may_have_rules_and_editions_of_its_own(district):
    head = 'id = "heating-season"\nschema = "heating-season"\nedition = "{}"\nvalid_from = {}\nareas = [{}]\n'
    body = 'city = []\n[default]\nname = "青河"\nstart = "10-{}"\nend = "04-01"\n'
    district("later.toml", head.format("2030", "2030-01-01", "") + body.format("10"))
    district("area.toml", head.format("qinghe", "2020-01-01", '"990101"') + body.format("20"))

    def start(on: date, area: str | None = None) -> str:
        return rulebook.get("heating-season", as_=HeatingSeasons, on=on, area=area).default.start

    assert start(date(2025, 1, 1)) == "11-15"
    assert start(date(2031, 1, 1)) == "10-10"
    assert start(date(2031, 1, 1), "990101") == "10-20"
    assert start(date(2031, 1, 1), "990202") == "10-10"
    assert [r.edition for r in show.rules(on=date(2025, 1, 1), area="990202") if r.id == "heating-season"] == ["1"]
    assert len(show.rule("heating-season").others) == 2


def test_long_lists_may_lie_in_a_csv_file_beside_the_rule(district):
    district("heating.csv", "\ufeffname,start,end,since\n青河,10-20,04-01,2020-10-20\n\n松溪,11-01,03-31,\n")
    district(
        "heating.toml",
        """\
        id = "heating-season"
        schema = "heating-season"
        extends = true
        city = { table = "heating.csv" }
        """,
    )
    cities = rulebook.get("heating-season", as_=HeatingSeasons).city
    assert [(c.name, c.start, c.since) for c in cities] == [
        ("青河", "10-20", date(2020, 10, 20)),
        ("松溪", "11-01", None),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('schema = "plan-roles"\n', ["id", "before the first table"]),
        ('[x]\nid = "plan-roles"\n', ["before the first table"]),
        ('id = "x"\nschema = "nonsense"\n', ["nonsense", "known are"]),
        ('id = "x"\n', ["schema"]),
        ('id = "x"\nschema = "plan-roles"\nwords = [\n', ["TOML", "brackets"]),
        ('id = "x"\nschema = "plan-roles"\nsure = "maybe"\n[words]\n', ["第 3 行", "line 3", "sure"]),
        (
            'id = "x"\nschema = "plan-roles"\n\n[words.lead]\nlabel = ["主办"]\n',
            ["第 5 行", "words.lead.label", "spelling"],
        ),
        ('id = "x"\nschema = "plan-roles"\n', ["words", "is missing"]),
        ('id = "x"\nschema = "plan-roles"\nextends = true\n', ["extends", "shipped: none"]),
        ('id = "plan-roles"\nschema = "plan-roles"\nedition = "9"\nextends = true\n', ["shipped: 1"]),
        ('id = "x"\nschema = "plan-roles"\nwords = { table = "../secret.csv" }\n', ["../secret.csv", "beside it"]),
        ('id = "x"\nschema = "plan-roles"\nwords = { table = "none.csv" }\n', ["none.csv", "cannot be read"]),
    ],
)
def test_a_broken_file_is_named_with_place_and_remedy_in_both_languages(district, text, told):
    path = district("broken.toml", text)
    with pytest.raises(RuleError) as caught:
        rulebook.all_entries()
    message = str(caught.value)
    assert str(path.parent) in message
    assert all(part in message for part in told), message
    assert caught.value.zh
    assert caught.value.en


def test_a_row_with_more_cells_than_the_header_is_named(district):
    district("t.csv", "name,start,end\n青河,10-20,04-01,2020\n")
    district("t.toml", 'id = "x"\nschema = "heating-season"\ncity = { table = "t.csv" }\n')
    with pytest.raises(RuleError, match=r"t\.csv: line 2 has more columns"):
        rulebook.all_entries()


def test_a_file_in_another_encoding_is_named(district, tmp_path):
    (tmp_path / "gbk.toml").write_bytes('id = "x"\ntitle = "青河"\n'.encode("gb18030"))
    loader.forget()
    with pytest.raises(RuleError, match="save it as UTF-8"):
        rulebook.get("plan-roles")


def test_two_files_of_one_edition_are_refused(district):
    district("a.toml", ROLES + "    words = {}\n")
    district("b.toml", ROLES + "    words = {}\n")
    with pytest.raises(RuleError, match=r"a\.toml too"):
        rulebook.get("plan-roles")


def test_a_missing_directory_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv(loader.OVERLAY, str(tmp_path / "nowhere"))
    with pytest.raises(RuleError, match="correct LANTIAN_RULES"):
        rulebook.get("plan-roles")


def test_a_rule_that_does_not_hold_tells_what_there_is():
    with pytest.raises(RuleError, match="There is no rule 'nonsense'"):
        rulebook.get("nonsense")
    with pytest.raises(RuleError, match="known: edition 1"):
        rulebook.get("plan-roles", edition="7")


def test_show_gives_content_without_the_head():
    shown = show.rule("plan-roles")
    assert shown.row.origin == "shipped"
    assert set(shown.content) == {"words"}
    assert shown.changed == ()
    assert "牵头部门" in shown.content["words"]["lead"]["labels"]


def test_line_of_finds_the_right_element_of_a_list_of_tables():
    text = 'id = "x"\n[[a]]\nname = "1"\n[[a]]\nname = "2"\nsize = 3\n[a.b]\nname = 4\n'
    assert line_of(text, ("a", 0, "name")) == 3
    assert line_of(text, ("a", 1, "name")) == 5
    assert line_of(text, ("a", 1, "size")) == 6
    assert line_of(text, ("id",)) == 1
    assert line_of(text, ("missing",)) is None
