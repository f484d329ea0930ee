"""Forms of dustfall: a point, the grid of a month, a correction, deductions, limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.air.actions import Deduction, Found, Weighing
from lantian.site.air.models import DustfallLimit, DustfallPoint, DustfallResult
from lantian.site.air.models.dustfall import COMPARISONS, CONTROL, KINDS, UNIT, factor
from lantian.site.air.queries.dustfall import Place
from lantian.site.core.faults import Text
from lantian.site.core.forms import Form
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area

WEIGHED: dict[str, Text] = {
    "loaded": _("样品加瓷坩埚（g）"),
    "empty": _("瓷坩埚（g）"),
    "blank": _("空白（g）"),
    "days": _("采样天数"),
    "mouth": _("缸口（cm²）"),
}


def number(label: Text, *, least: float = 0, most: float | None = None) -> forms.FloatField:
    """A number, typed with the keys for decimals on a phone."""
    field = forms.FloatField(label=label, required=False, min_value=least, max_value=most)
    field.widget.attrs |= {"inputmode": "decimal", "step": "any", "autocomplete": "off"}
    return field


class PointForm(Form):
    """A point's place in the register."""

    code = forms.CharField(label=_("点位编码"), max_length=40)
    name = forms.CharField(label=_("点位名称"), max_length=100)
    kind = forms.ChoiceField(
        label=_("点位类别"), choices=KINDS, help_text=_("对照点远离污染源，结果单独列出，不参加平均。")
    )
    area = forms.ModelChoiceField(queryset=Area.objects.none(), label=_("行政区"))
    longitude = forms.FloatField(label=_("经度"), required=False, help_text=_("WGS 84 坐标，十进制度。"))
    latitude = forms.FloatField(label=_("纬度"), required=False)
    mouth = forms.FloatField(
        label=_("缸口面积（cm²）"), required=False, help_text=_("由称量数据计算时使用；内径 15 cm 的可不填。")
    )
    valid_from = forms.DateField(label=_("启用日期"), required=False, widget=forms.DateInput())
    valid_to = forms.DateField(label=_("停用日期"), required=False, widget=forms.DateInput())
    source = forms.CharField(label=_("资料来源"), max_length=300, required=False)

    def __init__(self, *args: Any, person: Actor, point: DustfallPoint | None = None, **kwargs: Any) -> None:
        if point is not None:
            kwargs["initial"] = {name: getattr(point, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.visible_to(person)  # type: ignore[attr-defined]
        if point is not None:
            self.fields["code"].disabled = True


@dataclass(frozen=True)
class GridRow:
    """A point in a grid, with its fields by name; none where it cannot be written here."""

    place: Place
    fields: dict[str, forms.BoundField]


class MonthForm(Form):
    """Results of a month, a line a point. What is confirmed, or rests on weighings, is shown and not asked for."""

    names: ClassVar[dict[str, Text]] = {"raw": _("降尘量"), "note": _("说明")}

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        self.places = places
        super().__init__(*args, **kwargs)
        for place in places:
            if self.asks(place):
                self._add(place)

    def asks(self, place: Place) -> bool:
        """Whether the point's result can be written here."""
        return place.result is None or (place.result.state == "draft" and not place.result.is_weighed)

    def _add(self, place: Place) -> None:
        for name, label in self.names.items():
            field = self._field(name, label)
            field.initial = getattr(place.result, name, None)
            field.widget.attrs |= {
                "class": "form-control", "data-grid": name, "aria-label": f"{place.point.name} {label}",
            }  # fmt: skip
            self.fields[f"{name}_{place.point.pk}"] = field

    def _field(self, name: str, label: Text) -> forms.Field:
        if name == "note":
            return forms.CharField(label=label, required=False, max_length=300)
        lowest, highest = factor().range or (0.0, None)
        return number(label, least=lowest, most=highest)

    @property
    def rows(self) -> Iterator[GridRow]:
        """Points in their order."""
        for place in self.places:
            keys = {name: f"{name}_{place.point.pk}" for name in self.names}
            yield GridRow(place, {name: self[key] for name, key in keys.items() if key in self.fields})

    @property
    def columns(self) -> Iterator[Text]:
        """Heads of the columns to fill in."""
        yield from self.names.values()

    def found(self) -> dict[DustfallPoint, Found]:
        """What was entered, of the points that are asked for."""
        return {place.point: self._found(place) for place in self.places if self.asks(place)}

    def _given(self, place: Place, name: str) -> Any:
        return self.cleaned_data.get(f"{name}_{place.point.pk}")

    def _found(self, place: Place) -> Found:
        return Found(self._given(place, "raw"), note=self._given(place, "note") or "")


class WeighingForm(MonthForm):
    """Weighings of a month; the result follows from them. A result that was typed in is left where nothing is given."""

    names: ClassVar[dict[str, Text]] = WEIGHED

    def asks(self, place: Place) -> bool:
        return place.result is None or place.result.state == "draft"

    def _field(self, name: str, label: Text) -> forms.Field:
        return number(label)

    def found(self) -> dict[DustfallPoint, Found]:
        asked = super().found()
        return {
            place.point: asked[place.point]
            for place in self.places
            if place.point in asked
            and (asked[place.point].weighing.given or (place.result is not None and place.result.is_weighed))
        }

    def _found(self, place: Place) -> Found:
        weighing = Weighing(**{name: self._given(place, name) for name in self.names})
        return Found(weighing=weighing, note=place.result.note if place.result else "")


class DeductionForm(Form):
    """What of a month's results is claimed for sand-dust, what was approved, why and by whom."""

    why = forms.CharField(
        label=_("扣除依据或改动理由"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("如沙尘过程日期、气象证明、对照点结果。"),
    )  # fmt: skip
    decided_by = forms.CharField(
        label=_("审批单位和文号"), max_length=200, required=False, help_text=_("填写批准扣除时必填。")
    )

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        self.places = [one for one in places if one.result is not None and one.result.raw is not None]
        super().__init__(*args, **kwargs)
        for place in self.places:
            if place.result is None or place.point.kind == CONTROL:
                continue
            for name, label in (("claimed", _("申报扣除")), ("approved", _("批准扣除"))):
                field = number(label, most=place.result.raw)
                field.initial = getattr(place.result, name)
                field.widget.attrs |= {
                    "class": "form-control", "data-grid": name, "aria-label": f"{place.point.name} {label}",
                }  # fmt: skip
                self.fields[f"{name}_{place.point.pk}"] = field

    @property
    def rows(self) -> Iterator[GridRow]:
        """Points with a result, the control points too: they show what was in the air."""
        for place in self.places:
            names = () if place.point.kind == CONTROL else ("claimed", "approved")
            yield GridRow(place, {name: self[f"{name}_{place.point.pk}"] for name in names})

    def asked(self) -> dict[DustfallResult, Deduction]:
        """What was entered."""
        given = self.cleaned_data
        return {
            place.result: Deduction(given.get(f"claimed_{place.point.pk}"), given.get(f"approved_{place.point.pk}"))
            for place in self.places
            if place.result is not None and place.point.kind != CONTROL
        }


class CorrectForm(Form):
    """A confirmed result corrected: the result, or its weighing where it rests on one."""

    raw = number(format_lazy(_("降尘量（{unit}）"), unit=UNIT))
    loaded, empty, blank, days, mouth = (number(label) for label in WEIGHED.values())
    note = forms.CharField(label=_("说明"), max_length=300, required=False, help_text=_("没有结果的须写明原因。"))
    reason = forms.CharField(label=_("更正理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, result: DustfallResult, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(result, name) for name in ("raw", *WEIGHED, "note")}
        super().__init__(*args, **kwargs)
        for name in ("raw",) if result.is_weighed else tuple(WEIGHED):
            del self.fields[name]

    def found(self) -> Found:
        """What is to hold from now on."""
        given = self.cleaned_data
        weighing = Weighing(**{name: given.get(name) for name in WEIGHED if name in self.fields})
        return Found(given.get("raw"), weighing, given["note"])


class LimitForm(Form):
    """A limit of one or more areas, as the plan writes it."""

    areas = forms.ModelMultipleChoiceField(
        queryset=Area.objects.none(), label=_("行政区"), widget=forms.CheckboxSelectMultiple
    )
    comparison = forms.ChoiceField(
        label=_("比较方式"), choices=COMPARISONS, help_text=_("照方案的写法：小于、不高于（以内）、左右。")
    )
    limit = forms.FloatField(label=format_lazy(_("限值（{unit}）"), unit=UNIT), min_value=0.1, max_value=200)
    valid_from = forms.DateField(label=_("执行日期"), widget=forms.DateInput())
    valid_to = forms.DateField(label=_("终止日期"), required=False, widget=forms.DateInput())
    source = forms.CharField(label=_("依据"), max_length=300, help_text=_("方案或文件的名称、文号。"))

    def __init__(self, *args: Any, person: Actor, limit: DustfallLimit | None = None, **kwargs: Any) -> None:
        if limit is not None:
            kwargs["initial"] = {name: getattr(limit, name) for name in self.base_fields if name != "areas"}
        super().__init__(*args, **kwargs)
        self.fields["limit"].widget.attrs |= {"inputmode": "decimal", "step": "any"}
        if limit is not None:
            del self.fields["areas"]
        else:
            queryset = Area.objects.visible_to(person).exclude(kind="village")
            self.fields["areas"].queryset = queryset  # type: ignore[attr-defined]


class PasteForm(Form):
    """A table copied from a spreadsheet."""

    table = forms.CharField(
        label=_("从 Excel 粘贴"), strip=False, max_length=200_000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("连同表头一起复制：点位编码或点位名称一列，月份各一列（1月、2月……）。先预览，再写入。"),
    )  # fmt: skip
