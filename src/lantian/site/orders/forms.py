"""Forms of orders: made and changed, answered, handed on; and what their list can be cut by."""

from __future__ import annotations

from typing import Any, Self

from django import forms
from django.db.models import Case, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.rulebook.schemas.orders import OrderKind
from lantian.site.core import filters
from lantian.site.core.attachments import kinds as file_kinds
from lantian.site.core.faults import Text
from lantian.site.core.forms import Form, PickMany
from lantian.site.core.place import Placed, place_field
from lantian.site.core.policy import Actor
from lantian.site.core.uploads import UploadsField
from lantian.site.orders import kinds, origins, states
from lantian.site.orders.models import Order
from lantian.site.orders.queries import orders as queries
from lantian.site.orders.states import OPEN
from lantian.site.org.models import Area, Person, Unit


class OrderFilter(filters.Filter):
    """Orders by state, unit, area, kind, origin, whose, and text."""

    q = filters.text(_("搜索"), placeholder=_("工单号、标题、地点"))
    state = filters.choice(_("状态"), [("open", _("未办结")), ("overdue", _("已逾期")), *states.ORDER.choices])
    whose = filters.choice(
        _("与我有关"),
        [("mine", _("我经办的")), ("unit", _("本单位主办")), ("given", _("我方交办")), ("copy", _("抄送我方"))],
    )
    kind = filters.choice(_("类别"), kinds.choices)
    origin = filters.choice(_("来源"), origins.choices)
    unit = filters.choice(_("主办单位"), ())
    area = filters.choice(_("行政区"), ())

    @classmethod
    def for_person(cls, person: Actor, query: QueryDict) -> Self:
        """The filter as asked, offering the units and areas of orders that the person may see: two SQL queries."""
        form = cls.from_query(query)
        form._person = person
        seen = Order.objects.visible_to(person).order_by()
        units = Unit.objects.filter(pk__in=seen.values("unit")).values_list("pk", "name")
        areas = Area.objects.filter(pk__in=seen.values("area")).values_list("pk", "name")
        for name, rows in (("unit", units), ("area", areas)):
            form.fields[name].choices = [("", _("全部")), *rows]  # type: ignore[attr-defined]
        form.full_clean()
        return form

    _person: Actor

    def where(self) -> Q:
        asked = self.asked
        where = Q()
        if q := asked["q"].strip():
            where &= _named(q)
        for name, look_up in (("unit", "unit"), ("area", "area"), ("kind", "kind"), ("origin", "origin")):
            if asked[name]:
                where &= Q(**{look_up: asked[name]})
        if asked["state"] == "open":
            where &= Q(state__in=OPEN)
        elif asked["state"] == "overdue":
            where &= queries.late_now()
        elif asked["state"]:
            where &= Q(state=asked["state"])
        return where & self._whose(asked["whose"])

    def _whose(self, asked: str | None) -> Q:
        units = self._person.visible_unit_ids
        if asked == "mine":
            return Q(person=getattr(self._person, "pk", None))
        if asked == "unit":
            return Q(unit__in=units)
        if asked == "given":
            return Q(pk__in=queries.given_by(self._person).values("pk"))
        return Q(others__unit__in=units, others__role="copy") if asked == "copy" else Q()


def _named(q: str) -> Q:
    """Orders by number, or by words of title and place."""
    return Q(title__icontains=q) | Q(place__icontains=q) | Q(number__icontains=q)


def files_field(label: Text, help_text: Text = "") -> UploadsField:
    """A field for photos and documents."""
    return UploadsField(label=label, required=False, help_text=help_text, accept=file_kinds.endings())


