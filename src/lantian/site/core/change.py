"""The one way to write: policy, lock, one transaction, one audit event, typed errors.

def accept_report(actor, report, *, note=""):
    with change(actor, report, "plans.report.accept", note=note) as report:
        REPORT.step(report, "accept")
        report.reviewed_by, report.reviewed_at = actor, clock.now()
    return report
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from lantian.site.core import audit, policy
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.locks import locked

__all__ = [
    "Invalid",
    "Parts",
    "Refused",
    "WrongState",
    "change",
    "change_among",
    "change_many",
    "hold_relations",
    "one_of_many",
]

M = TypeVar("M", bound=models.Model)
# Differences of the bulk action that is going on, which tells of all that is done within it.
_gathered: ContextVar[list[dict[str, Any]] | None] = ContextVar("gathered", default=None)


@contextmanager
def change(actor: policy.Actor, target: M | type[M], action: str, *, note: str = "", **facts: Any) -> Iterator[M]:
    """Change one thing (or make it, or remove it) as one action of the policy table.

    Parameters
    ----------
    target : a stored object, which is read anew under a row lock; an unsaved object or a model class, to make one
    action : name in the policy table, e.g. `plans.confirm`
    note : reason in the person's words
    facts : what else the audit event should tell; a bulk action passes its differences here. May be a mutable value
        that the body fills, as it is read at the end

    Yields
    ------
    The object to work on. What the body sets is validated and saved at the end; a body that needs its key before that
    saves it itself; a body that deletes it makes a removal.

    Raises
    ------
    Refused : the actor may not
    Invalid : a field does not pass the model's validation, or the thing exists already
    WrongState : raised by the life cycle inside the body
    Nothing is stored when anything is raised.
    """
    try:
        with transaction.atomic():
            obj, before = _opened(target)
            policy.require(actor, action, obj)
            stood = policy.scope(obj)
            yield obj
            if before is not None and obj.pk is not None and policy.scope(obj) != stood:
                policy.require(actor, action, obj)  # nobody moves a thing to where they may not act
            if obj.pk is not None or before is None:
                obj.full_clean(validate_unique=True)
                obj.save()
                after = audit.snapshot(obj)
                changed = audit.differences(before or {}, after)
                told = (changed[0] if before is not None else None, changed[1])
                _tell(actor, action, obj, before=told[0], after=told[1], note=note, **facts)
            else:
                obj.pk = before[obj._meta.pk.attname]
                _tell(actor, action, obj, before=before, after=None, note=note, **facts)
                obj.pk = None
    except ValidationError as error:
        raise _invalid(error) from error
    except IntegrityError as error:
        raise Invalid(_("已经有相同的记录，或它正被别处使用，没有保存。"), remedy=_("请核对后重试。")) from error


@contextmanager
def change_many(actor: policy.Actor, target: M | type[M], action: str, *, note: str = "", **facts: Any) -> Iterator[M]:
    """Do many actions as one: each asks its own policy and saves its own thing, all in one transaction; the audit
    trail gets one event, with what each of them changed as its `differences`.

    Where one of them may fail without the others, it stands in `one_of_many()`.
    """
    differences = audit.Plain()
    with change(actor, target, action, note=note, differences=differences, **facts) as obj:
        token = _gathered.set(differences)
        try:
            yield obj
        finally:
            _gathered.reset(token)


@contextmanager
def one_of_many() -> Iterator[None]:
    """A part of `change_many` that is undone by itself when it raises: in the database, and in what will be told."""
    gathered = _gathered.get()
    told = len(gathered or ())
    try:
        with transaction.atomic():
            yield
    except BaseException:
        del (gathered or [])[told:]
        raise


class Parts:
    """What a very long bulk action tells, in events of some thousand differences each: one event of all would not fit
    into memory. They are kept packed and told at the end, as whoever tells an event lets everybody wait who has one to
    tell. All are of one transaction, and each is found from the things that it tells of."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.packed: list[bytes] = []

    def pack(self) -> None:
        """Put away what the bulk action that is going on has gathered, where that is enough for an event."""
        gathered = _gathered.get()
        if gathered is not None and len(gathered) >= self.most:
            self.packed.append(zlib.compress(json.dumps(audit.plain(gathered), ensure_ascii=False).encode()))
            gathered.clear()

    def tell(self, actor: policy.Actor, obj: models.Model, action: str, **facts: Any) -> None:
        """An event for each part; the event of the bulk action itself tells what is left."""
        for number, part in enumerate(self.packed, 1):
            differences = audit.Plain(json.loads(zlib.decompress(part)))
            audit.append(actor, action, obj, differences=differences, part=number, **facts)


