"""Control devices of kinds that plans want gone, still in use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.ledgers.parts import device_kinds
from lantian.site.core.checking import Hit
from lantian.site.sources.models import ControlDevice
from lantian.site.sources.reading import said_later


def obsolete_devices(day: dt.date) -> Iterable[Hit]:
    """Devices that run and are of an obsolete kind."""
    gone = {one.key: one for one in device_kinds() if one.obsolete}
    rows = ControlDevice.objects.filter(kind__in=gone, stopped=None, source__ended=None).select_related("source")
    for one in rows.order_by("pk").iterator(chunk_size=2000):
        text = format_lazy(
            _("“{source}”的治理设施“{name}”是{kind}，属应淘汰的简易低效设施。"),
            source=one.source.name, name=one.name, kind=said_later(gone[one.kind].label),
        )  # fmt: skip
        yield Hit(str(one.pk), one.source.area_id, text, (one, one.source), {_("治理工艺"): one.kind})
