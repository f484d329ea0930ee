"""Forms of deliverables: ordering one, and what a step of a chain asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.rulebook.schemas.chains import ChainStep
from lantian.rulebook.schemas.ledgers import Ledger
from lantian.site.core.attachments import kinds
from lantian.site.core.faults import Fault
from lantian.site.core.forms import Form, PickMany, style
from lantian.site.core.registries import ledger_exports
from lantian.site.core.uploads import UploadsField
from lantian.site.org.models import Area, Unit
from lantian.site.plans import chains, filed_lists, words
from lantian.site.plans.actions import Given
from lantian.site.plans.models import Deliverable, Filing, Plan
from lantian.site.sources import reading

PARTY = "party-"
OUTSIDE = "outside-"


def _files(label: Any, *, required: bool, help_text: Any = "") -> UploadsField:
    return UploadsField(label=label, required=required, help_text=help_text, accept=kinds.endings())


class StepForm(Form):
    """What a step asks for, no more: built from the chain's data."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, filing: Filing, step: ChainStep, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})["seen"] = mark(filing)
        super().__init__(*args, **kwargs)
        self.listed = filed_lists.content_of(filing) if "file" in step.needs else None
        exports = self._exports(filing) if "file" in step.needs and self.listed is None else []
        asked: dict[str, forms.Field] = {}
        if self.listed is not None:
            asked["seen_list"] = forms.CharField(
                widget=forms.HiddenInput, initial=self.listed.sha256, max_length=64, required=False
            )
            asked["files"] = _files(_("另附文件"), required=False, help_text=_("签字盖章的扫描件等，可以不附。"))
        elif "file" in step.needs:
            asked["files"] = _files(_("文件"), required=not exports)
        if exports:
            asked["export"] = forms.ChoiceField(
                label=_("或用台账导出"), required=False, choices=[("", _("不用")), *exports]
            )
        if "number" in step.needs:
            asked["number"] = forms.CharField(label=_("文号"), max_length=100)
        if "date" in step.needs:
            asked["on"] = forms.DateField(label=_("文件日期"), widget=forms.DateInput())
        if "receipt" in step.needs:
            asked["receipts"] = _files(_("回执扫描件"), required=True)
        if "signer" in step.needs:
            asked["signer"] = forms.CharField(label=_("签字人"), max_length=50)
        asked["text"] = forms.CharField(
            label=_("意见"),
            max_length=2_000,
            required="reason" in step.needs,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.fields |= asked
        style(self)

    @staticmethod
    def _exports(filing: Filing) -> list[tuple[str, Any]]:
        if filing.deliverable.plan_id is None or filing.deliverable.kind != "list":
            return []
        return [(name, one.title) for name, one in ledger_exports.items()]

    def given(self) -> Given:
        """As the action takes it."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in ("seen", "seen_list")}
        return Given(**data, seen=self.cleaned_data.get("seen_list", ""))

    @property
    def listed_title(self) -> str:
        """The ledger whose list goes along."""
        return reading.said(self.listed.ledger.label) if self.listed else ""

    def add_fault(self, fault: Fault) -> None:
        """What the action calls by the chain's names lands at the fields."""
        fields = getattr(fault, "fields", None)
        if fields:
            names = {"file": "files", "receipt": "receipts", "date": "on", "reason": "text"}
            fault.fields = {names.get(name, name): text for name, text in fields.items()}  # type: ignore[attr-defined]
        super().add_fault(fault)


def mark(filing: Filing) -> str:
    """What a form remembers of the state that it was drawn from."""
    return f"{filing.state}.{filing.version}.{filing.round}"


class DeliverableForm(Form):
    """A deliverable that the air office orders. The steps of the chosen chain bring fields of their own."""

    title = forms.CharField(label=_("名称"), max_length=300)
    kind = forms.ChoiceField(label=_("类别"), choices=[c for c in words.DELIVERABLES if c[0] != "exemption"])
    plan = forms.ModelChoiceField(Plan.objects.none(), label=_("方案"), required=False, empty_label=_("无"))
    ledger = forms.ChoiceField(
        label=_("清单"),
        required=False,
        choices=(),
        help_text=_("报送的就是平台上这种清单，办理时按当时的内容冻结，不用上传文件。"),
    )
    owners = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label=_("填报单位"),
        widget=PickMany,
        help_text=_("选单位组（如各镇街）即由它的每个成员填报。"),
    )
    each = forms.BooleanField(
        label=_("各单位分别报送"), required=False, help_text=_("不选则共同报送一份，其中任何一家都可以上报。")
    )
    due = forms.DateField(label=_("完成日期"), required=False, widget=forms.DateInput())
    chain = forms.ChoiceField(label=_("报送流程"), choices=())
    quote = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2_000)
    quote_start = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, plans: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, Any] = self.fields
        offered["plan"].queryset = plans
        offered["owners"].queryset = owner_units()
        offered["chain"].choices = [
            (one.id, chains.said(one.label)) for one in chains.offered() if "exemption" not in one.kinds
        ]
        offered["ledger"].choices = [("", _("无")), *((one.name, reading.said(one.label)) for one in _ledgers())]
        chosen = self.data.get("chain") or self.initial.get("chain") or offered["chain"].choices[0][0]
        self.steps = step_fields(self, chosen)

    def values(self) -> dict[str, Any]:
        """As the action takes it."""
        data = self.cleaned_data
        own = ("title", "kind", "plan", "ledger", "each", "due", "chain", "quote", "quote_start")
        return {name: data[name] for name in own} | {"owners": list(data["owners"])} | step_values(self)