@dataclass
class Told:
    """What will be told of a thing that is stored together with others, when it is stored."""

    actor: policy.Actor
    action: str
    obj: Any
    before: dict[str, Any] | None
    after: dict[str, Any]
    facts: dict[str, Any]

    def tell(self) -> None:
        """Tell of it, within the bulk action; of a new thing with the keys that it has by now."""
        if self.before is None:
            keys = (one for one in self.obj._meta.concrete_fields if one.primary_key or one.is_relation)
            self.after |= {one.attname: getattr(self.obj, one.attname) for one in keys}
        _tell(self.actor, self.action, self.obj, before=self.before, after=self.after, **self.facts)


@contextmanager
def change_among(actor: policy.Actor, obj: M, action: str, told: list[Told], **facts: Any) -> Iterator[M]:
    """Change (or make) one of many things that a bulk action stores together: policy, validation and what is told of it
    as in `change`, but reading, lock and storing, which are done for all at once.

    Parameters
    ----------
    obj : a stored object as it is now, under lock; or a new one
    told : gets what is to be told once all are stored, in the order in which `change_many` within one another tells it

    Raises
    ------
    Refused, Invalid : as `change`. That what it refers to is still there, and that it is unique, the database holds:
        where it does not, nothing is stored and the things are to be changed one by one
    """
    before = None if obj.pk is None else audit.snapshot(obj)
    policy.require(actor, action, obj)
    stood, place = policy.scope(obj), len(told)
    yield obj
    if before is not None and policy.scope(obj) != stood:
        policy.require(actor, action, obj)
    _check(obj)
    after = audit.snapshot(obj)
    if before is not None:
        before, after = audit.differences(before, after)
    told.insert(place, Told(actor, action, obj, before, after, facts))


def hold_relations(things: Sequence[models.Model]) -> None:
    """See that what many things refer to is still there, before they are stored: one query for each relation.

    Raises
    ------
    IntegrityError : some of it is gone; changed one by one, the things say which
    """
    for one in _relations(things[0]) if things else ():
        keys = {getattr(thing, one.attname) for thing in things} - {None}
        if keys and one.related_model._base_manager.filter(pk__in=keys).count() < len(keys):
            raise IntegrityError(f"{one.name}: gone")


def _relations(obj: models.Model) -> list[Any]:
    return [one for one in obj._meta.concrete_fields if one.is_relation]


def _check(obj: models.Model) -> None:
    """Validate without a look at the database: relations that are set were read from it."""
    known = obj._state.fields_cache
    there = [one.name for one in _relations(obj) if getattr(obj, one.attname) is not None or known.get(one.name)]
    try:
        obj.full_clean(exclude=there, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise _invalid(error) from error


def _tell(
    actor: policy.Actor,
    action: str,
    obj: models.Model,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    note: str = "",
    **facts: Any,
) -> None:
    """One event; within a bulk action one of its differences. Those of a bulk action within another stand beside it, so
    that every thing is found in one way."""
    gathered = _gathered.get()
    if gathered is None:
        audit.append(actor, action, obj, before=before, after=after, note=note, **facts)
        return
    parts = facts.pop("differences", ())
    told = {"kind": audit.kind_of(obj), "ident": str(obj.pk), "title": str(obj)[:300], "action": action}
    loose = audit.plain(told | ({"note": note} if note else {}) | facts)
    gathered.append({**loose, "before": before, "after": after})  # snapshots are plain
    gathered.extend(parts)


def _opened(target: M | type[M]) -> tuple[M, dict[str, Any] | None]:
    """The object to work on, and how it was before; None for one that is new."""
    if isinstance(target, type):
        return target(), None
    if target.pk is None or target._state.adding:
        return target, None
    manager = type(target)._default_manager
    fresh = locked(manager.filter(pk=target.pk)).first()
    if fresh is None:
        raise WrongState(_("它已经被删除。"), remedy=_("请返回列表刷新后再看。"))
    return fresh, audit.snapshot(fresh)


def _invalid(error: ValidationError) -> Invalid:
    if hasattr(error, "error_dict"):
        fields = {
            ("" if name == "__all__" else name): " ".join(str(text) for text in texts)
            for name, texts in error.message_dict.items()
        }
        loose = fields.pop("", "")
        return Invalid(loose or _("有内容填写不正确，没有保存。"), fields=fields)
    return Invalid(" ".join(str(text) for text in error.messages))
