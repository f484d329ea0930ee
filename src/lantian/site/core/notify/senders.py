"""Carries a letter over a channel, and says honestly how it ended.

Returning means: the receiver took it. `NotTaken` means that it surely did not, and whether another try may help.
Anything between, such as an answer that never came, is `Unsure`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import re
import smtplib
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from functools import singledispatch
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from lantian.site.core import clock
from lantian.site.core.notify.config import Channel, DingTalk, Email, Sms, Webhook, WeCom
from lantian.site.core.notify.letters import Letter

ANSWER = 64 * 1024  # bytes read of an answer
# Another try may help: "time-out", "too early", "too many", and whatever is the receiver's own trouble.
PASSING = {408, 425, 429, 500, 503}
# What lies between us and the receiver got no answer from it.
LOST = {502, 504}
# 45009 WeCom, 410100 and 130101 DingTalk: too many messages in a minute; -1: busy.
BUSY = {-1, 45009, 410100, 130101}
WECOM_BYTES, DINGTALK_BYTES = 2048, 20_000


class NotTaken(Exception):
    """The receiver surely did not take the letter. `again` says whether another try may help."""

    def __init__(self, why: str, *, again: bool) -> None:
        super().__init__(why)
        self.again = again


class Unsure(Exception):
    """The letter left, but nobody knows whether it was taken."""


@singledispatch
def send(channel: Channel, letter: Letter) -> None:
    """Carry the letter; see the module for how it ends."""
    raise TypeError(f"no sender for {type(channel).__name__}")


# E-mail


@send.register
def _email(channel: Email, letter: Letter) -> None:
    """E-mail. Refusals before the text was handed over are sure; a connection lost after that is not."""
    domain = channel.sender.rsplit("@", 1)[1]
    headers = {"Message-ID": f"<{letter.key}@{domain}>", "Auto-Submitted": "auto-generated"}
    message = EmailMessage(letter.subject, letter.text("mail"), channel.sender, [letter.address], headers=headers)
    backend = EmailBackend(
        host=channel.host, port=channel.port, username=channel.user, password=channel.password,
        use_ssl=channel.security == "ssl", use_tls=channel.security == "starttls", timeout=int(channel.timeout_s) or 1,
    )  # fmt: skip
    try:
        backend.open()
    except smtplib.SMTPAuthenticationError as error:
        raise NotTaken(f"SMTP {error.smtp_code}: log-in refused", again=False) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken(_plain(error), again=True) from error
    try:
        backend.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise NotTaken(_smtp(code, said), again=400 <= code < 500) from error
    except smtplib.SMTPResponseException as error:
        raise NotTaken(_smtp(error.smtp_code, error.smtp_error), again=400 <= error.smtp_code < 500) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Unsure(_plain(error)) from error
    finally:
        with suppress(OSError, smtplib.SMTPException):
            backend.close()


def _smtp(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"SMTP {code} {text}"


# Robots of groups


@send.register
def _dingtalk(channel: DingTalk, letter: Letter) -> None:
    """A DingTalk group's robot; signed where it has a secret."""
    text = _cut(letter.text("chat"), DINGTALK_BYTES)
    body = {"msgtype": "text", "text": {"content": text}, "at": {"atMobiles": list(letter.mentions), "isAtAll": False}}
    url = channel.url
    if channel.secret:
        signed = dingtalk_signature(channel.secret, round(clock.real_now().timestamp() * 1000))
        url += ("&" if "?" in url else "?") + urlencode(signed)
    _robot(_post_json(url, body, channel=channel))


def dingtalk_signature(secret: str, timestamp: int) -> dict[str, str]:
    """The parameters that DingTalk's signature adds to the address: HMAC-SHA256 over time and secret, in base64.

    >>> dingtalk_signature("SEC000", 1700000000000)["timestamp"]
    '1700000000000'
    """
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return {"timestamp": str(timestamp), "sign": base64.b64encode(digest).decode()}


@send.register
def _wecom(channel: WeCom, letter: Letter) -> None:
    """A WeCom group's robot."""
    content: dict[str, Any] = {"content": _cut(letter.text("chat"), WECOM_BYTES)}
    if letter.mentions:
        content["mentioned_mobile_list"] = list(letter.mentions)
    _robot(_post_json(channel.url, {"msgtype": "text", "text": content}, channel=channel))


