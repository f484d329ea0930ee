"""Responsibility letters of the demo: handed out to streets, departments and firms, most of them signed. All 模拟."""

from __future__ import annotations

import datetime as dt

from lantian.site.core import clock
from lantian.site.demo.desk import photo
from lantian.site.demo.progress import SYSTEM
from lantian.site.org.models import Person
from lantian.site.org.register import Register
from lantian.site.plans import actions
from lantian.site.plans.models import Letter, Plan
from lantian.site.plans.queries import letters as queries

AGO = dt.timedelta(days=60)
UNSIGNED, WAITING = 3, 2
SITES = ("演示一号工地", "演示二号工地")


def load(office: Person) -> None:
    """Letters of the first plan. Does nothing a second time."""
    plan = Plan.objects.filter(origin__isnull=False).order_by("pk").first()
    if plan is None or Letter.objects.filter(plan=plan).exists():
        return
    register = Register()
    found = queries.Duties(plan, register)
    units = [register.units[pk] for pk in queries.readers(found, ("town", "department"))]
    theirs = set(Person.objects.filter(grants__role="liaison").values_list("unit", flat=True))
    with clock.as_of(clock.now() - AGO):
        batch = actions.create_letters(office, plan, "letter-unit", units=units)
        _sign(office, [one for one in batch.letters.select_related("unit") if one.unit_id not in theirs])
    actions.create_letters(
        office, plan, "letter-firm", units=[register.units[pk] for pk in queries.readers(found, ("firm",))]
    )
    builders = [register.units[pk] for pk in queries.readers(found, ("contractor",))]
    if builders:
        actions.create_letters(office, plan, "letter-site", sites=[(builders[0], site) for site in SITES])


def _sign(office: Person, letters: list[Letter]) -> None:
    """All but a few hand their copies in; the last of these wait to be looked at."""
    handed_in = [actions.hand_in_letter(SYSTEM, one, [photo("模拟签字件.jpg")]) for one in letters[UNSIGNED:]]
    for one in handed_in[:-WAITING]:
        actions.confirm_letter(office, one)
