"""A simulated truck with its approved route, a trip that kept to it and one that did not."""

from __future__ import annotations

import datetime as dt

from lantian.ledgers.tracks import CHINA
from lantian.site.core import clock
from lantian.site.core.policy import System
from lantian.site.sources import actions, track_files
from lantian.site.sources.models import Listing, Trip

SYSTEM = System("演示数据")
STEP, POINTS = 0.0008, 30  # degrees between points: about 70 m, a minute each
ASIDE = 0.006  # degrees that the wrong trip goes aside: about 500 m


def load() -> None:
    """Routes and trips of the first truck that has a place; once."""
    truck = Listing.objects.filter(ledger="muck_truck", means="done").exclude(source__longitude=None).first()
    if truck is None or Trip.objects.exists():
        return
    assert truck.source.place is not None
    x, y = truck.source.place
    line = f"{x:.6f}, {y:.6f}\n{x + STEP * POINTS:.6f}, {y:.6f}"
    today = clock.today()
    actions.add_route(
        SYSTEM, truck, name="模拟工地至模拟消纳场", geometry=track_files.line_of(line, "wgs84"), hours="22:00-次日6:00",
        act="模拟准运证", valid_from=today - dt.timedelta(days=60),
    )  # fmt: skip
    for ago, aside in ((3, 0.0), (2, ASIDE)):
        began = dt.datetime.combine(today - dt.timedelta(days=ago), dt.time(22, 30), CHINA)
        actions.add_trip(SYSTEM, truck, content=_track(began, x, y, aside), name=f"模拟轨迹{began:%m%d}.csv")


def _track(began: dt.datetime, x: float, y: float, aside: float) -> bytes:
    """Along the route, in its middle so far aside."""
    rows = ["时间,经度,纬度"]
    for k in range(POINTS):
        north = aside if POINTS // 3 <= k < POINTS // 2 else 0.0
        at = began + dt.timedelta(minutes=k)
        rows.append(f"{at:%Y-%m-%d %H:%M:%S},{x + STEP * k:.6f},{y + north:.6f}")
    return "\n".join(rows).encode()