def _robot(answer: str) -> None:
    """Both robots answer 200 to what they refuse; `errcode` tells."""
    try:
        told = json.loads(answer)
        code = int(told["errcode"])
    except (ValueError, TypeError, KeyError) as error:
        raise Unsure("the answer holds no errcode") from error
    if code:
        raise NotTaken(f"errcode {code} {told.get('errmsg', '')}", again=code in BUSY)


def _cut(text: str, size: int) -> str:
    """The text within a number of bytes."""
    if len(text.encode()) <= size:
        return text
    return text.encode()[: size - 3].decode("utf-8", "ignore") + "…"


# Other programs, text messages


@send.register
def _webhook(channel: Webhook, letter: Letter) -> None:
    """Any program: JSON with the key in a header."""
    body = {
        "key": letter.key,
        "kind": letter.kind,
        "subject": letter.subject,
        "notices": [asdict(one) for one in letter.notices],
    }
    _post_json(channel.url, body, channel=channel, headers=channel.headers, key=letter.key, secret=channel.secret)


@send.register
def _sms(channel: Sms, letter: Letter) -> None:
    """A text message, by the provider's template."""
    values = {"phone": letter.address, "text": letter.text("sms")[: channel.max_chars], "key": letter.key}
    in_address = {name: quote(value, safe="") for name, value in values.items()}
    in_body = in_address if channel.encoding == "form" else {n: json.dumps(v)[1:-1] for n, v in values.items()}
    media = "application/json" if channel.encoding == "json" else "application/x-www-form-urlencoded"
    headers = {name: fill(value, in_address) for name, value in channel.headers.items()}
    if not any(name.lower() == "content-type" for name in headers) and channel.method != "GET":
        headers["Content-Type"] = f"{media}; charset=utf-8"
    body = fill(channel.body, in_body).encode() if channel.method != "GET" else None
    answer = _ask(channel.method, fill(channel.url, in_address), body=body, headers=headers, timeout=channel.timeout_s)
    if channel.success and not re.search(channel.success, answer):
        raise NotTaken(f"refused: {answer[:200]}", again=True)


def fill(template: str, values: Mapping[str, str]) -> str:
    """Fill in {phone}, {text} and {key}; other braces, as JSON has them, stay as they are."""
    return re.sub(r"\{(phone|text|key)\}", lambda found: values[found[1]], template)


def _post_json(
    url: str, body: Any, *, channel: Channel, headers: Mapping[str, str] | None = None, key: str = "", secret: str = ""
) -> str:
    data = json.dumps(body, ensure_ascii=False).encode()
    sent = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    if key:
        sent["Idempotency-Key"] = key
    if secret:
        sent["X-Lantian-Signature"] = "sha256=" + hmac.new(secret.encode(), data, hashlib.sha256).hexdigest()
    return _ask("POST", url, body=data, headers=sent, timeout=channel.timeout_s)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A message and its secrets go where the setting says, nowhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def _ask(method: str, url: str, *, body: bytes | None, headers: Mapping[str, str], timeout: float) -> str:
    """One request; gives the beginning of the answer's text."""
    request = urllib.request.Request(url, data=body, headers=dict(headers), method=method)
    try:
        with _opener.open(request, timeout=timeout) as response:
            return _read(response, until=time.monotonic() + timeout)
    except urllib.error.HTTPError as error:
        why = f"HTTP {error.code} {error.reason}"
        raise Unsure(why) if error.code in LOST else NotTaken(why, again=error.code in PASSING) from error
    except urllib.error.URLError as error:
        # Raised while connecting or sending: no receiver answers half a request.
        raise NotTaken(f"{urlsplit(url).hostname}: {_plain(error.reason)}", again=True) from error
    except (OSError, http.client.HTTPException) as error:
        raise Unsure(_plain(error)) from error


def _read(response: Any, *, until: float) -> str:
    """An answer that drips in is not waited for without end; the head said already that it was taken."""
    read = getattr(response, "read1", response.read)
    parts: list[bytes] = []
    while sum(map(len, parts)) < ANSWER and time.monotonic() < until and (part := read(ANSWER)):
        parts.append(part)
    return b"".join(parts).decode("utf-8", "replace")


def _plain(error: object) -> str:
    """An error in a line, without what may hold an address with a token."""
    return f"{type(error).__name__}: {error}"[:300]
