"""The way in, the same for every route: how often, who, with which scope, by which policy, with which parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy, problems
from lantian.site.core.api import limits, tokens
from lantian.site.core.api.routing import Route, refuse_unknown
from lantian.site.core.api.scopes import SCOPES
from lantian.site.core.faults import Refused
from lantian.site.core.problems import Unauthorised

SAFE = ("GET", "HEAD")


def enter(routes: Mapping[str, Route], request: Any) -> HttpResponseBase | None:
    """Let a request in to the route of its method, or raise why not; an answer is the refusal of the method."""
    limits.count(f"address:{request.META.get('REMOTE_ADDR', '')[:45]}", settings.LANTIAN_API_ADDRESS_PER_MINUTE)
    route = routes.get(request.method)
    if route is None:
        return _wrong_method(routes, request)
    token = _known(request)
    if token is not None:
        limits.count(f"token:{token.pk}", settings.LANTIAN_API_PER_MINUTE)
    else:
        limits.count(f"person:{request.person.pk}", settings.LANTIAN_API_PER_MINUTE)
    if request.person.must_first:
        raise Refused(_("首次登录须先修改口令。"), remedy=_("请在网页上登录并修改口令。"))
    if token is not None and route.scope and route.scope not in token.scopes:
        raise Refused(
            format_lazy(_("这个令牌的范围不包括“{scope}”（{name}）。"), scope=SCOPES[route.scope], name=route.scope),
            remedy=_("请另建一个包含这一范围的令牌。"),
        )
    policy.require(request.person, route.policy)
    if not route.further:
        refuse_unknown(set(request.GET) - route.parameters)
    return None


def _wrong_method(routes: Mapping[str, Route], request: HttpRequest) -> HttpResponseBase:
    allowed = ", ".join(sorted(routes))
    message = format_lazy(_("这个地址只接受：{allowed}。"), allowed=allowed)
    response = problems.problem(request, 405, _("方法不对"), message)
    response["Allow"] = allowed
    return response


def _known(request: Any) -> Any:
    """The token that the request brings, or None for a person who is logged in; sets `request.person`."""
    header = request.headers.get("Authorization")
    if header is not None:
        scheme, _space, secret = header.partition(" ")
        token = tokens.find(secret.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            raise Unauthorised(
                _("令牌无效、已过期或已吊销，或者它的人员已停用。"),
                remedy=_("请用“Authorization: Bearer 令牌”，并在“我的资料”里核对令牌。"),
            )
        request.person, request.api_token = token.person, token
        return token
    if not request.person.is_authenticated:
        raise Unauthorised(
            _("没有登录，也没有带令牌。"), remedy=_("请在“我的资料”里建立令牌，用“Authorization: Bearer 令牌”。")
        )
    if request.method not in SAFE:
        _require_form_token(request)
    return None


def _require_form_token(request: HttpRequest) -> None:
    """A browser sends its cookie by itself, so that a write by cookie must show that one of our pages sent it."""
    guard = CsrfViewMiddleware(lambda request: None)  # type: ignore[arg-type]
    guard.process_request(request)
    refusal = guard.process_view(request, _answer, (), {})
    if refusal is not None:
        raise Refused(_("用登录会话写入须带 X-CSRFToken。"), remedy=_("程序请改用令牌。"))


def _answer(request: HttpRequest) -> HttpResponseBase:
    """Stands for the view, which the guard asks only whether it is exempt; it is not."""
    raise NotImplementedError
