"""Lists of ledgers as they were filed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.site.plans.models.deliverables import Filing, FilingReceipt


class FiledListRows(models.QuerySet["FiledList"]):
    """Who sees a filing sees what was filed with it."""

    def visible_to(self, actor: Any) -> FiledListRows:
        return self.filter(receipt__filing__in=Filing.objects.visible_to(actor).order_by().values("pk"))


class FiledList(models.Model):
    """报送清单: the list of a ledger that was filed with a version of a filing, kept as it stood then.

    `heads` and `rows` are in both languages and without personal values, as lists that are made public are. What
    several towns filed becomes one list when it is gathered: the whole holds the rows of its parts, not those that the
    ledger has by then. `sha256` stands in the audit trail too.
    """

    receipt = models.OneToOneField(FilingReceipt, models.CASCADE, related_name="filed_list", verbose_name=_("办理记录"))
    ledger = models.CharField(_("清单"), max_length=40)
    heads = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    rows = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    count = models.PositiveIntegerField(_("条数"))
    sums = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    sha256 = models.CharField(_("校验值"), max_length=64)

    objects = FiledListRows.as_manager()

    class Meta:
        verbose_name = _("报送清单")
        ordering = ("-pk",)
        indexes: ClassVar = [models.Index(fields=("ledger",), name="filedlist_ledger")]

    def __str__(self) -> str:
        return str(self.receipt.filing)

    def get_absolute_url(self) -> str:
        return reverse("plans:filed_list", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.receipt.filing.policy_scope()

    @property
    def counts(self) -> bool:
        """Whether it is what is filed now: neither on its way nor followed by another version."""
        filing, version = self.receipt.filing, self.receipt.version
        if filing.shape == "part":
            return filing.state == "gathered" and filing.version == version
        return filing.filed_version == version

    @property
    def summed(self) -> list[tuple[str, float]]:
        """What it adds up to, under heads in the reader's language."""
        language = "en" if get_language() == "en" else "zh"
        return [(one[language], one["total"]) for one in self.sums]
