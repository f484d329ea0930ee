"""Forms of reorganisations, suggestions and groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.forms import Form, PickMany
from lantian.site.org import actions
from lantian.site.org.models import Reorganisation, Unit
from lantian.site.org.models.units import GATHERED


def _units() -> Any:
    return Unit.objects.current().order_by("kind", "name")


def _unit(label: Any, *, required: bool = True, help_text: Any = "") -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        Unit.objects.none(), label=label, required=required, empty_label=_("请选择"), help_text=help_text
    )


def _several(label: Any, *, required: bool = True, help_text: Any = "") -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        Unit.objects.none(), label=label, required=required, widget=PickMany, help_text=help_text
    )


class _Event(Form):
    """What every kind asks: the day, the document, the reason. `act` is the action that takes the clean fields."""

    act: Callable[..., Any]
    concerned: tuple[str, ...] = ("unit",)
    first: tuple[str, ...] = ("unit",)

    on = forms.DateField(label=_("生效日期"), widget=forms.DateInput())
    document = forms.CharField(
        label=_("依据文件"), required=False, max_length=300, help_text=_("文件名称和文号；电子件可在下一步上传。")
    )
    note = forms.CharField(label=_("理由"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = _units()
        self.order_fields([*self.first, "on", "document", "note"])

    def clean_on(self) -> Any:
        on = self.cleaned_data["on"]
        if on > clock.today():
            raise forms.ValidationError(_("生效日期还没有到，请在生效当天或之后登记。"))
        return on

    def concerns(self) -> list[Unit]:
        """The units concerned, as filled in."""
        found: list[Unit] = []
        for name in self.concerned:
            value = self.cleaned_data.get(name)
            found += [value] if isinstance(value, Unit) else list(value or ())
        return found


class RenameForm(_Event):
    """A unit and its new name."""

    act = staticmethod(actions.rename_unit)
    first = ("unit", "name")

    unit = _unit(_("单位"))
    name = forms.CharField(label=_("新名称"), max_length=100)


class MergeForm(_Event):
    """Units, and the one that they become."""

    act = staticmethod(actions.merge_units)
    concerned = ("units",)
    first = ("units", "into", "name")

    units = _several(_("合并的单位"))
    into = _unit(_("并入已有单位"), required=False, help_text=_("可以是上面选的其中一个；新设单位时不选。"))
    name = forms.CharField(label=_("或新设单位，名称为"), max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        if bool(fields.get("into")) == bool(fields.get("name")):
            self.add_error("into", _("请选择并入的单位，或填写新设单位的名称，二者取一。"))
        return fields


class SplitForm(_Event):
    """A unit, and those that share its work."""

    act = staticmethod(actions.split_unit)
    first = ("unit", "into", "names", "stays")

    unit = _unit(_("拆分的单位"))
    into = _several(_("由已有单位承接"), required=False)
    names = forms.CharField(
        label=_("由新设单位承接"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("每行一个名称。"),
    )
    stays = forms.BooleanField(label=_("原单位保留，只划出部分职能"), required=False)

    def clean_names(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()]


class AbolishForm(_Event):
    """A unit that ends."""

    act = staticmethod(actions.abolish_unit)
    unit = _unit(_("撤销的单位"), help_text=_("没有单位承接其职能时才用“撤销”。"))


KINDS: dict[str, type[_Event]] = {
    Reorganisation.Kind.RENAME: RenameForm,
    Reorganisation.Kind.MERGE: MergeForm,
    Reorganisation.Kind.SPLIT: SplitForm,
    Reorganisation.Kind.ABOLISH: AbolishForm,
}


class WritingForm(Form):
    """A unit that is only another writing of a second one."""

    unit = _unit(_("写法不同的单位"), help_text=_("它会成为另一个单位的别名，可以撤销。"))
    target = _unit(_("实际是"))
    reason = forms.CharField(label=_("理由"), required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("unit", "target"):
            self.fields[name].queryset = _units()  # type: ignore[attr-defined]


class DecisionForm(Form):
    """A decision about a suggestion."""

    key = forms.CharField(max_length=700)
    on = forms.DateField(required=False)
    reason = forms.CharField(required=False, max_length=500)


class GatherForm(Form):
    """What a group gathers by itself."""

    gathers = forms.ChoiceField(
        label=_("自动包含"),
        required=False,
        choices=[("", _("不自动包含")), *GATHERED],
        help_text=_("所在行政区内的全部镇街或部门；以后新设的也自动包含。"),
    )


class PlaceForm(Form):
    """A unit's place in a group."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("单位"), required=False, empty_label="—")
    way = forms.ChoiceField(label=_("方式"), choices=[("in", _("含")), ("out", _("不含"))], required=False)
    valid_from = forms.DateField(label=_("自"), required=False, widget=forms.DateInput())
    valid_to = forms.DateField(label=_("至"), required=False, widget=forms.DateInput())

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        if fields.get("valid_from") and fields.get("valid_to") and fields["valid_to"] < fields["valid_from"]:
            self.add_error("valid_to", _("结束日期早于开始日期。"))
        return fields

    def place(self) -> actions.Place | None:
        """The place as filled in; None for an empty line."""
        fields = self.cleaned_data
        if not fields.get("unit") or fields.get("DELETE"):
            return None
        return actions.Place(fields["unit"], fields["way"] == "out", fields["valid_from"], fields["valid_to"])


class _Places(forms.BaseFormSet):
    """All lines offer the same units: read once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = [("", "—"), *((unit.pk, unit.name) for unit in Unit.objects.current().order_by("kind", "name"))]

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["unit"].queryset = Unit.objects.all()
        form.fields["unit"].choices = self.choices


PlaceFormSet = forms.formset_factory(PlaceForm, formset=_Places, extra=3, can_delete=True, max_num=300)
