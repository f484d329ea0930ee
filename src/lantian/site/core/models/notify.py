"""Notices to people, and their delivery over channels outside the platform."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.states import DELIVERY


class Notice(models.Model):
    """消息: something the platform tells one person. A key makes it once-only for that person."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("收件人"), on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(_("类别"), max_length=100)
    title = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("内容"), blank=True)
    url = models.CharField(_("办理地址"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("时间"), default=clock.now)
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True)
    key = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("消息")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "key"], condition=~Q(key=""), name="core_notice_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="core_notice_inbox"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="core_notice_unread"),
            models.Index(fields=["key"], name="core_notice_key"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("core:notice", args=[self.pk])


class NoticeSettings(models.Model):
    """消息设置: where a person is reached outside the platform, and over which channels for which kinds.

    `choices` holds what differs from the installation's defaults: `{kind: {channel: wanted}}`.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("人员"), on_delete=models.CASCADE, related_name="notice_settings"
    )
    email = models.EmailField(_("电子邮箱"), blank=True)
    mobile = models.CharField(_("手机号"), max_length=20, blank=True)
    choices = models.JSONField(_("通知方式"), default=dict, blank=True, encoder=DjangoJSONEncoder)

    def __str__(self) -> str:
        return str(self.person)


class Delivery(models.Model):
    """外发: notices on their way over one channel, to one person or to a group's robot.

    The row is the outbox: written in the transaction that made the notices, claimed by one worker with a conditional
    update. `key` goes with the message, so that a receiver that knows it takes the message once. Times are the wall's,
    not the replay clock's.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("收件人"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="deliveries",
    )
    notices = models.ManyToManyField(Notice, verbose_name=_("消息"), related_name="deliveries")
    kind = models.CharField(_("类别"), max_length=100)
    channel = models.CharField(_("通知方式"), max_length=50)
    address = models.CharField(_("地址"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=DELIVERY.choices, default=DELIVERY.start)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tries = models.PositiveSmallIntegerField(_("次数"), default=0)
    next_try_at = models.DateTimeField(_("下次发送"), default=clock.real_now)
    claimed_by = models.CharField(max_length=40, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(_("原因"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("建立时间"), default=clock.real_now)
    sent_at = models.DateTimeField(_("发出时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("外发消息")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["next_try_at"], condition=Q(state__in=["queued", "failed"]), name="core_delivery_waiting"
            ),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="core_delivery_claimed"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"
