"""Pages about the API: its description for people, and one's own tokens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from lantian.site.core import page
from lantian.site.core.api import reading, tokens
from lantian.site.core.api.document import document
from lantian.site.core.api.scopes import SCOPES
from lantian.site.core.faults import Fault
from lantian.site.core.forms import Form
from lantian.site.core.models import ApiToken
from lantian.site.core.page import room, see_other
from lantian.site.core.policy import POLICIES, may
from lantian.site.core.request import Request

LIVES = [(30, _("30 天")), (90, _("90 天")), (180, _("半年")), (366, _("一年"))]


class TokenForm(Form):
    """A new token: what for, how far, how long."""

    name = forms.CharField(label=_("用途"), max_length=100, help_text=_("如“月报汇总脚本”，便于以后辨认。"))
    scopes = forms.MultipleChoiceField(label=_("范围"), widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(label=_("有效期"), choices=LIVES, coerce=int, initial=90)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(name, f"{title}（{name}）") for name, title in SCOPES.items()]  # type: ignore[attr-defined]


@room("core", "api_tokens", policy="core.use_api", methods=("GET", "POST"))
def tokens_page(request: Request) -> HttpResponseBase:
    """One's own tokens; a new one shows its secret on the answer to the form, and never again."""
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, secret = tokens.make_token(request.person, **form.cleaned_data)
        except Fault as fault:
            form.add_fault(fault)
        else:
            form = TokenForm()
    return page.page(
        request,
        "core/api_tokens.html",
        title=_("接口令牌"),
        crumbs=[(_("我的资料"), reverse("org:profile"))],
        form=form,
        secret=secret,
        rows=list(tokens.own_tokens(request.person)[:100]),
        submit=_("建立令牌"),
        status=400 if form.errors else 200,
    )


@room("core", "api_token_revoke", policy="core.use_api", methods=("POST",))
def revoke_token(request: Request, pk: int) -> HttpResponseBase:
    """Close a token: one's own, or, for whoever keeps the accounts, anybody's."""
    found = ApiToken.objects.filter(pk=pk).first()
    if found is None or not (found.person_id == request.person.pk or may(request.person, "core.revoke_token", found)):
        raise Http404
    tokens.revoke_token(request.person, found)
    messages.success(request, _("令牌已吊销。"))
    return see_other("core:api_tokens")


@room("core", "api_docs", policy="core.use_api")
def docs_page(request: Request) -> HttpResponseBase:
    """Every operation with its parameters, its answer and who may."""
    described = document(get_language() or "")
    return page.page(
        request,
        "core/api_docs.html",
        title=_("接口文档"),
        groups=reading.groups(described, _who),
        root=request.build_absolute_uri("/api/v1/"),
        described=reverse("api:core_openapi"),
        problem=list(reading.lines(described, {"$ref": "#/components/schemas/Problem"})),
    )


def _who(policy: str) -> str:
    """Who may, in words."""
    return gettext("、").join(dict.fromkeys(str(one) for one in POLICIES[policy].who))