class ChangeForm(Form):
    """Another name, day or other units for a deliverable."""

    title = forms.CharField(label=_("名称"), max_length=300)
    due = forms.DateField(label=_("完成日期"), required=False, widget=forms.DateInput())

    def __init__(self, *args: Any, deliverable: Deliverable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = deliverable.filings.order_by("shape").first()
        self.steps = step_fields(self, deliverable.chain, deliverable.rule.step)
        if first is None:
            return
        for party in [p for f in deliverable.filings.prefetch_related("parties") for p in f.parties.all()]:
            name = f"{PARTY if party.unit_id else OUTSIDE}{party.step}"
            if name in self.fields:
                self.initial.setdefault(name, [party.unit_id] if party.unit_id else party.name)

    def values(self) -> dict[str, Any]:
        """As the action takes it."""
        return {name: self.cleaned_data[name] for name in ("title", "due")} | step_values(self)


class AssignForm(Form):
    """Who reviews, or who files instead."""

    units = forms.ModelMultipleChoiceField(Unit.objects.none(), label=_("单位"), widget=PickMany)

    def __init__(self, *args: Any, filing: Filing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        step, field = filing.step, self.fields["units"]
        reviews = step is None or step.by == "party"
        field.queryset = departments() if reviews else owner_units()  # type: ignore[attr-defined]


class ApplicationForm(Form):
    """A project owner's application for an exemption."""

    chain = forms.ChoiceField(label=_("申请事项"), choices=())
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("建设单位"), empty_label=None)
    title = forms.CharField(label=_("项目名称"), max_length=200)
    valid_from = forms.DateField(label=_("施工自"), widget=forms.DateInput())
    valid_to = forms.DateField(label=_("施工至"), widget=forms.DateInput())
    text = forms.CharField(
        label=_("申请理由"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("写明工程内容、位置、土石方量，以及为什么必须在采暖季施工。"),
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, Any] = self.fields
        offered["unit"].queryset = units
        offered["chain"].choices = [(one.id, one.title) for one in chains.offered("exemption")]
        self.fields["files"] = _files(
            _("申请材料"), required=True, help_text=_("申请书、施工方案、扬尘控制措施等，可选多个文件。")
        )


def departments() -> Any:
    """Departments that can review."""
    return Unit.objects.current().filter(kind="department").order_by("name")


def owner_units() -> Any:
    """Units that can owe something: groups first, then towns and departments."""
    return Unit.objects.current().filter(kind__in=("group", "town", "department", "other")).order_by("kind", "name")


def step_fields(form: Form, chain: str, steps: Iterable[ChainStep] | None = None) -> list[str]:
    """Fields for the departments and units above that the steps of a chain ask; names of the fields."""
    found = list(steps if steps is not None else next((one.step for one in chains.offered() if one.id == chain), ()))
    made: list[str] = []
    for step in found:
        if step.by == "party":
            name = f"{PARTY}{step.name}"
            form.fields[name] = forms.ModelMultipleChoiceField(
                departments(),
                label=chains.said(step.label),
                required=False,
                widget=PickMany,
                help_text=_("可以以后再指定；选几个部门时，其中一个审核即可。"),
            )
            made.append(name)
        elif step.by == "outside":
            name = f"{OUTSIDE}{step.name}"
            form.fields[name] = forms.CharField(
                label=chains.said(step.label), required=False, max_length=100, initial=step.who.zh
            )
            made.append(name)
    style(form)
    return made


def step_values(form: Form) -> dict[str, Any]:
    """Units and names by step, as the actions take them."""
    parties = {
        name.removeprefix(PARTY): list(value)
        for name, value in form.cleaned_data.items()
        if name.startswith(PARTY) and value
    }
    outside = {
        name.removeprefix(OUTSIDE): value for name, value in form.cleaned_data.items() if name.startswith(OUTSIDE)
    }
    return {"parties": parties, "outside": outside}


def _ledgers() -> list[Ledger]:
    """All ledgers, those that a chain asks for first."""
    return sorted(reading.all_ledgers(), key=lambda one: not one.chain)


def areas_of(person: Any) -> Any:
    """Districts that a person may order for."""
    return Area.objects.visible_to(person).filter(kind="district")
