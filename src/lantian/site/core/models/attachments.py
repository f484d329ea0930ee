"""Files that were handed in."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock


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

    @property
    def is_picture(self) -> bool:
        """Whether it has a thumbnail."""
        return self.media_type in {"image/jpeg", "image/png", "image/webp"}


class AttachmentMeta(models.Model):
    """What a picture says of itself, kept as data for evidence: the file shown to others does not carry it.

    Degrees are WGS 84, as cameras write them. All of it is a claim of the camera, which a person can set.
    """

    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, related_name="meta")
    width = models.PositiveIntegerField(_("宽"))
    height = models.PositiveIntegerField(_("高"))
    taken_at = models.DateTimeField(_("拍摄时间"), null=True)
    latitude = models.FloatField(_("纬度"), null=True)
    longitude = models.FloatField(_("经度"), null=True)
    camera = models.CharField(_("设备"), max_length=100, blank=True)

    def __str__(self) -> str:
        return f"{self.width}×{self.height}"

    @property
    def has_place(self) -> bool:
        """Whether the camera told where it stood."""
        return self.latitude is not None and self.longitude is not None


class AttachmentLink(models.Model):
    """A file as it hangs on a thing: a report, an order, a case. Removed ones stay, with who, when and why."""

    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="links")
    ref = models.ForeignKey("core.Ref", verbose_name=_("所属"), on_delete=models.PROTECT, related_name="+")
    caption = models.CharField(_("说明"), max_length=200, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("上传人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    added_at = models.DateTimeField(_("上传时间"), default=clock.now)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("移除人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    removed_at = models.DateTimeField(_("移除时间"), null=True, blank=True)
    removed_because = models.CharField(_("移除理由"), max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.attachment.name
