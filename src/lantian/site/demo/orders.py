"""Orders of the demo, in every state, some of them late. All 模拟."""

from __future__ import annotations

import datetime as dt
import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from lantian.rulebook.working_time import hours_after, hours_before
from lantian.site.core import clock
from lantian.site.core.policy import Actor
from lantian.site.demo.desk import photo
from lantian.site.demo.progress import SYSTEM
from lantian.site.demo.streets import place_in
from lantian.site.orders import actions, escalation
from lantian.site.orders.actions.common import Spot
from lantian.site.orders.models import Order
from lantian.site.orders.states import HANDLERS
from lantian.site.org.models import Area, Person, Unit

SWEPT_DAYS = 12


@dataclass
class Script:
    """One order of the demo and the hours at which things happen to it."""

    entry: dict[str, Any]
    office: Person
    handler: Actor
    spot: Spot
    began: dt.datetime

    def at(self, hours: float, act: Callable[[], Any]) -> Any:
        """Do something so many working hours after it was handed out."""
        with clock.as_of(hours_after(self.began, hours)):
            return act()

    def answer(self, order: Order, hours: float, text: str = "（模拟数据）已到现场处置，问题已解决。") -> Order:
        """The unit answers with all the evidence that may be asked for."""
        files = [photo(), SimpleUploadedFile("模拟处置结果.txt", "（模拟数据）处置结果。".encode(), "text/plain")]
        answered: Order = self.at(
            hours, lambda: actions.answer_order(self.handler, order, text=text, files=files, spot=self.spot)
        )
        return answered


def load(office: Person) -> None:
    """Orders as the script says. Does nothing a second time."""
    if Order.objects.exists():
        return
    script = tomllib.loads(resources.files(__package__).joinpath("orders.toml").read_text(encoding="utf-8"))
    now, chance = timezone.localtime(clock.now()), random.Random(5)
    entries = sorted(script["order"], key=lambda one: -one["ago"])
    for entry in entries:
        _one(office, entry, hours_before(now, entry["ago"]), chance)
    for back in range(SWEPT_DAYS, -1, -1):  # what the hourly look would have found on the way
        for hour in (12, 18):
            moment = now.replace(hour=hour, minute=10) - dt.timedelta(days=back)
            if moment <= now:
                with clock.as_of(moment):
                    escalation.take_steps()


def _one(office: Person, entry: dict[str, Any], began: dt.datetime, chance: random.Random) -> None:
    street = Area.objects.get(name=entry["street"])
    unit = Unit.objects.get(name=entry.get("unit") or f"{street.name}办事处")
    giver = Unit.objects.get(name=entry["giver"]) if entry.get("giver") else None
    before = Area.objects.filter(kind=Area.Kind.TOWN, code__lt=street.code)
    longitude, latitude = place_in(before.count(), chance)
    where: dict[str, Any] = {"longitude": longitude, "latitude": latitude} if entry["place"] else {}
    with clock.as_of(began):
        order = actions.create_order(
            SYSTEM if giver else office,
            kind=entry["kind"],
            area=street,
            unit=unit,
            title=entry["title"],
            text="（模拟数据）请到现场核实处置，按期反馈。",
            place=entry["place"],
            origin=entry.get("origin", "orders.hand"),
            from_unit=giver,
            copies=[Unit.objects.get(name="区城管执法局")] if entry["kind"] in ("dust", "lead") else [],
            files=[photo()] if entry["kind"] in ("dust", "burning") else [],
            **where,
        )
        if entry["path"] == "draft":
            return
        order = actions.issue_order(SYSTEM if giver else office, order)
    handler = Person.objects.filter(grants__role__in=HANDLERS, grants__unit=unit).order_by("username").first()
    spot = Spot(longitude, latitude) if entry["place"] else Spot(words="单位办公室")
    _go(Script(entry, office, handler or SYSTEM, spot, began), order)


def _go(script: Script, order: Order) -> None:
    """The way of one order."""
    path, office, handler, ago = script.entry["path"], script.office, script.handler, script.entry["ago"]
    if path in ("issued", "late_issued"):
        return
    if path == "declined":
        script.at(2, lambda: actions.decline_order(handler, order, reason="（模拟数据）属于商务部门职责。"))
        return
    if path == "withdrawn":
        script.at(2, lambda: actions.withdraw_order(office, order, reason="（模拟数据）误报。"))
        return
    if path == "merged":
        into = Order.objects.get(title=script.entry["into"], area=order.area)
        script.at(1, lambda: actions.merge_order(office, order, into, reason="（模拟数据）同一件事。"))
        return
    if path == "transferred":
        there = Unit.objects.get(name=f"{script.entry['street']}办事处")
        script.at(3, lambda: actions.transfer_order(office, order, there, reason="（模拟数据）属地先行排查。"))
        return
    script.at(0.5, lambda: actions.accept_order(handler, order))
    if path in ("noted", "extension", "granted"):
        script.at(2, lambda: actions.note_order(handler, order, text="（模拟数据）已到现场查看。", files=[photo()]))
    if path in ("extension", "granted"):
        until = (hours_after(script.began, ago) + dt.timedelta(days=20)).date()
        asked = script.at(
            3, lambda: actions.ask_extension(handler, order, until=until, reason="（模拟数据）等待设备到货。")
        )
        if path == "granted":
            script.at(4, lambda: actions.grant_extension(office, asked))
    if path in ("answered", "closed", "returned", "returned_closed", "finished"):
        order = script.answer(order, 3)
    if path in ("answered_late", "closed_late"):
        order = script.answer(order, min(ago - 0.5, 20))
    if path in ("returned", "returned_closed"):
        order = script.at(8, lambda: actions.return_order(office, order, reason="（模拟数据）照片看不清，请补拍。"))
    if path == "returned_closed":
        order = script.answer(order, 10, "（模拟数据）已补拍照片。")
    if path in ("closed", "closed_late", "returned_closed"):
        script.at(min(ago - 0.25, 24), lambda: actions.close_order(office, order, text="（模拟数据）现场核查无误。"))
