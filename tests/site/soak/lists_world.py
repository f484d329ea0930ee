"""`python -m tests.site.soak.lists_world`: lays a district with listings and orders at work down; prints it.

Scattered polluters that are being rectified, each kept by its town; orders that wait for their department; orders that
run late; and two listings that look like one, for the checks.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from typing import Any

MANY = int(os.environ.get("SOAK_MANY", "3"))  # listings and orders that are dealt with, each
LATE = 3
SEATS = 8  # people of each group, one for each thread that works


def main() -> None:
    import django

    django.setup()

    print(json.dumps(lay_down()))


def lay_down() -> dict[str, Any]:
    from lantian.site.core import clock
    from lantian.site.core.policy import System
    from lantian.site.orders import actions as orders
    from lantian.site.orders.models import Order
    from lantian.site.org import actions as org
    from lantian.site.org.models import Person
    from lantian.site.sources import actions
    from tests.site.soak.world import PASSWORD, _person

    root = org.add_area(System(), name="青河区", kind="district", code="990101")
    town = org.add_area(System(), name="松溪镇", kind="town", code="990101101", parent=root)
    government = org.add_unit(System(), name="松溪镇政府", kind="town", area=town)
    water = org.add_unit(System(), name="区水务局", kind="department", area=root)
    office = org.add_unit(System(), name="区大气办", kind="other", area=root)
    people = {
        "towns": [_person(f"town-{k}", "liaison", government) for k in range(SEATS)],
        "waters": [_person(f"water-{k}", "liaison", water) for k in range(SEATS)],
        "offices": [_person(f"office-{k}", "air_office", office) for k in range(SEATS)],
    }

    def listed(name: str) -> int:
        made = actions.add_listing(
            System(),
            "scattered_polluter",
            source={"name": name, "area": town},
            attributes={"class": "close", "trade": "石材"},
        )
        made.enter("rectifying", "stopped")
        made.save()
        return int(made.pk)

    first = Person.objects.get(username="office-0")

    def given(title: str) -> int:
        made = orders.create_order(first, kind="excess", area=root, unit=water, title=title)
        return int(orders.issue_order(first, made).pk)

    listings = [listed(f"第{k:03d}号加工点") for k in range(MANY)]
    for name in ("松溪石材加工厂", "松溪石材有限公司"):
        listed(name)
    made = {"listings": listings, "orders": [given(f"第 {k} 件") for k in range(MANY)]}
    late = [given(f"逾期第 {k} 件") for k in range(LATE)]
    past = clock.now() - dt.timedelta(days=20)
    Order.objects.filter(pk__in=late).update(accept_by=past, due_at=past)
    for group in people.values():
        for one in group:
            one["password"] = PASSWORD
    return made | people | {"late": late}


if __name__ == "__main__":
    main()
