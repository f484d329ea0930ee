"""What the tests of a running campaign do again and again."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.org.models import Person
from lantian.site.org.register import Register
from lantian.site.plans import actions
from lantian.site.plans.models import ProgressReport, Task
from lantian.site.plans.queries import progress as queries

TODAY = dt.date(2026, 4, 20)
ZONE = ZoneInfo("Asia/Shanghai")


def photo(name: str = "现场.jpg") -> tuple[str, SimpleUploadedFile]:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "steelblue").save(content, "JPEG")
    return "photo", SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


def paper(kind: str = "acceptance") -> tuple[str, SimpleUploadedFile]:
    return kind, SimpleUploadedFile("验收单.txt", "验收合格".encode(), "text/plain")


def person(name: str, role: str, unit: Any = None) -> Any:
    made = Person.objects.create(username=name, name=f"演示{name}", unit=unit)
    org.grant_role(System(), made, role=role, unit=unit)
    return made


def written(c: Any, who: Any = None, unit: Any = None, start: Any = None, value: float | None = 12) -> ProgressReport:
    who, unit = who or c.north_liaison, unit or c.north
    report = actions.begin_report(who, c.trucks, unit, c.cycle, start or c.april)
    blank = queries.blanks(Task.objects.get(pk=c.trucks.pk), unit, Register())[0]
    numbers = {} if value is None else {blank.key: value}
    return actions.save_draft(who, report, text="已淘汰一批老旧货车。", percent=20, numbers=numbers)


def submitted(c: Any, **given: Any) -> ProgressReport:
    return actions.submit_report(given.get("who") or c.north_liaison, written(c, **given))


def accepted(c: Any, **given: Any) -> ProgressReport:
    return actions.accept_report(c.office, submitted(c, **given))


def asked(c: Any, **given: Any) -> Any:
    until = given.pop("until", c.trucks.due + dt.timedelta(days=20))
    values = {"kind": "extension", "text": "设备到货推迟", "until": until} | given
    return actions.ask_extension(c.bureau_liaison, c.trucks, c.bureau, **values)


def closing(c: Any, files: Any = None) -> Any:
    files = [photo(), paper()] if files is None else files
    return actions.ask_closing(c.bureau_liaison, c.trucks, c.bureau, text="全部完成。", files=files)
