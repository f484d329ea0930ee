"""The one filter bar: a GET form of selects and text, with a chip for every filter that is set.

class TaskFilter(Filter):
    q = text(_("搜索"), placeholder=_("编号、名称"))
    unit = choice(_("单位"), lambda: [(u.pk, u.name) for u in Unit.objects.all()])

    def where(self) -> Q:
        asked = self.asked
        where = Q()
        if asked["q"]:
            where &= Q(title__icontains=asked["q"])
        return where

asked = TaskFilter.from_query(request.GET)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from lantian.site.core.faults import Text
from lantian.site.core.forms import style

Choices = Callable[[], Iterable[tuple[Any, Text]]]


def text(label: Text, *, placeholder: Text = "") -> forms.CharField:
    """A search field. The one named `q` is reached with the key `/`."""
    widget = forms.TextInput(attrs={"type": "search", "placeholder": placeholder, "autocomplete": "off"})
    return forms.CharField(label=label, required=False, max_length=100, widget=widget)


class _Choice(forms.ChoiceField):
    """A choice that asks what there is once a form: for what is given, and for what is drawn."""

    def __init__(self, ask: Choices, **kwargs: Any) -> None:
        super().__init__(choices=ask, **kwargs)
        self.ask = ask

    def __deepcopy__(self, memo: Any) -> _Choice:
        made: _Choice = super().__deepcopy__(memo)
        made.choices = cache(self.ask)
        return made


def choice(label: Text, choices: Choices | Iterable[tuple[Any, Text]]) -> forms.ChoiceField:
    """One of several, or all."""

    def with_all() -> list[tuple[Any, Text]]:
        return [("", _("全部")), *(choices() if callable(choices) else choices)]

    return _Choice(with_all, label=label, required=False)


def day(label: Text) -> forms.DateField:
    """A date, for spans of time."""
    return forms.DateField(label=label, required=False, widget=forms.DateInput())


def yes(label: Text) -> forms.BooleanField:
    """On or off."""
    return forms.BooleanField(label=label, required=False)


def holds(words: str, *look_ups: str) -> Q:
    """Rows of which one of the texts holds these words, in capitals or not.

    Words without capitals, as all Chinese ones, are looked for as they are: else PostgreSQL turns every text of every
    row into capitals first, which is half of what such a search costs.
    """
    how = "contains" if words.upper() == words.lower() else "icontains"
    where = Q()
    for look_up in look_ups:
        where |= Q(**{f"{look_up}__{how}": words})
    return where


@dataclass(frozen=True)
class Chip:
    """A filter that is set: its label, its value in words, and the query string without it."""

    label: Text
    value: Text
    without: str


class Filter(forms.Form):
    """Base of a room's filters. A value that cannot be used is left out, never an error page."""

    # Parameters of the table that survive a change of filter.
    KEPT = ("sort",)
    _query: QueryDict

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        style(self)

    @classmethod
    def from_query(cls, query: QueryDict) -> Self:
        """The filter as the address asks for it."""
        form = cls(query)
        form._query = query
        form.is_valid()
        return form

    @property
    def asked(self) -> dict[str, Any]:
        """Every field's value; empty where nothing usable was asked."""
        empty: dict[str, Any] = {name: field.empty_value if isinstance(field, forms.CharField) else None
                                 for name, field in self.fields.items()}  # fmt: skip
        return empty | self.cleaned_data

    def where(self) -> Q:
        """The condition for the query; rooms say it."""
        return Q()

    @property
    def is_active(self) -> bool:
        """Whether anything is asked for."""
        return any(value not in (None, "", False) for value in self.asked.values())

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Hidden fields of the bar: what the table asked for."""
        return [(name, self.data[name]) for name in self.KEPT if self.data.get(name)]

    @property
    def cleared(self) -> str:
        """The query string without any filter."""
        query = QueryDict(mutable=True)
        query.update(dict(self.kept))
        return query.urlencode()

    @property
    def chips(self) -> list[Chip]:
        """A chip for every filter that is set."""
        made = []
        for name, value in self.asked.items():
            if value in (None, "", False):
                continue
            without = self._query.copy()
            without.pop(name, None)
            without.pop("page", None)
            field = self.fields[name]
            words: Text = str(value)
            if isinstance(field, forms.ChoiceField):
                choices: Any = field.choices
                words = next((label for key, label in choices if str(key) == str(value)), str(value))
            elif isinstance(field, forms.BooleanField):
                words = _("是")
            made.append(Chip(field.label or name, words, without.urlencode()))
        return made
