"""Accounts of firms: the open page to declare one, and the page where the town verifies them."""

from __future__ import annotations

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from lantian.site.core import page
from lantian.site.core.faults import Fault
from lantian.site.core.page import open_page, room, see_other
from lantian.site.core.request import Request
from lantian.site.org import actions, forms
from lantian.site.org.models import FirmDeclaration
from lantian.site.org.states import DECLARATION
from lantian.site.org.views.common import FORM


@open_page("org", "declare", why="a firm has no account before it declares one", methods=FORM)
def declare_page(request: Request) -> HttpResponseBase:
    """A firm asks for an account. The answer is the same whether the firm is known or not."""
    form = forms.DeclarationForm(request.POST or None)
    done = False
    if request.method == "POST" and form.is_valid():
        try:
            actions.declare_firm(**form.cleaned_data)
            done = True
        except Fault as fault:
            form.add_fault(fault)
    status = 200 if done or request.method == "GET" else 400
    return page.page(request, "org/declare.html", title=_("企业账号申报"), form=form, done=done, status=status)


@room("org", "declarations", policy="org.see_declarations", menu=_("企业账号核实"), icon="building-factory-2", order=35)
def declarations_page(request: Request) -> HttpResponseBase:
    """Declared accounts of one's town: to verify, and decided lately."""
    rows = list(FirmDeclaration.objects.visible_to(request.person).select_related("area", "decided_by")[:200])
    return page.page(
        request,
        "org/declarations.html",
        title=_("企业账号核实"),
        waiting=[(row, DECLARATION.allowed(row, request.person)) for row in rows if row.state == "declared"],
        decided=[row for row in rows if row.state != "declared"],
    )


@room("org", "declaration_step", policy="org.see_declarations", methods=("POST",))
def declaration_step(request: Request, pk: int, step: str) -> HttpResponseBase:
    """Verify or refuse a declared account."""
    declaration = get_object_or_404(FirmDeclaration.objects.visible_to(request.person), pk=pk)
    if step == "verify":
        actions.verify_declaration(request.person, declaration)
        messages.success(request, _("已核实，账号启用。"))
    else:
        actions.refuse_declaration(request.person, declaration, reason=request.POST.get("reason", "")[:500])
        messages.success(request, _("已退回申报。"))
    return see_other("org:declarations")
