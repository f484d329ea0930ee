"""Forms and filter of the city's bulletins."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from lantian.site.air.models.bulletins import bulletin_rule, kind_words
from lantian.site.core import filters
from lantian.site.core.forms import Form
from lantian.site.core.uploads import UploadField
from lantian.site.org.models import Area


def kind_choices() -> list[tuple[str, str]]:
    """Kinds of bulletins."""
    return [(one.id, kind_words(one)) for one in bulletin_rule().kind]


class BulletinFilter(filters.Filter):
    """Which bulletins are looked for."""

    kind = filters.choice(_("种类"), kind_choices)
    since = filters.day(_("时段自"))

    def where(self) -> Q:
        asked = self.asked
        where = Q()
        if asked["kind"]:
            where &= Q(kind=asked["kind"])
        if asked["since"]:
            where &= Q(first__gte=asked["since"])
        return where


class BulletinForm(Form):
    """A bulletin with its table, pasted or from a file."""

    kind = forms.ChoiceField(label=_("种类"), choices=kind_choices)
    area = forms.ModelChoiceField(label=_("行政区"), queryset=Area.objects.none(), empty_label=None)
    first = forms.DateField(label=_("起始日期"), widget=forms.DateInput())
    last = forms.DateField(label=_("终止日期"), widget=forms.DateInput())
    issuer = forms.CharField(label=_("发布单位或文号"), max_length=200, required=False)
    total = forms.IntegerField(
        label=_("参加排名总数"), min_value=1, max_value=100_000, required=False,
        help_text=_("全市参加排名的镇街数。不填时取表中最大名次或行数。"),
    )  # fmt: skip
    file = UploadField(
        label=_("文件"), required=False, allow_empty_file=True,
        help_text=_("Excel（.xlsx）或 CSV，取第一张表；选了文件，下面不用粘贴。"),
    )  # fmt: skip
    table = forms.CharField(
        label=_("表格"), required=False, strip=False, max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("从 Excel 复制，连同表头粘贴。表头须有镇街名称，以及排名或数值；可以有“区”一列。"),
    )  # fmt: skip

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["area"]
        field.queryset = areas
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.csv,.txt"


class RemoveForm(Form):
    """Why a bulletin is removed."""

    reason = forms.CharField(label=_("删除理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
