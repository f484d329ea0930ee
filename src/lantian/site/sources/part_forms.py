"""Forms of parts of sources."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.forms import Form, style
from lantian.site.sources import part_words
from lantian.site.sources.actions.parts import FIELDS
from lantian.site.sources.models import ControlDevice, EmissionPoint, ProductionLine, Source, SourcePart

EMPTY = ("", "—")


def _number(label: Any, most: float, *, help_text: Any = "") -> forms.FloatField:
    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    return forms.FloatField(
        label=label, required=False, min_value=0, max_value=most, widget=widget, help_text=help_text
    )


def _parts(label: Any) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        label=label, required=False, queryset=None, widget=forms.CheckboxSelectMultiple()
    )


class PartForm(Form):
    """What all parts have; `links` offer the parts of the same source."""

    name = forms.CharField(label=_("名称"), max_length=100)
    started = forms.DateField(label=_("投用日期"), required=False)
    note = forms.CharField(label=_("备注"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, source: Source, part: SourcePart | None = None, **kwargs: Any) -> None:
        if part is not None:
            kwargs["initial"] = {name: getattr(part, name) for name in FIELDS[type(part)]} | {
                name: [one.pk for one in getattr(part, name).all()] for name in part.links
            }
        super().__init__(*args, **kwargs)
        rows = {"lines": ProductionLine, "devices": ControlDevice}
        for name, kind in rows.items():
            if name in self.fields:
                offered = kind._default_manager.filter(source=source)
                self.fields[name].queryset = offered  # type: ignore[attr-defined]
                if not offered.exists():
                    del self.fields[name]
        for name, words in self.words().items():
            self.fields[name].choices = words  # type: ignore[attr-defined]
        self.order_fields([one for one in self.fields if one != "note"] + ["note"])
        style(self)

    def words(self) -> dict[str, Any]:
        """Fields that hold words, each with its choices."""
        return {}


class LineForm(PartForm):
    """A production line."""

    product = forms.CharField(label=_("产品"), max_length=100, required=False)
    process = forms.CharField(label=_("生产工艺"), max_length=200, required=False)
    fuel = forms.ChoiceField(label=_("燃料"), required=False)
    capacity = _number(_("产能"), 1e12)
    capacity_unit = forms.ChoiceField(label=_("产能单位"), required=False)

    def words(self) -> dict[str, Any]:
        return {"fuel": [EMPTY, *part_words.fuels()], "capacity_unit": [EMPTY, *part_words.units()]}


class DeviceForm(PartForm):
    """A control device; kinds that are to go are offered and marked, as they must be on record."""

    kind = forms.ChoiceField(label=_("治理工艺"), help_text=_("标“应淘汰”的属简易低效设施，在用的列为疑点。"))
    air_flow = _number(_("设计风量（立方米/小时）"), 1e8)
    efficiency = _number(_("设计去除效率（%）"), 100)
    lines = _parts(_("对应生产线"))

    def words(self) -> dict[str, Any]:
        return {"kind": [EMPTY, *part_words.devices()]}


class PointForm(PartForm):
    """An emission point."""

    code = forms.CharField(label=_("许可证编号"), max_length=40, required=False, help_text=_("如 DA001。"))
    kind = forms.ChoiceField(label=_("类型"))
    height = _number(_("高度（米）"), 500)
    diameter = _number(_("内径（米）"), 50)
    pollutants = forms.MultipleChoiceField(label=_("排放污染物"), required=False, widget=forms.CheckboxSelectMultiple())
    monitor = forms.CharField(label=_("自动监控编码"), max_length=40, required=False)
    lines = _parts(_("对应生产线"))
    devices = _parts(_("对应治理设施"))

    def words(self) -> dict[str, Any]:
        return {"kind": [EMPTY, *part_words.points()], "pollutants": part_words.pollutants()}


class StopForm(Form):
    """Since when it runs no more, and why."""

    on = forms.DateField(label=_("停止使用日期"))
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today()


class ResumeForm(Form):
    """Why it runs again."""

    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


FORMS: dict[type[SourcePart], type[PartForm]] = {
    ProductionLine: LineForm,
    ControlDevice: DeviceForm,
    EmissionPoint: PointForm,
}
