"""References to "anything": the one row by which core names a thing of any room."""

from __future__ import annotations

from django.db import models

from lantian.site.core.audit import kind_of
from lantian.site.core.models import Ref


def ref_to(obj: models.Model, *, url: str = "") -> Ref:
    """The reference to a stored thing, made at first and kept up to date with its title and address."""
    told = {"title": str(obj)[:300], "url": (url or _address(obj))[:300]}
    ref, made = Ref.objects.get_or_create(kind=kind_of(obj), ident=str(obj.pk), defaults=told)
    if not made and (ref.title, ref.url) != (told["title"], told["url"]):
        ref.title, ref.url = told["title"], told["url"]
        ref.save(update_fields=["title", "url"])
    return ref


def _address(obj: models.Model) -> str:
    address = getattr(obj, "get_absolute_url", None)
    return str(address()) if callable(address) else ""
