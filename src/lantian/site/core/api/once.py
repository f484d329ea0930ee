"""A write that its caller names by an `Idempotency-Key` is done once, however often it is asked for.

The row that remembers the answer is written in the transaction of the action: after a crash both are there or neither.
Two requests with one key at the same time meet at the row's unique key; the second waits and gets the first's answer.
What was refused is not remembered, as nothing was done: asked again, it is judged again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.faults import Invalid
from lantian.site.core.models import ApiAnswer

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,200}")
KEPT = dt.timedelta(hours=24)
FORM = "form:"  # keys of forms begin so
FORM_KEPT = dt.timedelta(days=60)  # a phone that lost the answer to a form may lie without network for weeks


def once(request: HttpRequest, person: int, act: Callable[[], HttpResponse], *, key: str | None = None) -> HttpResponse:
    """The answer of `act`, or the answer that was given to the same request before. The key is the header's, or that of
    a form, which sends it as a field.

    Raises
    ------
    Invalid : the key is no printable ASCII of up to 200 characters, or was used for another request
    """
    key = request.headers.get(HEADER) if key is None else key
    if key is None:
        with transaction.atomic():  # the answer tells what was written here, not what a colleague wrote after it
            return act()
    if not KEY.fullmatch(key):
        raise Invalid(_("Idempotency-Key 须是 1 到 200 个可见的 ASCII 字符。"), fields={HEADER: _("取值不正确。")})
    asked = fingerprint(request)
    with transaction.atomic():
        _over().filter(person=person, key=key).delete()
        try:
            with transaction.atomic():
                row = ApiAnswer.objects.create(person_id=person, key=key, request_hash=asked)
        except IntegrityError:
            return _again(ApiAnswer.objects.get(person=person, key=key), asked)
        response = act()
        row.status, row.body = response.status_code, response.content.decode()
        row.location = response.get("Location", "")
        row.save(update_fields=["status", "body", "location"])
    return response


def sweep() -> int:
    """Forget answers older than a day, those to forms after two months; returns how many."""
    return _over().delete()[0]


def _over() -> QuerySet[ApiAnswer]:
    now = clock.real_now()
    of_forms = Q(key__startswith=FORM)
    return ApiAnswer.objects.filter(
        (of_forms & Q(created_at__lt=now - FORM_KEPT)) | (~of_forms & Q(created_at__lt=now - KEPT))
    )


def fingerprint(request: HttpRequest) -> str:
    """Hash of what is asked for; of a form its fields and files, as their boundary differs from time to time."""
    told = hashlib.sha256()

    def tell(*parts: str | bytes) -> None:
        for part in parts:
            raw = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
            told.update(len(raw).to_bytes(8, "big") + raw)

    tell(request.method or "", request.get_full_path())
    if (request.content_type or "").startswith(("multipart/", "application/x-www-form-urlencoded")):
        for name in sorted(set(request.POST) - {"csrfmiddlewaretoken"}):
            tell("field", name, *request.POST.getlist(name))
        for name in sorted(request.FILES):
            for file in request.FILES.getlist(name):
                content = hashlib.sha256()
                for chunk in file.chunks():
                    content.update(chunk)
                file.seek(0)
                tell("file", name, str(file.name), content.digest())
    else:
        tell(request.body)
    return told.hexdigest()


def _again(row: ApiAnswer, asked: str) -> HttpResponse:
    if row.request_hash != asked:
        raise Invalid(
            _("这个 Idempotency-Key 已经用于另一个请求。"),
            remedy=_("请为每个新请求换一个键。"),
            fields={HEADER: _("已用于另一个请求。")},
        )
    response = HttpResponse(row.body, status=row.status, content_type="application/json")
    if row.location:
        response["Location"] = row.location
    response["Idempotency-Replayed"] = "true"
    return response
