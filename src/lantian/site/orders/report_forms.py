"""The form of a quick report."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core.forms import Form
from lantian.site.core.policy import Actor
from lantian.site.core.uploads import UploadsField
from lantian.site.orders import kinds
from lantian.site.org.models import Area


class ReportForm(Form):
    """What was found, where, with photos. The phone adds its place by script."""

    photo = UploadsField(
        label=_("拍照"),
        accept="image/jpeg,image/png,image/webp",
        capture=True,
        error_messages={"required": _("至少要有一张照片。")},
    )
    kind = forms.ChoiceField(label=_("哪一类问题"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("发现了什么"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": _("如：工地西侧约 200 平方米裸土没有苫盖")}),
    )
    area = forms.ModelChoiceField(label=_("行政区"), queryset=Area.objects.none(), empty_label=None)
    place = forms.CharField(label=pgettext_lazy("order", "地点"), max_length=200, required=False)

    def __init__(self, *args: Any, person: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        # What a photo proves done, a photo can show; the rest comes from papers and meters.
        offered = [one for one in kinds.kinds() if one.given_by != "units" and "photo" in one.needs]
        fields["kind"].choices = [(one.id, kinds.said(one.label)) for one in offered]
        towns = Area.objects.visible_to(person).exclude(parent=None).order_by("kind", "pk")
        fields["area"].queryset = towns
        fields["area"].initial = towns.first()
