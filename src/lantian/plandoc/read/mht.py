"""Web archives (.mht, .mhtml): the page inside, without its pictures."""

from __future__ import annotations

import email
import email.policy

from lantian.plandoc.document import Document
from lantian.plandoc.read import html
from lantian.plandoc.read.builder import refusal


def read(data: bytes, name: str) -> Document:
    """The first HTML part of the archive, read as a page.

    Raises
    ------
    ReadError
        'broken' when the archive holds no page, and whatever reading the page raises.
    """
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            page = part.get_payload(decode=True)
            if isinstance(page, bytes) and page.strip():
                return html.read(page, name, part.get_content_charset())
    raise refusal(
        "broken",
        name,
        "网页存档里没有网页正文。请在浏览器中重新保存网页。",
        "there is no page in this web archive. Save the page again in a browser.",
    )
