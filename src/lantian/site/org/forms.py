"""Forms and filters of org."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import filters
from lantian.site.core.forms import Form
from lantian.site.core.policy import OUTSIDE, ROLES
from lantian.site.core.uploads import UploadField
from lantian.site.org.models import Area, Unit
from lantian.site.org.passwords import HouseRules

SEPARATORS = re.compile(r"[\s,，、;；]+")


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(), help_text=help_text)


def _one_of(model: Any, label: Any, *, empty: Any = "", help_text: Any = "") -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        queryset=model.objects.all(), label=label, required=False, empty_label=empty, help_text=help_text
    )


def _password(label: Any, *, autocomplete: str, help_text: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, widget=widget, strip=False, max_length=200, help_text=help_text)


PASSWORD_RULES = lazy(HouseRules().get_help_text, str)()


class LoginForm(Form):
    """Name and password."""

    username = forms.CharField(
        label=_("登录名"), max_length=50, widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = _password(_("口令"), autocomplete="current-password")


class CodeForm(Form):
    """A code of one's phone app."""

    code = forms.RegexField(
        r"^\d{3}\s?\d{3}$",
        label=_("动态口令"),
        error_messages={"invalid": _("动态口令是 6 位数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
    )


class DeclarationForm(Form):
    """What a firm says of itself when it asks for an account."""

    role = forms.ChoiceField(label=_("类别"), choices=[(role, ROLES[role]) for role in OUTSIDE])
    unit_name = forms.CharField(label=_("单位全称"), max_length=100)
    code = forms.CharField(label=_("统一社会信用代码"), max_length=18, help_text=_("18 位，核实后就是登录名。"))
    area = forms.ModelChoiceField(
        queryset=Area.objects.filter(kind="town"), label=_("所在镇街"), empty_label=_("请选择")
    )
    person_name = forms.CharField(label=_("联系人"), max_length=50)
    phone = forms.RegexField(
        r"^[0-9+() -]{5,30}$", label=_("电话"), error_messages={"invalid": _("请填写能联系到的电话号码。")}
    )
    password = _password(_("口令"), autocomplete="new-password", help_text=PASSWORD_RULES)


class PasswordForm(Form):
    """One's own new password."""

    old = _password(_("原口令"), autocomplete="current-password")
    new = _password(_("新口令"), autocomplete="new-password", help_text=PASSWORD_RULES)
    again = _password(_("再输一次新口令"), autocomplete="new-password")

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        if fields.get("new") and fields.get("again") and fields["new"] != fields["again"]:
            self.add_error("again", _("两次输入的新口令不一致。"))
        fields.pop("again", None)
        return fields


class ProfileForm(Form):
    """One's own name and phone."""

    name = forms.CharField(label=_("姓名"), max_length=50)
    phone = forms.CharField(label=_("电话"), max_length=30, required=False)


class AreaForm(Form):
    """An area."""

    name = forms.CharField(label=_("名称"), max_length=100)
    kind = forms.ChoiceField(label=_("类别"), choices=Area.Kind.choices)
    parent = _one_of(Area, _("上级"), empty=_("无（本系统最上级）"))
    code = forms.RegexField(
        r"^[0-9A-Za-z]*$",
        label=_("区划代码"),
        max_length=20,
        required=False,
        error_messages={"invalid": _("代码只含数字和字母。")},
    )
    aliases = forms.CharField(label=_("别名"), required=False, max_length=1000, help_text=_("多个别名用顿号隔开。"))
    valid_from = _day(_("设立日期"))
    valid_to = _day(_("撤销日期"))

    def clean_aliases(self) -> list[str]:
        return [name for name in SEPARATORS.split(self.cleaned_data["aliases"]) if name]


class OutlineForm(Form):
    """An area's outline from a file."""

    file = UploadField(label=_("边界文件"), help_text=_("GeoJSON，面（Polygon 或 MultiPolygon）。原有边界会被替换。"))
    datum = forms.ChoiceField(
        label=_("坐标系"),
        choices=[
            ("wgs84", _("WGS 84（国家 2000 可视为相同）")),
            ("gcj02", _("GCJ-02（高德、腾讯等地图）")),
            ("bd09", _("BD-09（百度地图）")),
        ],
        help_text=_("导入时换算为 WGS 84 保存。"),
    )
    source = forms.CharField(label=_("资料来源"), max_length=300, required=False)


class UnitForm(Form):
    """A unit."""

    name = forms.CharField(label=_("名称"), max_length=100)
    kind = forms.ChoiceField(label=_("类别"), choices=Unit.Kind.choices)
    parent = _one_of(Unit, _("上级单位"), empty=_("无"))
    area = _one_of(Area, _("所在行政区"), empty=_("不限"))
    valid_from = _day(_("设立日期"))
    valid_to = _day(_("撤销日期"), _("机构撤并后填写；历史记录保留。"))


class UnitNameForm(Form):
    """Another name of a unit."""

    name = forms.CharField(label=_("别名或曾用名"), max_length=100)
    valid_from = _day(_("自"))
    valid_to = _day(_("至"))


class NewPersonForm(Form):
    """A person to add."""

    username = forms.CharField(
        label=_("登录名"),
        max_length=50,
        help_text=_("字母、数字或汉字，建立后不再更改。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(label=_("姓名"), max_length=50)
    unit = _one_of(Unit, _("单位"), empty=_("无"))
    phone = forms.CharField(label=_("电话"), max_length=30, required=False)


class PersonForm(Form):
    """A person to change."""

    name = forms.CharField(label=_("姓名"), max_length=50)
    unit = _one_of(Unit, _("单位"), empty=_("无"))
    phone = forms.CharField(label=_("电话"), max_length=30, required=False)


UNIT_NEEDED = _("联络员、网格员、企业、施工和运维单位须指定单位。")


class RoleForm(Form):
    """A role to grant."""

    role = forms.ChoiceField(label=_("角色"), choices=list(ROLES.items()))
    unit = _one_of(
        Unit, _("限于单位"), empty=_("不限"), help_text=_("联络员、网格员、企业、施工和运维单位须指定单位。")
    )
    area = _one_of(Area, _("限于行政区"), empty=_("不限"))
    until = _day(_("有效至"), _("不填为长期。"))


class UnitFilter(filters.Filter):
    """Filter of the list of units."""

    q = filters.text(_("搜索"), placeholder=_("名称、别名、曾用名"))
    kind = filters.choice(_("类别"), Unit.Kind.choices)
    area = filters.choice(_("行政区"), lambda: list(Area.objects.values_list("pk", "name")))
    closed = filters.yes(_("含已撤销"))

    def where(self) -> Q:
        asked, where = self.asked, Q()
        if asked["q"]:
            where &= Q(name__icontains=asked["q"]) | Q(names__name__icontains=asked["q"])
        if asked["kind"]:
            where &= Q(kind=asked["kind"])
        if asked["area"]:
            where &= Q(area_id=asked["area"])
        return where


class PeopleFilter(filters.Filter):
    """Filter of the list of people."""

    q = filters.text(_("搜索"), placeholder=_("姓名、登录名、电话"))
    unit = filters.choice(_("单位"), lambda: list(Unit.objects.values_list("pk", "name")))
    role = filters.choice(_("角色"), list(ROLES.items()))
    state = filters.choice(_("状态"), [("active", _("使用中")), ("disabled", _("已停用"))])

    def where(self) -> Q:
        asked, where = self.asked, Q()
        if asked["q"]:
            where &= Q(name__icontains=asked["q"]) | Q(username__icontains=asked["q"]) | Q(phone__icontains=asked["q"])
        if asked["unit"]:
            where &= Q(unit_id=asked["unit"])
        if asked["role"]:
            where &= Q(grants__role=asked["role"])
        if asked["state"]:
            where &= Q(is_active=asked["state"] == "active")
        return where
