"""Units in both languages: every one that a ledger or a part of a source has."""

from lantian import ledgers
from lantian.ledgers.parts import part_words
from lantian.ledgers.units import unit_label
from lantian.rulebook import get
from lantian.rulebook.schemas.unit_words import UnitWords


def test_every_unit_has_its_english():
    known = {one.zh for one in get("unit-words", as_=UnitWords).unit}
    used = {part.unit for one in ledgers.all_ledgers() for part in (*one.field, *one.derived, *one.measure)}
    assert (used | set(part_words().capacity_units)) - {""} <= known


def test_no_english_of_a_unit_is_chinese():
    assert all(one.en.isascii() or not any("一" <= sign <= "鿿" for sign in one.en)
               for one in get("unit-words", as_=UnitWords).unit)  # fmt: skip


def test_a_unit_that_nobody_knows_stands_as_it_is_written():
    assert unit_label("筐").en == "筐"
