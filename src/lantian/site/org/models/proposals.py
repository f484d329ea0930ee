"""Proposals of an administrator's role, which a second person confirms."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.policy import ADMINISTRATORS, ROLES
from lantian.site.org import states
from lantian.site.org.models.people import Person


class RoleProposal(models.Model):
    """授权复核: an administrator's role that one person proposes and a second one confirms or refuses."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="role_proposals", verbose_name=_("人员"))
    role = models.CharField(_("角色"), max_length=20, choices=[(role, ROLES[role]) for role in ADMINISTRATORS])
    until = models.DateField(_("有效至"), null=True, blank=True)
    state = models.CharField(
        _("状态"), max_length=12, choices=states.PROPOSAL.choices, default=states.PROPOSAL.start, db_index=True
    )
    proposed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("提出人")
    )
    proposed_at = models.DateTimeField(_("提出时间"), default=clock.now)
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("复核人")
    )
    decided_at = models.DateTimeField(_("复核时间"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=models.Q(state="proposed"),
                name="org_role_proposed_once",
                violation_error_message=_("这个角色已经提出，正在等待复核。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_role_display()}"
