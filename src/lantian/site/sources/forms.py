"""Forms of this room: a source, a listing by its ledger, a step with its proofs, a year."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.rulebook.schemas.ledgers import Ledger, LedgerField, Proof
from lantian.site.core import clock
from lantian.site.core.forms import Form, style
from lantian.site.core.lifecycle import Step
from lantian.site.core.phone.said import said
from lantian.site.core.place import Placed, place_field
from lantian.site.core.sheets import Field
from lantian.site.core.uploads import UploadField
from lantian.site.org.models import Area, Unit
from lantian.site.sources import fields, reading
from lantian.site.sources.actions.sources import CHANGEABLE
from lantian.site.sources.actions.steps import Shown
from lantian.site.sources.models import Listing, Source

NOT_LOGGED = ("firm", "unit", "credit_code", "address", "opened", "ended", "due_on")
YES = [("", "—"), ("是", _("是")), ("否", _("否"))]


class SourceForm(Placed):
    """What is known of a source."""

    name = forms.CharField(label=_("名称"), max_length=200)
    firm = forms.CharField(label=_("所属企业"), max_length=200, required=False)
    credit_code = forms.CharField(label=_("统一社会信用代码"), max_length=18, required=False)
    area = forms.ModelChoiceField(label=_("行政区"), queryset=Area.objects.none())
    address = forms.CharField(label=_("地址"), max_length=300, required=False)
    spot = place_field()
    unit = forms.ModelChoiceField(
        label=_("企业账号单位"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=_("企业在平台上有账号时选择，企业由此看到自己的记录。"),
    )
    opened = forms.DateField(label=_("投产日期"), required=False)
    ended = forms.DateField(label=_("关闭日期"), required=False)

    def __init__(self, *args: Any, person: Any, source: Source | None = None, **kwargs: Any) -> None:
        if source is not None:
            kwargs["initial"] = {name: getattr(source, name) for name in CHANGEABLE} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.visible_to(person)  # type: ignore[attr-defined]
        if source is None and (own := _own_area(person)) is not None:
            self.fields["area"].initial = own
        self.fields["unit"].queryset = Unit.objects.filter(kind=Unit.Kind.FIRM)  # type: ignore[attr-defined]

    @property
    def told(self) -> dict[str, str]:
        """How the place was written, for the audit trail."""
        return self.placed.told if self.placed else {}


def _own_area(person: Any) -> int | None:
    """The one area that a person works in: nobody has to say where a town's officer is."""
    areas = getattr(person, "town_area_ids", None) or person.visible_area_ids or ()
    return next(iter(areas)) if len(areas) == 1 else None


