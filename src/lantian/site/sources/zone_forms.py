"""Forms of zones: what is known of one, and its ground, drawn, typed or from a file."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.faults import Invalid
from lantian.site.core.forms import Form
from lantian.site.core.geojson import MOST_BYTES, ground_of, polygons_of
from lantian.site.core.place import DATUMS
from lantian.site.core.uploads import UploadField
from lantian.site.org.models import Area
from lantian.site.sources import reading, zoning
from lantian.site.sources.models import Zone

FACTS = ("kind", "name", "area", "act", "source", "valid_from", "valid_to")


class GroundForm(Form):
    """The ground of a zone. It is looked over before it is kept: `confirmed` is what stood in the form when the
    preview was made, so that nothing else is kept than what was seen."""

    shape = forms.CharField(
        label=_("范围"),
        required=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("在图上画；也可以一行写一个顶点（如 116.36, 39.91），空一行写下一块。"),
    )
    file = UploadField(label=_("或范围文件（GeoJSON）"), required=False, allow_empty_file=False,
                           help_text=_("一个或多个面；经度在前，十进制度。"))  # fmt: skip
    datum = forms.ChoiceField(
        label=_("坐标系"), choices=DATUMS, initial="wgs84", help_text=_("文件和所写顶点的坐标系；图上画的不用选。")
    )
    confirmed = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput())

    geometry: dict[str, Any]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        file, text = cleaned.pop("file", None), cleaned.pop("shape", "")
        datum, self.seen = cleaned.pop("datum", "wgs84"), cleaned.pop("confirmed", "")
        if text.lstrip().startswith("{"):
            datum = "wgs84"  # what the map has drawn
        if not file and not text.strip():
            self.add_error("shape", _("请画出范围，或选择文件。"))
            return cleaned
        try:
            self.geometry = polygons_of(file.read(), datum) if file else ground_of(text, datum)
        except Invalid as fault:
            self.add_error("file" if file else "shape", " ".join(str(one) for one in fault.fields.values()))
        return cleaned

    @property
    def content(self) -> bytes:
        """The ground as the actions take it, in WGS 84."""
        return json.dumps(self.geometry).encode()

    @property
    def mark(self) -> str:
        """What stands in the form, in short."""
        told = json.dumps([self.geometry, {k: str(v) for k, v in self.cleaned_data.items()}], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()

    def shown_again(self) -> None:
        """Let the form hold what the preview shows: the ground in WGS 84, and its mark."""
        shown = {"shape": json.dumps(self.geometry), "datum": "wgs84", "confirmed": self.mark}
        self.data = {**dict(self.data.items()), **shown}


def _offer(form: Form, person: Any) -> None:
    fields: Any = form.fields
    fields["kind"].choices = [(one.name, reading.said_later(one.label)) for one in zoning.kinds()]
    fields["area"].queryset = Area.objects.visible_to(person)


class FactsForm(Form):
    """What is known of a zone."""

    kind = forms.ChoiceField(label=_("种类"))
    name = forms.CharField(label=_("名称"), max_length=100)
    area = forms.ModelChoiceField(label=_("行政区"), queryset=Area.objects.none())
    act = forms.CharField(label=_("依据文件"), max_length=300, required=False)
    source = forms.CharField(label=_("资料来源"), max_length=300, required=False)
    valid_from = forms.DateField(label=_("自"), required=False)
    valid_to = forms.DateField(label=_("至"), required=False)


class ZoneForm(FactsForm):
    """What is known of a zone that is there."""

    def __init__(self, *args: Any, person: Any, zone: Zone, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(zone, name) for name in FACTS}
        super().__init__(*args, **kwargs)
        _offer(self, person)
        for name in ("kind", "area"):
            self.fields[name].disabled = True


class NewZoneForm(GroundForm, FactsForm):
    """A zone that is drawn: what is known of it, and its ground."""

    field_order = (*FACTS, "shape", "file", "datum")

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, person)

    @property
    def on(self) -> dt.date:
        """The day of which the preview speaks."""
        today = clock.today()
        return max(self.cleaned_data.get("valid_from") or today, today)


class RedrawForm(GroundForm):
    """Another ground of a zone from a day on."""

    field_order = ("begins", "act", "source", "shape", "file", "datum")

    begins = forms.DateField(label=_("新范围自"), help_text=_("原范围到前一天为止，历史照旧可查。"))
    act = forms.CharField(label=_("依据文件"), max_length=300, required=False)
    source = forms.CharField(label=_("资料来源"), max_length=300, required=False)

    def __init__(self, *args: Any, zone: Zone, **kwargs: Any) -> None:
        first = zone.valid_from if not zone.held_before(clock.today()) else clock.today()
        ground = json.dumps(zone.geometry)
        kwargs["initial"] = {"begins": first, "act": zone.act, "source": zone.source, "shape": ground}
        super().__init__(*args, **kwargs)

    @property
    def on(self) -> dt.date:
        """The day of which the preview speaks."""
        begins: dt.date = self.cleaned_data["begins"]
        return max(begins, clock.today())