class OrderForm(Placed):
    """An order to hand out. The desk is offered all kinds, a liaison those between units."""

    kind = forms.ChoiceField(label=_("类别"))
    title = forms.CharField(label=_("标题"), max_length=200)
    text = forms.CharField(
        label=pgettext_lazy("order", "内容"), max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    area = forms.ModelChoiceField(label=_("行政区"), queryset=Area.objects.none())
    unit = forms.ModelChoiceField(label=_("主办单位"), queryset=Unit.objects.none())
    copies = forms.ModelMultipleChoiceField(
        label=pgettext_lazy("order", "抄送"),
        queryset=Unit.objects.none(),
        required=False,
        widget=PickMany,
        help_text=_("抄送单位能看到工单并留言。"),
    )
    origin = forms.ChoiceField(label=_("来源"))
    place = forms.CharField(label=pgettext_lazy("order", "地点"), max_length=200, required=False)
    spot = place_field()
    due = forms.DateField(label=_("反馈期限"), required=False, help_text=_("不填则按类别的规定期限。"))
    photos = files_field(_("照片和文件"))

    def __init__(
        self, *args: Any, person: Actor, offered: list[OrderKind], from_unit: Unit | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["kind"].choices = [(one.id, _kind_words(one)) for one in offered]
        fields["origin"].choices = origins.choices(by_hand=True)
        fields["area"].queryset = Area.objects.visible_to(person)
        fields["unit"].queryset = receivers().exclude(pk=from_unit.pk) if from_unit else receivers(firms=True)
        fields["copies"].queryset = receivers()
        self.from_unit = from_unit

    @classmethod
    def of(cls, order: Order, *args: Any, **kwargs: Any) -> Self:
        """The form of a draft, whose kind, origin and files stay."""
        initial = {name: getattr(order, name) for name in ("title", "text", "place", "longitude", "latitude")}
        initial |= {"area": order.area_id, "unit": order.unit_id, "due": order.due_at and order.due_at.date()}
        initial["copies"] = list(order.others.filter(role="copy").values_list("unit", flat=True))
        form = cls(*args, initial=initial, offered=[order.rule], from_unit=order.from_unit, **kwargs)
        for name in ("kind", "origin", "photos"):
            del form.fields[name]
        return form


def receivers(*, firms: bool = False) -> QuerySet[Unit]:
    """Units that may have an order, departments and towns first; with firms where the desk gives it."""
    offered = ("department", "town", "firm") if firms else ("department", "town")
    order = Case(*(When(kind=kind, then=Value(place)) for place, kind in enumerate(offered)))
    return Unit.objects.current().filter(kind__in=offered).order_by(order, "name", "pk")


def _kind_words(kind: OrderKind) -> str:
    """A kind with its deadline."""
    return f"{kinds.said(kind.label)}（{kinds.span_words(kind.answer)}）"


class TransferForm(Form):
    """To whom an order goes on, and why."""

    unit = forms.ModelChoiceField(label=_("转给"), queryset=Unit.objects.none())
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    copies = forms.ModelMultipleChoiceField(
        label=pgettext_lazy("order", "抄送"),
        queryset=Unit.objects.none(),
        required=False,
        widget=PickMany,
    )

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        units = receivers(firms=order.from_unit_id is None)
        fields["unit"].queryset = units.exclude(pk__in=[order.unit_id, order.from_unit_id or 0])
        fields["copies"].queryset = receivers().exclude(pk=order.unit_id)


class CopyForm(Form):
    """Which further units see an order."""

    units = forms.ModelMultipleChoiceField(label=_("抄送给"), queryset=Unit.objects.none(), widget=PickMany)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["units"]
        there = order.others.filter(role="copy").values("unit")
        field.queryset = receivers().exclude(pk=order.unit_id).exclude(pk__in=there)


class AssignForm(Form):
    """Which colleague deals with an order."""

    person = forms.ModelChoiceField(label=_("经办人"), queryset=Person.objects.none())

    def __init__(self, *args: Any, people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.queryset = people


class MergeForm(Form):
    """Into which order another one goes."""

    into = forms.ModelChoiceField(
        label=_("并入"), queryset=Order.objects.none(), widget=forms.RadioSelect, required=False
    )
    number = forms.CharField(
        label=_("或填写工单号"),
        max_length=80,
        required=False,
    )
    reason = forms.CharField(
        label=_("说明"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("并单后本单不再单独办理，过程保留；那一张办结时，本单的交办人会收到结果。"),
    )

    def __init__(self, *args: Any, suggested: list[Order], others: QuerySet[Order], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["into"]
        field.queryset = others.filter(pk__in=[one.pk for one in suggested])
        field.empty_label = None
        field.label_from_instance = lambda one: " · ".join(
            str(part) for part in (one, one.unit, one.get_state_display(), one.place) if part
        )
        if not suggested:
            del self.fields["into"]
            self.fields["number"].label = _("并入哪一张（工单号）")
        self._others = others

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        number = data.pop("number", "").strip()
        if number:
            found = self._others.filter(number=number).first()
            if found is None:
                self.add_error("number", _("没有这张未办结的工单。"))
            data["into"] = found
        if not data.get("into") and not self.errors:
            self.add_error("number", _("请选择或填写一张工单。"))
        return data


class ExtensionForm(Form):
    """By when the unit can answer, and why not before."""

    until = forms.DateField(label=_("延至"), help_text=_("到当天下班为止。"))
    reason = forms.CharField(label=_("申请理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
