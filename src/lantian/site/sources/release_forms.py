"""Forms and filter of lists that are made public."""

from __future__ import annotations

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.site.core import filters
from lantian.site.core.forms import Form
from lantian.site.sources.queries.publishing import Line

STANDS = (
    ("late", _("逾期未公开")),
    ("drafted", _("已起草，待发布")),
    ("due", _("期限内")),
    ("released", _("已公开")),
    ("open", _("未公开（无期限）")),
    ("empty", _("没有可公开的内容")),
)
TONES = {"late": "red", "drafted": "blue", "due": "amber", "released": "green", "open": "grey", "empty": "grey"}
WAITING = "waiting"


class LineFilter(filters.Filter):
    """Lists by how they stand; without one those with something to tell."""

    q = filters.text(_("搜索"), placeholder=_("清单、公开内容"))
    stands = filters.choice(_("公开情况"), STANDS)

    def where(self) -> Q:
        raise NotImplementedError("lines stand in memory: see keeps()")

    def keeps(self, line: Line, title: str) -> bool:
        """Whether a line is asked for."""
        asked = self.asked
        if asked["stands"]:
            fits = line.stands == asked["stands"] or (asked["stands"] == "late" and line.overdue)
        else:
            fits = line.stands != "empty"
        return fits and asked["q"].casefold() in title.casefold()


class ReleaseForm(Form):
    """Where a list is made public. `seen` is the mark of the list that the page showed."""

    medium = forms.CharField(label=_("发布载体"), max_length=100, help_text=_("在哪里公开，如区政府网站、公告栏。"))
    link = forms.URLField(label=_("网址"), max_length=300, required=False, assume_scheme="https")
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
