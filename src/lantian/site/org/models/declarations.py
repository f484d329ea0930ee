"""Accounts that firms declare by themselves."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.policy import OUTSIDE, ROLES, Actor, AreaQuerySet
from lantian.site.org import credit_code, states
from lantian.site.org.models.areas import Area
from lantian.site.org.models.people import Person


class DeclarationRows(AreaQuerySet):
    """Declarations: the liaisons of a town see those of the town, the air office those of its areas."""

    def visible_to(self, actor: Actor) -> DeclarationRows:
        if actor.holds("air_office"):
            found: DeclarationRows = super().visible_to(actor)
            return found
        return self.filter(area__in=getattr(actor, "town_area_ids", ()))


class FirmDeclaration(models.Model):
    """企业账号申报: a firm, contractor or station operator asks for an account; its town's liaison verifies it.

    The login name is the credit code, so that the open page tells nobody which names there are.
    """

    audit_secret: ClassVar = ("password",)

    role = models.CharField(_("类别"), max_length=20, choices=[(role, ROLES[role]) for role in OUTSIDE])
    unit_name = models.CharField(_("单位全称"), max_length=100)
    code = models.CharField(_("统一社会信用代码"), max_length=18, db_index=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="declarations", verbose_name=_("所在镇街"))
    person_name = models.CharField(_("联系人"), max_length=50)
    phone = models.CharField(_("电话"), max_length=30)
    password = models.CharField(max_length=128)
    state = models.CharField(
        _("状态"), max_length=12, choices=states.DECLARATION.choices, default=states.DECLARATION.start, db_index=True
    )
    declared_at = models.DateTimeField(_("申报时间"), default=clock.now)
    ip = models.CharField(_("地址"), max_length=45, blank=True)
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("核实人")
    )
    decided_at = models.DateTimeField(_("核实时间"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("账号")
    )

    objects = DeclarationRows.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.unit_name

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.area_id, None

    def clean(self) -> None:
        if not credit_code.is_valid(self.code):
            raise ValidationError({"code": _("统一社会信用代码不正确，请核对 18 位代码。")})
        if self.area_id and self.area.kind != Area.Kind.TOWN:
            raise ValidationError({"area": _("请选择所在镇街。")})


def verifies(actor: Any, declaration: FirmDeclaration) -> bool:
    """Whether a person may verify this very declaration."""
    return FirmDeclaration.objects.visible_to(actor).filter(pk=declaration.pk).exists()
