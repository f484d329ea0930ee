"""The form of a zone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.site.core.forms import Form
from lantian.site.core.place import DATUMS
from lantian.site.org.models import Area
from lantian.site.sources import reading, zoning
from lantian.site.sources.models import Zone


class ZoneForm(Form):
    """What is known of a zone, and the file with its ground."""

    kind = forms.ChoiceField(label=_("种类"))
    name = forms.CharField(label=_("名称"), max_length=100)
    area = forms.ModelChoiceField(label=_("行政区"), queryset=Area.objects.none())
    file = forms.FileField(
        label=_("范围文件（GeoJSON）"), help_text=_("一个或多个面；经度在前，十进制度。"), allow_empty_file=False
    )
    datum = forms.ChoiceField(label=_("坐标系"), choices=DATUMS)
    act = forms.CharField(label=_("依据文件"), max_length=300, required=False)
    source = forms.CharField(label=_("资料来源"), max_length=300, required=False)
    valid_from = forms.DateField(label=_("自"), required=False)
    valid_to = forms.DateField(label=_("至"), required=False)

    def __init__(self, *args: Any, person: Any, zone: Zone | None = None, **kwargs: Any) -> None:
        if zone is not None:
            names = ("kind", "name", "area", "act", "source", "valid_from", "valid_to")
            kwargs["initial"] = {name: getattr(zone, name) for name in names}
        super().__init__(*args, **kwargs)
        choices = [(one.name, reading.said_later(one.label)) for one in zoning.kinds()]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]
        self.fields["area"].queryset = Area.objects.visible_to(person)  # type: ignore[attr-defined]
        if zone is not None:
            self.fields["file"].required = False
            for name in ("kind", "area"):
                self.fields[name].disabled = True
