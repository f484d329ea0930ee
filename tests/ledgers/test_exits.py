"""The catalogue of exits asks for ledgers and fields that there are."""

import pytest

from lantian.ledgers.exits import exit_rules
from lantian.rulebook import RuleError
from lantian.rulebook.loader import forget

LAID = """
id = "exit-catalogue"
schema = "exit-catalogue"
extends = true
{}
"""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ('written = [{ ledger = "stack", fields = ["nothing"] }]', "nothing"),
        ('fills = ["process", "lost"]', "lost"),
        ('[[entry]]\nname = "bad"\nlabel = { zh = "甲", en = "A" }\nwords = "("', "regular expression"),
    ],
)
def test_a_catalogue_that_asks_for_what_is_not_there_says_so(changed, said, tmp_path, monkeypatch):
    (tmp_path / "mine.toml").write_text(LAID.format(changed), encoding="utf-8")
    monkeypatch.setenv("LANTIAN_RULES", str(tmp_path))
    forget()
    try:
        with pytest.raises(RuleError, match=said):
            exit_rules()
    finally:
        monkeypatch.undo()
        forget()
