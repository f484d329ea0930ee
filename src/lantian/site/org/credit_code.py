"""The unified social credit code of firms (统一社会信用代码, GB 32100-2015): 18 signs, the last one a check."""

from __future__ import annotations

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [pow(3, place, 31) for place in range(17)]


def check_sign(code: str) -> str:
    """The check sign of the first 17 signs.

    >>> check_sign("91350100M000100Y4")
    '3'
    """
    total = sum(SIGNS.index(sign) * weight for sign, weight in zip(code[:17], WEIGHTS, strict=True))
    return SIGNS[(31 - total % 31) % 31]


def is_valid(code: str) -> bool:
    """Whether a code has the signs, the length and the check sign of the standard."""
    return len(code) == 18 and all(sign in SIGNS for sign in code) and check_sign(code) == code[17]
