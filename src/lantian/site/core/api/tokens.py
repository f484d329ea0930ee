"""Tokens: made by a person for a program, shown once, revoked at once. Nothing else writes them."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.api.scopes import SCOPES
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.models import ApiToken
from lantian.site.core.policy import Actor

MARK = "lantian_"
SHOWN = len(MARK) + 6  # of the secret that lists show, to tell tokens apart
LONGEST = dt.timedelta(days=366)
MANY = 20  # live tokens of a person
SEEN_EVERY = dt.timedelta(minutes=1)

policy.declare(
    {
        "core.use_api": policy.anyone(),
        "core.make_token": policy.when(
            lambda actor, obj: obj is None or isinstance(obj, type) or obj.person == actor, _("本人")
        ),
        "core.revoke_token": policy.when(lambda actor, obj: obj is None or obj.person == actor, _("本人"))
        | policy.roles("security_admin"),
    },
    titles={"core.make_token": _("建立接口令牌"), "core.revoke_token": _("吊销接口令牌")},
)


def digest(secret: str) -> str:
    """What is kept of a secret. It is long and random, so that a plain hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def make_token(actor: Any, *, name: str, scopes: Iterable[str], days: int) -> tuple[ApiToken, str]:
    """Make a token for oneself, a person; the second value is its secret, which nobody can read again.

    Raises
    ------
    Invalid : no purpose, no or unknown scopes, a life over a year, too many live tokens
    """
    wanted = sorted(set(scopes))
    fields: dict[str, Any] = {}
    if not name.strip():
        fields["name"] = _("请写明用途，便于以后辨认。")
    if not wanted or not set(wanted) <= set(SCOPES):
        fields["scopes"] = _("请选择令牌可以做什么。")
    if not 0 < days <= LONGEST.days:
        fields["days"] = _("有效期为 1 到 366 天。")
    if fields:
        raise Invalid(_("有内容填写不正确，没有建立令牌。"), fields=fields)
    now, secret = clock.real_now(), MARK + secrets.token_urlsafe(32)
    token = ApiToken(person=actor, name=name.strip()[:100], scopes=wanted, prefix=secret[:SHOWN], hash=digest(secret))
    token.created_at, token.expires_at = now, now + dt.timedelta(days=days)
    with change(actor, token, "core.make_token") as token:
        if live_tokens(actor).count() >= MANY:
            raise Invalid(_("有效的令牌已有 20 个。"), remedy=_("请先吊销不用的令牌。"))
    return token, secret


def revoke_token(actor: Actor, token: ApiToken) -> ApiToken:
    """Close a token; the next request with it is refused."""
    with change(actor, token, "core.revoke_token") as token:
        if token.revoked_at is not None:
            raise WrongState(_("这个令牌已经吊销。"), found="revoked", expected=["live"])
        token.revoked_at = clock.real_now()
    return token


def own_tokens(actor: Actor) -> QuerySet[ApiToken]:
    """A person's tokens, latest first."""
    return ApiToken.objects.filter(person=getattr(actor, "pk", None) or 0)


def live_tokens(actor: Actor) -> QuerySet[ApiToken]:
    """Those that open the door now."""
    return own_tokens(actor).filter(revoked_at=None, expires_at__gt=clock.real_now())


def find(secret: str) -> ApiToken | None:
    """The token of a secret, with its person, if it opens; remembers that it was used. One query, rarely two."""
    if not secret.startswith(MARK) or len(secret) > 200:
        return None
    token = ApiToken.objects.select_related("person__unit").filter(hash=digest(secret)).first()
    if token is None or not token.is_live or not token.person.is_active:
        return None
    now = clock.real_now()
    if token.last_used_at is None or now - token.last_used_at > SEEN_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
