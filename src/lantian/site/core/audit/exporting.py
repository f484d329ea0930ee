"""The trail as a file, for auditors: CSV for a spreadsheet, JSONL with hashes, so that a program can check it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from lantian.site.core import policy
from lantian.site.core.audit.chain import canonical, record
from lantian.site.core.audit.labels import kind_title
from lantian.site.core.models import AuditEvent
from lantian.site.core.table import harmless

FORMATS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson; charset=utf-8"}


def lines(events: Iterable[AuditEvent], form: str) -> Iterator[str]:
    """The file line by line; nothing in a CSV is taken for a formula."""
    return _csv(events) if form == "csv" else (canonical(record(event)) + "\n" for event in events)


def _csv(events: Iterable[AuditEvent]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)

    def line(values: Iterable[Any]) -> str:
        writer.writerow([harmless(str(value)) for value in values])
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text

    heads = [_("序号"), _("时间"), _("姓名"), _("单位"), _("地址"), _("请求编号"), _("操作"), _("操作代码")]
    heads += [_("对象类别"), _("对象编号"), _("对象"), _("说明"), _("之前"), _("之后"), _("附带内容"), _("指纹")]
    yield "\ufeff" + line(heads)  # spreadsheets know UTF-8 by its mark
    for event in events:
        yield line(_cells(event))


def _cells(event: AuditEvent) -> list[Any]:
    at = timezone.localtime(event.at).isoformat(sep=" ", timespec="seconds")
    cells: list[Any] = [event.seq, at, event.person_name, event.unit_name, event.ip, event.request_id]
    cells += [policy.title(event.action), event.action, kind_title(event.kind), event.ident, event.title, event.note]
    return [*cells, *(_json(value) for value in (event.before, event.after, event.facts)), event.hash]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""
