"""Passwords of the house: what they must be, and one-time passwords to start with."""

from __future__ import annotations

import secrets

# Without signs that are taken for each other when read from paper or over the telephone.
LETTERS, DIGITS = "abcdefghjkmnpqrstuvwxyz", "23456789"


def one_time_password() -> str:
    """A random first password, to be read out and changed at the first log-in: 12 letters and 4 digits, 72 bits.

    >>> len(one_time_password())
    19
    """
    words = ["".join(secrets.choice(LETTERS) for _letter in range(4)) for _word in range(3)]
    number = "".join(secrets.choice(DIGITS) for _digit in range(4))
    return "-".join([words[0].capitalize(), *words[1:], number])
