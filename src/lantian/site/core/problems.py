"""What went wrong, as RFC 9457 `application/problem+json`, in Chinese and in English."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from lantian.site.core.faults import Fault, Invalid, Text
from lantian.site.core.phone import is_queued

PREFIX = "/api/v1/"
MEDIA_TYPE = "application/problem+json"
CODES = {
    400: "bad-request",
    401: "unauthorised",
    403: "refused",
    404: "not-found",
    405: "wrong-method",
    409: "wrong-state",
    413: "too-large",
    422: "invalid",
    429: "too-many-requests",
    500: "error",
}


class Problem(BaseModel):
    """Every error of the API has this shape. `detail` follows the caller's language, `*_en` is always English."""

    type: str = Field(description="urn:lantian:problem:…, one for each status; does not change")
    title: str
    title_en: str
    status: int
    detail: str
    detail_en: str
    fields: dict[str, str] = Field(default_factory=dict, description="what is wrong with each field or parameter")
    fields_en: dict[str, str] = Field(default_factory=dict)
    request_id: str = Field(description="the number to tell the administrator; also in the header X-Request-ID")


class Unauthorised(Fault):
    """Neither a token that opens nor a person who is logged in."""

    status = 401
    title = _("需要登录或令牌")


class TooMany(Fault):
    """Asked too often; `seconds` until the next request is taken."""

    status = 429
    title = _("请求过于频繁")

    def __init__(self, message: Text, *, seconds: float, remedy: Text = "") -> None:
        super().__init__(message, remedy=remedy)
        self.seconds = max(1, math.ceil(seconds))


class BadRequest(Fault):
    """The request as such cannot be read."""

    status = 400
    title = _("请求无法识别")


def is_api(request: HttpRequest) -> bool:
    """Whether errors of this request are for a program: of the API, or a script of ours that sends a form."""
    return request.path.startswith(PREFIX) or is_queued(request)


def of_fault(request: HttpRequest, error: Fault) -> HttpResponse:
    """The problem of a typed error."""
    fields = error.fields if isinstance(error, Invalid) else {}
    status = 422 if isinstance(error, Invalid) else error.status
    response = problem(request, status, error.title, error.message, error.remedy, fields)
    if isinstance(error, Unauthorised):
        response["WWW-Authenticate"] = 'Bearer realm="lantian"'
    if isinstance(error, TooMany):
        response["Retry-After"] = str(error.seconds)
    return response


def problem(
    request: HttpRequest,
    status: int,
    title: Text,
    message: Text,
    remedy: Text = "",
    fields: Mapping[str, Any] | None = None,
    fields_en: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A problem from its words; lazy texts are said in both languages."""
    detail, named = f"{message}{remedy}", {name: str(text) for name, text in (fields or {}).items()}
    with translation.override("zh-hans"):
        title_zh = str(title)
    with translation.override("en"):
        said = Problem(
            type=f"urn:lantian:problem:{CODES.get(status, 'error')}",
            title=title_zh,
            title_en=str(title),
            status=status,
            detail=detail,
            detail_en=" ".join(part for part in (str(message), str(remedy)) if part),
            fields=named,
            fields_en=dict(fields_en or {name: str(text) for name, text in (fields or {}).items()}),
            request_id=getattr(request, "id", ""),
        )
    return HttpResponse(said.model_dump_json(), status=status, content_type=MEDIA_TYPE)


# What pydantic says, for the Chinese reader; the rest falls back to the general sentence.
_WORDS: dict[str, Text] = {
    "missing": _("缺少这一项。"),
    "extra_forbidden": _("没有这一项。"),
    "int_parsing": _("须是整数。"),
    "int_type": _("须是整数。"),
    "int_from_float": _("须是整数。"),
    "float_parsing": _("须是数字。"),
    "float_type": _("须是数字。"),
    "finite_number": _("须是有限的数字。"),
    "bool_parsing": _("须是 true 或 false。"),
    "bool_type": _("须是 true 或 false。"),
    "string_type": _("须是文字。"),
    "string_too_long": _("文字不能超过 {max_length} 个字符。"),
    "string_too_short": _("文字不能少于 {min_length} 个字符。"),
    "date_from_datetime_parsing": _("须是日期，如 2026-03-01。"),
    "date_parsing": _("须是日期，如 2026-03-01。"),
    "date_type": _("须是日期，如 2026-03-01。"),
    "literal_error": _("只能是：{expected}。"),
    "enum": _("只能是：{expected}。"),
    "greater_than_equal": _("不能小于 {ge}。"),
    "greater_than": _("须大于 {gt}。"),
    "less_than_equal": _("不能大于 {le}。"),
    "less_than": _("须小于 {lt}。"),
    "list_type": _("须是列表。"),
    "too_long": _("最多 {max_length} 项。"),
    "too_short": _("至少 {min_length} 项。"),
    "model_attributes_type": _("须是 JSON 对象。"),
}


def of_validation(request: HttpRequest, errors: list[dict[str, Any]]) -> HttpResponse:
    """The problem of a request whose parameters or body do not fit their schema."""
    fields: dict[str, str] = {}
    fields_en: dict[str, str] = {}
    for error in errors:
        # ("body", "payload", "numbers", 0, "value") and ("query", "limit"): without where ninja found it
        place = [str(part) for part in error.get("loc", ())]
        name = ".".join(place[2:] or place[1:] or place)
        known = _WORDS.get(str(error.get("type", "")), _("取值不正确。"))
        try:
            fields[name] = str(known).format(**error.get("ctx") or {})
        except (KeyError, IndexError):
            fields[name] = str(_("取值不正确。"))
        fields_en[name] = str(error.get("msg", ""))
    return problem(
        request,
        422,
        _("填写有误"),
        _("请求的内容不符合接口的约定，没有处理。"),
        _("请按各项说明改正。"),
        fields,
        fields_en,
    )