class ListingForm(SourceForm):
    """A source on a ledger: what the house asks of every source, and what the ledger asks."""

    due_on = forms.DateField(label=_("完成期限"), required=False)
    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput())
    keeper = forms.ModelChoiceField(
        label=_("管理单位"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=_("个人信息只有管理单位的人员能看到全文。"),
    )

    def __init__(
        self,
        *args: Any,
        person: Any,
        ledger: Ledger,
        listing: Listing | None = None,
        unmasked: bool = True,
        **kwargs: Any,
    ) -> None:
        self.ledger = ledger
        typed = [one for one in ledger.field if not (one.yearly or one.worked_out)]
        self.asked = [one for one in typed if unmasked or not one.personal]
        if listing is not None:
            kwargs["initial"] = {
                "due_on": listing.due_on,
                "keeper": listing.keeper,
                "revision": listing.revision,
            } | {f"x_{one.name}": _initial(one, fields.value_of(one, listing.attributes)) for one in self.asked}
        super().__init__(*args, person=person, source=listing.source if listing else None, **kwargs)
        kinds = (Unit.Kind.TOWN, Unit.Kind.DEPARTMENT)
        self.fields["keeper"].queryset = Unit.objects.filter(kind__in=kinds)  # type: ignore[attr-defined]
        for one in self.asked:
            self.fields[f"x_{one.name}"] = _form_field(one)
        if ledger.log:
            self._as_log()
        if listing is None and ledger.log:
            self._begin_log()
        if ledger.called:
            self.fields["name"].required = False
            self.fields["name"].help_text = _("不填时，用“{field}”作名称。").format(
                field=self.fields[f"x_{ledger.called}"].label
            )
        if ledger.parent:
            rows = Listing.objects.visible_to(person).filter(ledger=ledger.parent).select_related("source")
            label = reading.said_later(reading.ledger_of(ledger.parent).label)
            self.fields["parent"] = forms.ModelChoiceField(label=label, queryset=rows, required=False)
            self.initial.setdefault("parent", listing.parent if listing else None)
        style(self)

    def _as_log(self) -> None:
        """Ask for what happened first, and of the source for no more than where: it is written down at a gate."""
        for name in NOT_LOGGED:
            del self.fields[name]
        self.order_fields([f"x_{one.name}" for one in self.asked])

    def _begin_log(self) -> None:
        """Whoever enters what happens, enters it as it happens."""
        for one in self.asked:
            if one.type == "moment" and one.required:
                self.initial.setdefault(f"x_{one.name}", f"{clock.now():%Y-%m-%d %H:%M}")

    @property
    def given(self) -> dict[str, Any]:
        """The clean fields as the actions take them."""
        clean = self.cleaned_data
        columns = {name: clean[name] for name in ("due_on", "keeper", "parent") if name in clean}
        return columns | {
            "source": {name: clean[name] for name in CHANGEABLE if name in clean} | {"told": self.told},
            "attributes": {one.name: clean[f"x_{one.name}"] for one in self.asked},
        }

    def add_fault(self, fault: Any) -> None:
        """Refusals name fields of the ledger by their own names."""
        named = getattr(fault, "fields", None)
        if named:
            own = {one.name for one in self.asked}
            fault.fields = {f"x_{name}" if name in own else name: text for name, text in named.items()}
        super().add_fault(fault)


def _initial(field: LedgerField, value: Any) -> Any:
    if field.type == "yes":
        return "" if value is None else "是" if value else "否"
    return "、".join(value) if isinstance(value, list) else value


def _form_field(field: LedgerField) -> forms.Field:
    """The widget of a field. What it takes is said by the column, the same as in an import."""
    column: Field = fields.column(field)
    common: dict[str, Any] = {
        "label": reading.with_unit(column.label, field.unit),
        "required": field.required,
        "help_text": column.help,
    }
    if field.type == "choice":
        choices = [("", "—"), *((one.key, reading.said_later(one.label)) for one in field.choices)]
        return forms.ChoiceField(choices=choices, **common)
    if field.type == "yes":
        return forms.ChoiceField(choices=YES, **common)
    if field.type == "day":
        return forms.DateField(widget=forms.DateInput(), **common)
    if field.type == "moment":
        return forms.CharField(
            max_length=40, widget=forms.TextInput(attrs={"placeholder": "2026-03-01 08:20"}), **common
        )
    if field.type in ("number", "whole", "percent"):
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        return forms.CharField(max_length=40, widget=widget, **common)
    wide = forms.Textarea(attrs={"rows": 3}) if field.wide else forms.TextInput()
    return forms.CharField(max_length=column.longest, widget=wide, **common)


class StepForm(Form):
    """A step with its reason and what must be shown."""

    def __init__(self, *args: Any, step: Step, proofs: list[Proof], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step, self.proofs = step, proofs
        if "reason" in step.needs:
            self.fields["reason"] = forms.CharField(
                label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
            )
        for one in proofs:
            self.fields[one.name] = _proof_field(one, [p for p in proofs if one.group and p.group == one.group])
        if any(one.kind == "photo" for one in proofs):
            self.fields["taken_at"] = forms.DateTimeField(
                label=_("拍摄时间"),
                required=False,
                widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
                help_text=_("照片自带拍摄时间的不用填。"),
            )
        for name in ("longitude", "latitude", "accuracy"):  # the phone's, by script
            self.fields[name] = forms.FloatField(required=False, widget=forms.HiddenInput())
        style(self)

    @property
    def shown(self) -> list[Shown]:
        """What was given for each proof."""
        clean = self.cleaned_data
        at, phone = clean.get("taken_at"), said(self.data)
        return [
            Shown(one.name, value=clean[one.name])
            if one.kind == "reading"
            else Shown(one.name, clean[one.name], at=at, place=phone.place, accuracy=phone.accuracy)
            for one in self.proofs
            if clean.get(one.name) is not None
        ]


def _proof_field(proof: Proof, group: list[Proof]) -> forms.Field:
    label = reading.said_later(proof.label)
    help_text = _("这几项至少要有一项。") if len(group) > 1 else ""
    if proof.kind == "reading":
        return forms.FloatField(label=label, required=False, help_text=help_text)
    widget = forms.FileInput(attrs={"accept": "image/*", "capture": "environment"} if proof.kind == "photo" else {})
    return UploadField(label=label, required=False, widget=widget, help_text=help_text)


class YearForm(Form):
    """What the ledger asks for a year."""

    year = forms.IntegerField(label=_("年份"), min_value=1990, max_value=2100)

    def __init__(self, *args: Any, ledger: Ledger, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = [one for one in ledger.field if one.yearly]
        self.fields["year"].initial = clock.today().year - 1
        for one in self.asked:
            self.fields[one.name] = _form_field(one)
        style(self)
