"""Ledgers (清单、台账) as data: which there are, what a listing owes, which listings look like one.

>>> from lantian import ledgers
>>> ledgers.get("coal_boiler").label.zh
'燃煤锅炉清单'
"""

from lantian.ledgers.catalogue import all_ledgers, get, groups, life_of, personal_once
from lantian.ledgers.conditions import Around, Inside, Row, all_hold, holds
from lantian.ledgers.derived import derived
from lantian.ledgers.duties import Owed, owed
from lantian.ledgers.figures import Tally, figure, figure_of, tally
from lantian.ledgers.gaps import gaps
from lantian.ledgers.gate import Balance, GateLine, Verdict, gate, gate_rules
from lantian.ledgers.units import unit_label

__all__ = [
    "Around",
    "Balance",
    "GateLine",
    "Inside",
    "Owed",
    "Row",
    "Tally",
    "Verdict",
    "all_hold",
    "all_ledgers",
    "derived",
    "figure",
    "figure_of",
    "gaps",
    "gate",
    "gate_rules",
    "get",
    "groups",
    "holds",
    "life_of",
    "owed",
    "personal_once",
    "tally",
    "unit_label",
]
