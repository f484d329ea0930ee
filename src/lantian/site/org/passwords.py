"""Passwords of the house: what they must be (rule `passwords`), and one-time passwords to start with."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lantian import rulebook
from lantian.rulebook.schemas.access import Passwords
from lantian.site.core import clock

# Without signs that are taken for each other when read from paper or over the telephone.
LETTERS, DIGITS = "abcdefghjkmnpqrstuvwxyz", "23456789"
WALK = 4  # fewer neighbouring keys stand in ordinary words
DATE = re.compile(r"(?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
SAME = re.compile(r"(.)\1{2,}")
SHORTEST_PART = 3


def one_time_password() -> str:
    """A random first password, to be read out and changed at the first log-in: 12 letters and 4 digits, 66 bits.

    >>> len(one_time_password())
    19
    """
    words = ["".join(secrets.choice(LETTERS) for _letter in range(4)) for _word in range(3)]
    number = "".join(secrets.choice(DIGITS) for _digit in range(4))
    return "-".join([words[0].capitalize(), *words[1:], number])


def rule() -> Passwords:
    """The rule that holds today, on the wall."""
    return rulebook.get("passwords", as_=Passwords, on=clock.real_now().date())


def own_signs(password: str, known: Passwords) -> int:
    """How many signs of a password belong to nothing guessable, parted so that fewest are left.

    Marks between parts count as nothing; a sign that looks like a letter is read as it stands and as that letter.

    >>> own_signs("Woaini5201314!", rule()), own_signs("P@ssw0rd-2024", rule()), own_signs("Zhang19850312", rule())
    (0, 0, 0)
    """
    plain = password.lower()
    read = plain.translate({ord(sign): letter for sign, letter in known.looks_like.items()})
    parts = _parts(known.words + known.numbers + known.surnames, known.keyboard, known.years)
    longest = max(map(len, parts))
    ends: dict[int, list[int]] = {}
    for pattern in (DATE, SAME):
        for match in pattern.finditer(plain):
            ends.setdefault(match.end(), []).append(match.start())
    least = [0]
    for end in range(1, len(plain) + 1):
        sign = plain[end - 1]
        best = least[end - 1] + (sign.isalnum() or not sign.isascii())
        for start in range(max(0, end - longest), end):
            if plain[start:end] in parts or read[start:end] in parts:
                best = min(best, least[start])
        least.append(min([best, *(least[start] for start in ends.get(end, ()))]))
    return least[-1]


@lru_cache(maxsize=4)
def _parts(words: tuple[str, ...], keyboard: tuple[str, ...], years: tuple[int, int]) -> frozenset[str]:
    walks = (walk for row in keyboard for line in (row, row[::-1]) for walk in _walks(line))
    counts = (walk for line in ("01234567890", "09876543210") for walk in _walks(line, 3))
    return frozenset([*words, *map(str, range(years[0], years[1] + 1)), *walks, *counts])


def _walks(line: str, least: int = WALK) -> Iterator[str]:
    return (line[i:j] for i in range(len(line)) for j in range(i + least, len(line) + 1))


def classes(password: str) -> int:
    """How many of the four classes of signs a password has."""
    tests = (str.islower, str.isupper, str.isdigit)
    found = [any(test(sign) for sign in password) for test in tests]
    other = any(not (sign.isascii() and sign.isalnum()) for sign in password)
    return sum(found) + other


def faults(password: str, about: Iterable[str] = ()) -> list[str]:
    """What is wrong with a password, in words for its owner; `about` is what others know of him."""
    known = rule()
    found = []
    if len(password) < known.min_length:
        found.append(_("至少 {n} 个字符。").format(n=known.min_length))
    elif len(password) < known.passphrase and classes(password) < known.classes:
        told = _("小写字母、大写字母、数字、符号中至少要有 {n} 种；达到 {long} 个字符的长口令不限。")
        found.append(told.format(n=known.classes, long=known.passphrase))
    if any(part in password.lower() for part in _telling(about)):
        found.append(_("不能包含登录名、姓名、电话或单位名称。"))
    if not found and own_signs(password, known) < known.own:
        found.append(_("由常见的词、数字、日期或键盘顺序组成，容易被猜中，请换一个。"))
    return found


def _telling(about: Iterable[str]) -> set[str]:
    """What must not stand in a password: names whole, of Chinese ones two characters tell already."""
    texts = {text.strip().lower() for text in about if text}
    return {text for text in texts if len(text) >= (SHORTEST_PART if text.isascii() else 2)}


class HouseRules:
    """Validator for AUTH_PASSWORD_VALIDATORS."""

    def validate(self, password: str, user: Any = None) -> None:
        about = (getattr(user, name, "") for name in ("username", "name", "phone", "unit_name"))
        if found := faults(password, about):
            raise ValidationError(found)

    def get_help_text(self) -> str:
        known = rule()
        told = _("至少 {n} 个字符，含大小写字母、数字、符号中的 {classes} 种，或者 {long} 个字符以上的长口令。")
        return told.format(n=known.min_length, classes=known.classes, long=known.passphrase)


def used_before(password: str, hashes: Iterable[str]) -> bool:
    """Whether the password is one of those kept as hashes."""
    return any(check_password(password, old) for old in hashes)
