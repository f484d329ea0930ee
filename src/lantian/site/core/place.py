"""A place in a form: typed in any usual writing and system of coordinates, picked on a map, or where the phone is.

class SourceForm(Placed):
    spot = place_field()                # `cleaned_data` gets longitude and latitude in WGS 84 instead
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian import coordinates, geo
from lantian.site.core.faults import Fault, Invalid, Text
from lantian.site.core.forms import Form

# CGCS2000 and WGS 84 differ by centimetres: one choice.
DATUMS: list[tuple[str, Text]] = [
    ("wgs84", "WGS 84 / CGCS2000"),
    ("gcj02", _("GCJ-02（高德、腾讯）")),
    ("bd09", _("BD-09（百度）")),
]
WHY: dict[coordinates.Why, Text] = {
    "empty": _("请填写经度和纬度。"),
    "one": _("只有一个数。请写经度和纬度，如 116.36, 39.91。"),
    "many": _("不是经纬度。请写两个数，如 116.36, 39.91 或 116°21′36″, 39°54′36″。"),
    "parts": _("分、秒须小于 60。请核对度分秒。"),
    "range": _("不在中国范围内。请核对经度（70～140）和纬度（0～60）。"),
    "projected": _("是米制投影坐标，不是经纬度。请换成度，如 116.36, 39.91。"),
}
PLACES_KEPT = 6  # decimals: about a decimetre
FIELD = "spot"


@dataclass(frozen=True)
class Place:
    """A place in WGS 84, with what was written and in which system."""

    longitude: float
    latitude: float
    written: str
    datum: geo.Datum
    swapped: bool = False

    @property
    def told(self) -> dict[str, str]:
        """What was written, for the audit trail: nothing where it is what is kept."""
        plain = self.datum == "wgs84" and self.written == _text((self.longitude, self.latitude))
        return {} if plain else {"written": self.written, "datum": self.datum}


def read_place(text: str, datum: geo.Datum = "wgs84") -> Place:
    """The place that a text names.

    Raises
    ------
    Unreadable : see `lantian.coordinates`
    """
    found = coordinates.spot(text)
    x, y = geo.to_wgs84(found.longitude, found.latitude, datum=datum)
    return Place(round(float(x), PLACES_KEPT), round(float(y), PLACES_KEPT), text.strip(), datum, found.swapped)


def _text(place: tuple[float, float]) -> str:
    return ", ".join(f"{part:.{PLACES_KEPT}f}".rstrip("0").rstrip(".") for part in place)


class PlaceWidget(forms.MultiWidget):
    """The text, the system, the map and the phone's own place."""

    template_name = "core/parts/place.html"
    use_fieldset = True

    def __init__(self) -> None:
        text = forms.TextInput(
            attrs={
                "autocomplete": "off",
                "placeholder": "116.36, 39.91",
                "aria-label": _("坐标"),
                "class": "form-control",
            }
        )
        super().__init__(
            [text, forms.Select(choices=DATUMS, attrs={"aria-label": _("坐标系"), "class": "form-select"})]
        )

    def decompress(self, value: Any) -> list[str]:
        return [str(value or ""), "wgs84"]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        told = super().get_context(name, value, attrs)
        told["widget"]["subwidgets"][1]["attrs"]["class"] = "form-select"  # not the look of the whole
        # The outlines of towns, in which a person finds the way; rooms above core have them.
        told["outlines"] = reverse("org:outlines")
        told["tiles"], told["approval"] = settings.LANTIAN_MAP_TILES, settings.LANTIAN_MAP_APPROVAL
        return told


class PlaceField(forms.MultiValueField):
    """Gives a `Place`, or None where nothing is written."""

    widget = PlaceWidget

    def __init__(self, **kwargs: Any) -> None:
        fields = (forms.CharField(max_length=100), forms.ChoiceField(choices=DATUMS))
        super().__init__(fields, require_all_fields=False, **kwargs)

    def clean(self, value: Any) -> Place | None:
        text, datum = [*list(value or ()), "", ""][:2]
        if not str(text or "").strip():
            return super().clean(None) if self.required else None
        known: dict[str, geo.Datum] = {"wgs84": "wgs84", "gcj02": "gcj02", "bd09": "bd09"}
        if (datum or "wgs84") not in known:
            raise ValidationError(_("没有这种坐标系。请从列表中选择。"))
        if len(text) > 100:
            raise ValidationError(WHY["many"])
        try:
            return read_place(text, known[datum or "wgs84"])
        except coordinates.Unreadable as error:
            raise ValidationError(WHY[error.why]) from None


def place_field() -> PlaceField:
    """The field `spot` of a form."""
    told = _("十进制度或度分秒都可以；不是 WGS 84 的选对坐标系，保存时换算。")
    return PlaceField(label=_("坐标"), required=False, help_text=told)


class Placed(Form):
    """A form of something that lies somewhere, with a field `spot`: `cleaned_data` has longitude and latitude, `placed`
    the rest."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = (self.initial.pop("longitude", None), self.initial.pop("latitude", None))
        if place[0] is not None and place[1] is not None:
            self.initial[FIELD] = [_text((place[0], place[1])), "wgs84"]

    @property
    def placed(self) -> Place | None:
        """The place as it was given."""
        found: Place | None = self._placed
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self._placed = found = cleaned.pop(FIELD, None)
        cleaned["longitude"], cleaned["latitude"] = (found.longitude, found.latitude) if found else (None, None)
        return cleaned

    _placed: Place | None = None

    def add_fault(self, fault: Fault) -> None:
        """What is wrong with a longitude or latitude stands at the place."""
        if isinstance(fault, Invalid):
            texts = [str(fault.fields[name]) for name in ("longitude", "latitude") if name in fault.fields]
            if texts:
                rest = {name: text for name, text in fault.fields.items() if name not in ("longitude", "latitude")}
                fault.fields = rest | {FIELD: " ".join(texts)}
        super().add_fault(fault)
