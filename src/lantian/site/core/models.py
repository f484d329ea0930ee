"""What every room stores alike: the audit trail, attachments, references, jobs and the replay clock."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock


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
        indexes: ClassVar = [models.Index(fields=["kind", "ident", "seq"], name="core_audit_object")]

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
        return f"{self.seq} {self.hash}"


class Attachment(models.Model):
    """A file as it was handed in, kept once under the hash of its content (`media/ab/cd/abcd…`)."""

    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(_("文件名"), max_length=255)
    size = models.BigIntegerField(_("大小"))
    media_type = models.CharField(max_length=100)
    stored_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    stored_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name


class Ref(models.Model):
    """A link to "anything": a thing of any room by kind and id, with the title and address to show."""

    kind = models.CharField(max_length=100)
    ident = models.CharField(max_length=64)
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "ident"], name="core_ref_once")]

    def __str__(self) -> str:
        return self.title


class Job(models.Model):
    """Work in the background: what, how far, and how it ended. `message` is for the reader."""

    class State(models.TextChoices):
        QUEUED = "queued", _("等待中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("失败")
        CANCELLED = "cancelled", _("已取消")

    kind = models.CharField(_("类别"), max_length=100)
    title = models.CharField(_("名称"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.QUEUED, db_index=True)
    progress = models.FloatField(_("进度"), default=0.0, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)])
    message = models.CharField(_("说明"), max_length=500, blank=True)
    params = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    result = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    error = models.TextField(blank=True)
    cancel_asked = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("提交人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("提交时间"), default=clock.real_now, db_index=True)
    started_at = models.DateTimeField(_("开始时间"), null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("结束时间"), null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.title or self.kind

    @property
    def is_over(self) -> bool:
        """Whether it ended, one way or another."""
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}

    @property
    def percent(self) -> int:
        """Progress in whole percent."""
        return round(100 * self.progress)


class ReplayClock(models.Model):
    """Shows another time than the wall's: at `started_at` (real) the clock was set to `shown_at`, and runs on."""

    started_at = models.DateTimeField()
    shown_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.shown_at)

    @property
    def shift(self) -> dt.timedelta:
        """How far the shown time stands from the real one."""
        return self.shown_at - self.started_at
