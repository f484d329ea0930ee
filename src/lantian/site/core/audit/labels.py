"""An event's differences as a person reads them: names of fields, words for choices, titles for numbers of rows."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from lantian.site.core.audit.chain import MASK
from lantian.site.core.faults import Text

NOTHING: tuple[Any, ...] = (None, "", [], {})
# Longer texts are shown whole: comparing them character by character would take long and help nobody.
COMPARED = 2000
ALIKE = 0.3


@dataclass(frozen=True)
class Change:
    """One field: its name for the reader, and both values. `pieces` is (sign, text) of a text that was edited."""

    field: str
    label: Text
    before: Any
    after: Any
    pieces: tuple[tuple[str, str], ...] = ()


def kind_title(kind: str) -> Text:
    """A kind of thing for the reader; its key where the model has no name of its own."""
    model = _model(kind)
    named = model is not None and "verbose_name" in model._meta.original_attrs
    return (model._meta.verbose_name or kind) if model is not None and named else kind


class Titles:
    """Titles of the rows that the foreign keys of several differences name: one SQL query for each model."""

    def __init__(self, told: Iterable[Mapping[str, Any]]) -> None:
        wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
        for one in told:
            model = _model(str(one.get("kind", "")))
            for side in (one.get("before"), one.get("after")):
                for name, value in (side if isinstance(side, Mapping) else {}).items():
                    field = _field(model, name)
                    if isinstance(field, models.ForeignKey) and isinstance(value, int | str):
                        wanted[field.related_model].add(value)
        self._rows = {model: model._base_manager.in_bulk(list(keys)) for model, keys in wanted.items()}

    def of(self, field: models.ForeignKey[Any, Any], value: Any) -> Any:
        """A row's title with its key; the key alone where there is no such row any more."""
        found = self._rows.get(field.related_model, {}).get(value) if isinstance(value, int | str) else None
        return value if found is None else f"{found}（{value}）"


def changes(
    kind: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, titles: Titles | None = None
) -> list[Change]:
    """What changed, field by field; one SQL query for each model that a foreign key leads to, none with `titles`."""
    titles = titles or Titles([{"kind": kind, "before": before, "after": after}])
    before, after = before or {}, after or {}
    model, told = _model(kind), []
    for name in dict.fromkeys([*after, *before]):
        was, now = before.get(name), after.get(name)
        if was in NOTHING and now in NOTHING:
            continue
        field = _field(model, name)
        if field is None:
            told.append(_change(name, name, was, now))
            continue
        words = _words(field, [was, now], titles)
        told.append(_change(name, field.verbose_name, words[0], words[1]))
    return told


def _change(name: str, label: Text, was: Any, now: Any) -> Change:
    if isinstance(was, str) and isinstance(now, str) and MASK in (was[:3], now[:3]):
        return Change(name, label, _("（保密）"), _("（已更改，内容保密）"))
    if isinstance(was, list) and isinstance(now, list):
        was, now = [_short(one) for one in was], [_short(one) for one in now]
    return Change(name, label, _shown(was), _shown(now), _pieces(was, now))


def _shown(value: Any) -> Any:
    if isinstance(value, Mapping):
        return "；".join(f"{name}：{_short(one)}" for name, one in value.items())
    if isinstance(value, str) and value.startswith("sha256:"):
        return _("（内容较长，指纹 {digest}）").format(digest=value[7:19])
    return value


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + str(_shown(value)) + "}"
    return "、".join(_short(one) for one in value) if isinstance(value, list) else str(value)


def _pieces(was: Any, now: Any) -> tuple[tuple[str, str], ...]:
    """A text that was edited as kept (=), taken away (-) and added (+) pieces; nothing when hardly anything is kept."""
    if not (isinstance(was, str) and isinstance(now, str) and was and now and max(len(was), len(now)) <= COMPARED):
        return ()
    if was.startswith("sha256:") or re.fullmatch(r"[\d.:+\-T Z]*", was):
        return ()
    matcher = difflib.SequenceMatcher(None, was, now, autojunk=False)
    if matcher.ratio() < ALIKE:
        return ()
    pieces: list[tuple[str, str]] = []
    for what, i, j, k, m in matcher.get_opcodes():
        if what == "equal":
            pieces.append(("=", was[i:j]))
            continue
        pieces += [("-", was[i:j])] if j > i else []
        pieces += [("+", now[k:m])] if m > k else []
    return tuple(pieces)


def _words(field: models.Field[Any, Any], values: list[Any], titles: Titles) -> list[Any]:
    if isinstance(field, models.ForeignKey):
        return [titles.of(field, value) for value in values]
    if field.choices:
        choices = dict(field.flatchoices)
        return [choices.get(value, value) if isinstance(value, str | int) else value for value in values]
    if isinstance(field, models.DateTimeField):
        return [_parsed(parse_datetime, value) for value in values]
    if isinstance(field, models.DateField):
        return [_parsed(parse_date, value) for value in values]
    return values


def _parsed(parse: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return parse(value) or value
    except ValueError:
        return value


def _model(kind: str) -> type[models.Model] | None:
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None


def _field(model: type[models.Model] | None, name: str) -> models.Field[Any, Any] | None:
    if model is None:
        return None
    by_column = {field.attname: field for field in model._meta.concrete_fields}
    try:
        field = by_column.get(name) or model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, models.Field) else None
