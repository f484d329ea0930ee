"""What the HTTP API keeps: tokens, answers to writes that were named by a key, and how often somebody asked."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock


class ApiToken(models.Model):
    """接口令牌: lets a program act as a person, as far as its scopes go. Only a hash of the secret is kept.

    Times are the wall's, not the replay clock's. A token is never deleted, as the audit trail names it.
    """

    audit_secret: ClassVar = ("hash",)

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("人员"), on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField(_("用途"), max_length=100)
    prefix = models.CharField(_("令牌开头"), max_length=16)
    hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(_("范围"), default=list)
    created_at = models.DateTimeField(_("建立时间"), default=clock.real_now)
    expires_at = models.DateTimeField(_("有效至"))
    last_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("吊销时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("接口令牌")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.name}（{self.prefix}…）"

    @property
    def is_live(self) -> bool:
        """Whether it still opens the door."""
        return self.revoked_at is None and self.expires_at > clock.real_now()

    def expires_within(self, span: dt.timedelta) -> bool:
        """Whether a live token ends soon."""
        return self.is_live and self.expires_at - clock.real_now() < span


class ApiAnswer(models.Model):
    """The answer to a write that its caller named by an Idempotency-Key, kept a day for a caller who asks again.

    Written in the transaction of the action, so that there is an answer exactly when the action was done.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    location = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.real_now, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "key"], name="core_api_answer_once")]

    def __str__(self) -> str:
        return self.key


class ApiCount(models.Model):
    """How often a token or an address asked in one minute."""

    key = models.CharField(max_length=80)
    minute = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["key", "minute"], name="core_api_count_once")]
        indexes: ClassVar = [models.Index(fields=["minute"], name="core_api_count_minute")]

    def __str__(self) -> str:
        return f"{self.key} {self.minute}"
