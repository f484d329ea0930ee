"""How codes and names that stand on two ledgers are compared."""

from __future__ import annotations

import unicodedata
from typing import Any

from lantian.ledgers.similar import core_of

__all__ = ["same_name", "spellings"]


def spellings(code: Any) -> tuple[str, ...]:
    """How a code may stand on another ledger: with capitals or without, its dash wide or not.

    >>> spellings(" jz－01 ")
    ('jz－01', 'jz-01', 'JZ-01', 'JZ－01')
    """
    text = str(code or "").strip()
    plain = unicodedata.normalize("NFKC", text)
    found = (text, plain, plain.upper(), plain.lower())
    wide = (one.replace("-", "－") for one in found)
    return tuple(dict.fromkeys(one for one in (*found, *wide) if one))


def same_name(one: str, other: str) -> bool:
    """Whether two names say the same firm or place, whatever their legal form.

    >>> same_name("松溪煤炭有限公司", "松溪煤炭经营部"), same_name("松溪煤炭", "")
    (True, False)
    """
    return bool(one and other) and core_of(one) == core_of(other)
