"""The audit trail: events in a hash chain, and the chain's end."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnly(Exception):
    """The audit trail takes new events only."""


class AppendOnlyQuerySet(models.QuerySet["AuditEvent"]):
    """Refuses what would change or remove events; a database trigger refuses it below Django as well."""

    def update(self, **kwargs: Any) -> int:
        raise AppendOnly("audit events are never changed")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnly("audit events are never removed")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise AppendOnly("audit events are never changed")

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[AuditEvent]:  # type: ignore[override]
        raise AppendOnly("audit events are appended one by one: see core.audit.append")


class AuditEvent(models.Model):
    """One thing that somebody did: who, when, from where, to what, before and after. A link of the hash chain.

    Written by `core.audit.append` alone. `before` and `after` hold only the fields that changed; `facts` what else
    the action wants remembered (a bulk action: its differences).
    """

    seq = models.BigIntegerField(_("序号"), unique=True)
    at = models.DateTimeField(_("时间"), db_index=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("人员"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    person_name = models.CharField(_("姓名"), max_length=150)
    unit_name = models.CharField(_("单位"), max_length=200, blank=True)
    ip = models.CharField(_("地址"), max_length=45, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    action = models.CharField(_("操作"), max_length=100, db_index=True)
    kind = models.CharField(_("对象类别"), max_length=100)
    ident = models.CharField(max_length=64)
    title = models.CharField(_("对象"), max_length=300)
    before = models.JSONField(_("之前"), null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("之后"), null=True, encoder=DjangoJSONEncoder)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    note = models.TextField(_("说明"), blank=True)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-seq"]
        # The trail is always read from its end: each index serves one filter of its page, in that order.
        indexes: ClassVar = [
            models.Index(fields=["kind", "ident", "seq"], name="core_audit_object"),
            models.Index(fields=["person_name", "seq"], name="core_audit_person"),
            models.Index(fields=["unit_name", "seq"], name="core_audit_unit"),
            models.Index(fields=["action", "seq"], name="core_audit_action"),
            models.Index(fields=["at", "seq"], name="core_audit_time"),
            models.Index(fields=["request_id", "seq"], name="core_audit_request"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("audit events are never changed")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnly("audit events are never removed")


class AuditHead(models.Model):
    """The chain's end: the one row that writers lock, so that events get their number one after the other."""

    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return str(_("操作记录链"))


class AuditSegment(models.Model):
    """A sealed stretch of the trail: its events lie in a compressed file and no longer in the table.

    Events may leave the table only while a row here names them (see `core.triggers`); rows are never changed.
    """

    first_seq = models.BigIntegerField(unique=True)
    last_seq = models.BigIntegerField(unique=True)
    first_at = models.DateTimeField(_("自"))
    last_at = models.DateTimeField(_("至"))
    prev_hash = models.CharField(max_length=64)
    last_hash = models.CharField(max_length=64)
    file_name = models.CharField(max_length=100)
    size = models.BigIntegerField(_("大小"))
    sha256 = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(_("封存时间"))

    class Meta:
        ordering: ClassVar = ["first_seq"]

    def __str__(self) -> str:
        return f"{self.first_seq}–{self.last_seq}"


class AuditTouch(models.Model):
    """Says which things a bulk event touched, so that the page of each of them finds it. Not part of the chain."""

    seq = models.BigIntegerField()
    kind = models.CharField(max_length=100)
    ident = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "ident", "seq"], name="core_audit_touch")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.ident}"
