"""Pages for what went wrong: what happened, and what to do about it. They never fail themselves."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import problems
from lantian.site.core.faults import Fault, Invalid, Text
from lantian.site.core.frame import frame
from lantian.site.core.phone import is_queued
from lantian.site.core.phone.middleware import log_in_first

log = logging.getLogger(__name__)


def show(
    request: HttpRequest,
    status: int,
    title: Text,
    message: Text,
    *,
    remedy: Text = "",
    details: dict[str, Text] | None = None,
) -> HttpResponse:
    """The error page; for htmx a message that lands in the page's message area, for a program a problem."""
    if problems.is_api(request):
        return problems.problem(request, status, title, message, remedy, details)
    htmx = getattr(request, "htmx", False)
    context = {
        "status": status,
        "title": title,
        "message": message,
        "remedy": remedy,
        "details": details or {},
        "request_id": getattr(request, "id", ""),
        "back": _same_site_referer(request),
    }
    # After an error of our own nothing may be asked of the database again.
    outside = {"frame": "core/outside.html"}
    context |= outside if status >= 500 or not _inside(request) else frame(request) | {"frame": "core/base.html"}
    response = render(request, "core/parts/fault.html" if htmx else "core/error.html", context, status=status)
    if htmx:
        response["HX-Retarget"] = "#messages"
        response["HX-Reswap"] = "innerHTML show:top"
        response["HX-Push-Url"] = "false"
    return response


def fault(request: HttpRequest, error: Fault) -> HttpResponse:
    """Page of a typed error."""
    if problems.is_api(request):
        return problems.of_fault(request, error)
    details = error.aside if isinstance(error, Invalid) else {}
    return show(request, error.status, error.title, error.message, remedy=error.remedy, details=details)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; an over-long form is told apart as 413."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return too_large(request)
    return show(
        request, 400, _("请求无法识别"), _("浏览器发来的内容不完整或格式不对。"), remedy=_("请返回上一页，刷新后重试。")
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return show(
        request,
        403,
        _("没有权限"),
        _("您的角色不包括这个页面。"),
        remedy=_("如确需查看，请联系管理员授予角色。"),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form whose token is missing or old."""
    log.info("form refused: %s", reason)
    if is_queued(request):
        return log_in_first()
    return show(
        request,
        403,
        _("表单已过期"),
        _("页面打开太久，或者刚刚换了登录人员，为安全起见没有提交。"),
        remedy=_("请返回上一页刷新，再提交一次；浏览器须允许本站的 Cookie。"),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, also for what the person may not see."""
    return show(
        request,
        404,
        _("没有找到"),
        _("这个地址没有内容，或者内容不在您可以查看的范围内。"),
        remedy=_("请核对地址，或从左侧栏目重新进入。"),
    )


def wrong_method(request: HttpRequest, allowed: list[str]) -> HttpResponse:
    """405."""
    response = show(
        request,
        405,
        _("不能这样打开"),
        _("这个地址只用于提交操作，不能直接打开。"),
        remedy=_("请返回上一页，用页面上的按钮操作。"),
    )
    response["Allow"] = ", ".join(allowed)
    return response


def too_large(request: HttpRequest, most: int | None = None) -> HttpResponse:
    """413; `most` where the page takes more than others."""
    limit = filesizeformat(most or settings.LANTIAN_UPLOAD_MAX)
    return show(
        request,
        413,
        _("内容过大"),
        format_lazy(_("提交的内容超过上限 {limit}，没有接收。"), limit=limit),
        remedy=_("请拆分文件或压缩其中的图片；管理员可以调整上限（LANTIAN_UPLOAD_MAX_MB）。"),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return show(
        request,
        500,
        _("程序出错"),
        _("服务器处理时出现意外，您的操作没有保存。"),
        remedy=_("请稍后重试；仍然出错时，请把下面的请求编号告诉管理员。"),
    )


def busy(request: HttpRequest) -> HttpResponse:
    """503: on SQLite one writes at a time, and a large import may keep the others waiting for longer than they can."""
    response = show(
        request,
        503,
        _("系统正忙"),
        _("正在写入大量内容（如导入清单），您的操作没有保存。"),
        remedy=_("请稍后再提交一次。"),
    )
    response["Retry-After"] = "10"
    return response


def _inside(request: HttpRequest) -> bool:
    person = getattr(request, "person", None)
    return bool(person and person.is_authenticated)


def _same_site_referer(request: HttpRequest) -> str:
    referer = request.headers.get("Referer", "")
    here = f"{request.scheme}://{request.headers.get('Host', '')}/"
    return referer if referer.startswith(here) and len(referer) < 2000 else ""
