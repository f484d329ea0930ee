"""Time-based one-time codes (RFC 6238 over RFC 4226: HMAC-SHA-1, 30 seconds, 6 digits), as phone apps show them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from urllib.parse import quote

from lantian.site.core import clock

STEP_S = 30
DIGITS = 6
DRIFT = 1  # steps that a phone's clock may be off


def new_secret() -> str:
    """A secret of 160 bits in base32, as apps take it."""
    return base64.b32encode(secrets.token_bytes(20)).decode("ascii")


def code(secret: str, step: int, *, digits: int = DIGITS) -> str:
    """The code of a time step.

    >>> code(base64.b32encode(b"12345678901234567890").decode(), 59 // STEP_S, digits=8)
    '94287082'
    """
    mac = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = mac[-1] & 15
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: str, given: str, *, after: int = 0, at: float | None = None) -> int | None:
    """The time step whose code was given, near `at` [s since 1970; default now] and later than `after`; else None.

    Whoever stores the step and passes it as `after` takes no code twice.
    """
    now = int((clock.real_now().timestamp() if at is None else at) // STEP_S)
    given = given.replace(" ", "")
    steps = range(max(now - DRIFT, after + 1), now + DRIFT + 1)
    return next((step for step in steps if hmac.compare_digest(code(secret, step), given)), None)


def address(secret: str, username: str) -> str:
    """The `otpauth:` address that an app opens."""
    label = quote(f"Lantian:{username}")
    return f"otpauth://totp/{label}?secret={secret}&issuer=Lantian&period={STEP_S}&digits={DIGITS}"
