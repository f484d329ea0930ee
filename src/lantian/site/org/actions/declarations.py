"""Accounts of firms: declared by the firm, verified by its town, active from then on."""

from __future__ import annotations

from django.contrib.auth import password_validation
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, notify, policy
from lantian.site.core.change import change
from lantian.site.core.context import origin
from lantian.site.core.faults import Invalid, Refused
from lantian.site.core.policy import Actor, System, roles
from lantian.site.org import login_guard
from lantian.site.org.actions.roles import grant_role
from lantian.site.org.actions.units import add_unit
from lantian.site.org.models import Area, FirmDeclaration, Person, RoleGrant, Unit, verifies
from lantian.site.org.states import DECLARATION

policy.declare(
    {"org.declare_firm": roles(), "org.see_declarations": roles("air_office", "liaison")},
    titles={"org.declare_firm": _("申报企业账号（未登录）"), "org.see_declarations": _("查看企业账号申报")},
)
notify.declare("org.declared", _("企业账号待核实"))

ITSELF = System("企业自行申报")


def declare_firm(
    *, role: str, unit_name: str, code: str, area: Area, person_name: str, phone: str, password: str
) -> FirmDeclaration | None:
    """A firm asks for an account. None when the code is known already: the answer to the outside is the same.

    Raises
    ------
    Refused : too many declarations from this address
    Invalid : code, town or password do not do
    """
    login_guard.count_declaration(origin().ip)
    made = FirmDeclaration(
        role=role, unit_name=unit_name.strip(), code=code.strip().upper(), area=area, person_name=person_name,
        phone=phone, password=make_password(password), ip=origin().ip[:45],
    )  # fmt: skip
    _good_password(made, password)
    known = FirmDeclaration.objects.filter(code=made.code, state="declared").exists()
    if known or Person.objects.filter(username__iexact=made.code).exists():
        return None
    with change(ITSELF, made, "org.declare_firm") as made:
        made.full_clean()
        made.save()
        notify.notify(
            _verifiers(made),
            "org.declared",
            title=format_lazy(_("企业账号待核实：{firm}"), firm=made.unit_name),
            url=reverse("org:declarations"),
            key=f"org.declared:{made.pk}",
        )
    return made


def verify_declaration(actor: Actor, declaration: FirmDeclaration) -> Person:
    """The town knows the firm: its unit is found or made, its account opened with the role."""
    with change(actor, declaration, "org.declaration.verify") as declaration:
        DECLARATION.step(declaration, "verify", actor=actor)
        _of_this_town(actor, declaration)
        machine = System(f"企业核实：{actor.title}"[:150])
        unit = Unit.objects.filter(name=declaration.unit_name).first()
        if unit is not None and unit.kind != Unit.Kind.FIRM:
            raise Invalid(_("单位名录中已有同名的非企业单位，不能核实。"), remedy=_("请退回申报并说明。"))
        if unit is None:
            unit = add_unit(machine, name=declaration.unit_name, kind="firm", area=declaration.area)
        person = Person(
            username=declaration.code, name=declaration.person_name, phone=declaration.phone, unit=unit,
            password=declaration.password, password_set_at=declaration.declared_at,
        )  # fmt: skip
        with change(machine, person, "org.add_person") as person:
            pass
        grant_role(machine, person, role=declaration.role, unit=unit)
        declaration.person, declaration.password = person, "-"
        _decided(actor, declaration)
    return person


def refuse_declaration(actor: Actor, declaration: FirmDeclaration, *, reason: str) -> FirmDeclaration:
    """The town does not know the firm, or what it declared is wrong."""
    with change(actor, declaration, "org.declaration.refuse", note=reason) as declaration:
        DECLARATION.step(declaration, "refuse", actor=actor, reason=reason.strip())
        _of_this_town(actor, declaration)
        declaration.reason, declaration.password = reason.strip(), "-"
        _decided(actor, declaration)
    return declaration


def _good_password(made: FirmDeclaration, password: str) -> None:
    about = Person(username=made.code, name=made.person_name, phone=made.phone)
    try:
        password_validation.validate_password(password, about)
    except ValidationError as error:
        raise Invalid(_("口令不符合要求。"), fields={"password": " ".join(error.messages)}) from error


def _verifiers(made: FirmDeclaration) -> list[Person]:
    """Liaisons of the units of the declared town."""
    today = clock.today()
    grants = RoleGrant.objects.filter(Q(until=None) | Q(until__gte=today), role="liaison", unit__kind="town")
    found = grants.filter(unit__area=made.area, person__is_active=True).select_related("person")
    return [grant.person for grant in found]


def _of_this_town(actor: Actor, declaration: FirmDeclaration) -> None:
    if not isinstance(actor, System) and not verifies(actor, declaration):
        raise Refused(_("只能核实本镇街的企业。"), remedy=_("请由企业所在镇街的联络员办理。"))


def _decided(actor: Actor, declaration: FirmDeclaration) -> None:
    declaration.decided_by = actor if isinstance(actor, Person) else None
    declaration.decided_at = clock.now()
