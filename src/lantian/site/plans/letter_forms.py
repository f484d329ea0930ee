"""What letters can be cut by, and the form that hands them out."""

from __future__ import annotations

import re
from typing import Any, Self

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.rulebook.schemas.letters import LetterTemplate
from lantian.site.core import clock, filters
from lantian.site.core.attachments import kinds
from lantian.site.core.deadlines import shifted
from lantian.site.core.faults import Text
from lantian.site.core.forms import Form
from lantian.site.core.policy import Actor
from lantian.site.org.models import Unit
from lantian.site.org.register import Register
from lantian.site.plans import letter_text, states
from lantian.site.plans.actions.letters import COPIES
from lantian.site.plans.models import Letter, Plan
from lantian.site.plans.queries import letters as queries

BETWEEN = re.compile(r"[，,\t]+")


def name_of(form: LetterTemplate) -> str:
    """A template's name in the reader's language."""
    return form.name.en if get_language() == "en" else form.name.zh


class LetterFilter(filters.Filter):
    """Letters by plan, template, state, kind of unit and text."""

    q = filters.text(_("搜索"), placeholder=_("单位、工地、文号"))
    plan = filters.choice(_("方案"), ())
    template = filters.choice(_("模板"), lambda: [(one.id, name_of(one)) for one in letter_text.templates()])
    state = filters.choice(_("状态"), [("unsigned", _("未签")), ("overdue", _("逾期未签")), *states.LETTER.choices])
    kind = filters.choice(_("单位类别"), Unit.Kind.choices)

    @classmethod
    def for_person(cls, person: Actor, query: QueryDict) -> Self:
        """The filter as asked, offering the plans of letters that the person may see: one SQL query."""
        form = cls.from_query(query)
        plans = Plan.objects.filter(pk__in=Letter.objects.visible_to(person).values("plan")).values_list("pk", "title")
        form.fields["plan"].choices = [("", _("全部")), *plans]  # type: ignore[attr-defined]
        form.full_clean()
        return form

    def where(self) -> Q:
        asked = self.asked
        where = Q()
        if asked["q"]:
            q = asked["q"]
            where &= Q(unit__name__icontains=q) | Q(site__icontains=q) | Q(number__icontains=q)
        for name, look_up in (("plan", "plan"), ("template", "template"), ("kind", "unit__kind")):
            if asked[name]:
                where &= Q(**{look_up: asked[name]})
        if asked["state"] in ("unsigned", "overdue"):
            where &= Q(state__in=queries.WAITING)
            if asked["state"] == "overdue":
                where &= Q(due__lt=clock.today())
        elif asked["state"]:
            where &= Q(state=asked["state"])
        return where


class HandOutForm(Form):
    """To whom letters of one template go, and by when they are to come back signed."""

    units = forms.MultipleChoiceField(label=_("发给"), widget=forms.CheckboxSelectMultiple, required=False)
    sites = forms.CharField(
        label=_("工地"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("每行一个：单位，工地名称。单位须是有账号的施工单位。"),
    )
    due = forms.DateField(label=_("签回期限"))
    again = forms.BooleanField(
        label=_("已有的重新发放"), required=False, help_text=_("勾选后，已有责任书的单位领到新的一份，原来的作废。")
    )

    def __init__(self, *args: Any, template: LetterTemplate, plan: Plan, register: Register, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.per_site = template.per_site
        found = queries.Duties(plan, register)
        self.may = queries.readers(found, template.readers)
        self.register = register
        self.fields["due"].initial = shifted(clock.today(), template.days)
        if self.per_site:
            del self.fields["units"]
            return
        del self.fields["sites"]
        there = queries.standing_for(plan, template.id, self.may)
        choices: list[tuple[str, Text]] = []
        for pk in self.may:
            has = there.get((pk, ""))
            name: Text = register.units[pk].name
            if has is not None:
                said = _("{unit}（已有 {number}，任务有变化）") if found.changed(has) else _("{unit}（已有 {number}）")
                name = format_lazy(said, unit=name, number=has.number)
            choices.append((str(pk), name))
        self.fields["units"].choices = choices  # type: ignore[attr-defined]
        self.fields["units"].initial = [str(pk) for pk in self.may if (pk, "") not in there]

    def clean_sites(self) -> list[tuple[Unit, str]]:
        """Lines of unit and site; each wrong one is named."""
        known = self.register.by_name
        found, wrong = [], []
        for number, line in enumerate(self.cleaned_data["sites"].splitlines(), 1):
            if not line.strip():
                continue
            unit, site = (part.strip() for part in (*BETWEEN.split(line.strip(), maxsplit=1), "")[:2])
            if unit not in known:
                wrong.append(str(_("第 {n} 行：没有单位“{unit}”。").format(n=number, unit=unit[:40])))
            elif not site or len(site) > 100:
                wrong.append(str(_("第 {n} 行：请写工地名称，不超过 100 个字。").format(n=number)))
            else:
                found.append((self.register.units[known[unit]], site))
        if wrong:
            raise forms.ValidationError(wrong[:10])
        return found

    @property
    def chosen(self) -> dict[str, Any]:
        """What `actions.create_letters` takes."""
        data = self.cleaned_data
        return {
            "units": [self.register.units[int(pk)] for pk in data.get("units", ())],
            "sites": data.get("sites", ()),
            "due": data["due"],
            "again": data["again"],
        }


def accept() -> str:
    """Endings of files that a signed copy may be, for the field of a page."""
    return kinds.endings(COPIES)
