"""Entries of a list of another office made and changed many at once, as its file brings them: by the rules of
`set_outside_row`, with what it tells, but locked and stored together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.site.core.change import Told, change_among, hold_relations
from lantian.site.core.faults import Fault, WrongState
from lantian.site.core.in_bulk import update
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.sources.models import OutsideList, OutsideRow

Entry = tuple[int | None, Mapping[str, Any]]  # the entry to change, None for a new one; and its values


def prepare_outside_rows(
    actor: Actor, of: OutsideList, entries: Sequence[Entry]
) -> Callable[[], Sequence[Fault | None]]:
    """Entries to be stored together; what it gives stores them, within `change_many`, and says for each what it is
    refused for.
    """

    def store() -> Sequence[Fault | None]:
        now = locked(OutsideList.objects.filter(pk=of.pk)).get()
        if now.withdrawn_at is not None:
            return [WrongState(_("这份名单已经撤下，不能再导入。"))] * len(entries)
        keys = [pk for pk, _values in entries if pk is not None]
        there = locked(OutsideRow.objects.filter(outside_list=of, pk__in=keys)).in_bulk() if keys else {}
        faults: list[Fault | None] = []
        told: list[Told] = []
        for pk, values in entries:
            row = OutsideRow(outside_list=now) if pk is None else there.get(pk)
            faults.append(_fill(actor, now, row, values, told))
        new = [one.obj for one in told if one.before is None]
        hold_relations([one.obj for one in told])
        OutsideRow.objects.bulk_create(new)
        update((one.obj, one.after) for one in told if one.before is not None)
        for one in told:
            one.tell()
        return faults

    return store


def _fill(
    actor: Actor, of: OutsideList, row: OutsideRow | None, values: Mapping[str, Any], told: list[Told]
) -> Fault | None:
    try:
        if row is None:
            raise WrongState(_("它已经被删除。"), remedy=_("请返回列表刷新后再看。"))
        row.outside_list = of
        with change_among(actor, row, "sources.outside.fill", told) as current:
            for name, value in values.items():
                setattr(current, name, value)
    except Fault as fault:
        return fault
    return None
