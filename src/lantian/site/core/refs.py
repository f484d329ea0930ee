"""References to "anything": the one row by which core names a thing of any room."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from lantian.site.core.audit import kind_of
from lantian.site.core.models import Ref


def ref_to(obj: models.Model, *, url: str = "") -> Ref:
    """The reference to a stored thing, made at first and kept up to date with its title and address."""
    told = _told(obj, url)
    ref, made = Ref.objects.get_or_create(kind=kind_of(obj), ident=str(obj.pk), defaults=told)
    if not made and (ref.title, ref.url) != (told["title"], told["url"]):
        ref.title, ref.url = told["title"], told["url"]
        ref.save(update_fields=["title", "url"])
    return ref


def refs_to(things: Iterable[models.Model]) -> dict[tuple[str, str], Ref]:
    """The references to many things by kind and id, as `ref_to` makes each: a few SQL queries for a kind."""
    wanted: dict[tuple[str, str], models.Model] = {(kind_of(one), str(one.pk)): one for one in things}
    there = _known(wanted)
    new = [Ref(kind=key[0], ident=key[1], **_told(one)) for key, one in wanted.items() if key not in there]
    Ref.objects.bulk_create(new, ignore_conflicts=True)  # another may have made one meanwhile
    found = _known(wanted)
    stale = []
    for key, ref in found.items():
        told = _told(wanted[key])
        if (ref.title, ref.url) != (told["title"], told["url"]):
            ref.title, ref.url = told["title"], told["url"]
            stale.append(ref)
    Ref.objects.bulk_update(stale, ["title", "url"], batch_size=200)
    return found


def _known(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Ref]:
    idents: dict[str, list[str]] = {}
    for kind, ident in wanted:
        idents.setdefault(kind, []).append(ident)
    where = Q(pk__in=[])
    for kind, named in idents.items():
        where |= Q(kind=kind, ident__in=named)
    return {(one.kind, one.ident): one for one in Ref.objects.filter(where)}


def _told(obj: models.Model, url: str = "") -> dict[str, str]:
    return {"title": str(obj)[:300], "url": (url or _address(obj))[:300]}


def _address(obj: models.Model) -> str:
    address = getattr(obj, "get_absolute_url", None)
    return str(address()) if callable(address) else ""
