"""Sub-plans, lists and an application of the demo, at several steps of their chains; every text says 模拟."""

from __future__ import annotations

import datetime as dt

from django.core.files.base import ContentFile

from lantian.site.core import clock
from lantian.site.core.policy import Actor, System
from lantian.site.demo.progress import morning
from lantian.site.org.models import Person, Unit
from lantian.site.plans import actions
from lantian.site.plans.models import Deliverable, Filing, Plan

SYSTEM = System("演示数据")
MARK = "（模拟）"
STREETS = ("北桥街道办事处", "南桥街道办事处", "松溪街道办事处")
REVIEWER = "区城市管理委"
LEDGERS = {"餐饮单位油烟治理台账": "catering", "裸露地面清单": "bare_land", "施工工地清单": "construction_site"}


def load(office: Person, leader: Person) -> None:
    """Order a few and send them on. Does nothing a second time."""
    plan = Plan.objects.filter(origin__isnull=False).order_by("pk").first()
    if plan is None or Deliverable.objects.exists():
        return
    today = clock.today()
    with clock.as_of(morning(today - dt.timedelta(days=30))):
        towns = _order(office, plan, "餐饮单位油烟治理台账", STREETS, due=today + dt.timedelta(days=6))
        late = _order(office, plan, "裸露地面清单", STREETS[:2], due=today - dt.timedelta(days=9))
        filed = _order(office, plan, "施工工地清单", ["区住房城乡建设委"], due=today + dt.timedelta(days=2))
        sub = _order(office, plan, "扬尘污染综合管控分方案", ["区住房城乡建设委"], due=today + dt.timedelta(days=12))
    with clock.as_of(morning(today - dt.timedelta(days=12))):
        _walk(sub.filings.get(), SYSTEM, office)
    for street in STREETS[1:]:  # today: what they file is the ledger as it was just laid down
        _walk(towns.filings.get(unit__name=street), SYSTEM, SYSTEM)
    _walk(late.filings.get(unit__name=STREETS[1]), SYSTEM)
    _walk(filed.filings.get(), SYSTEM, SYSTEM, office, leader, office)
    _application()


def _order(office: Person, plan: Plan, title: str, owners: list[str] | tuple[str, ...], *, due: dt.date) -> Deliverable:
    reviewer = [Unit.objects.get(name=REVIEWER)]
    subplan = title.endswith("分方案")
    return actions.add_deliverable(
        office,
        area=plan.area,
        plan=plan,
        kind="subplan" if subplan else "list",
        title=f"{MARK}{title}",
        chain="chain-subplan" if subplan else "chain-list-consent",
        owners=list(Unit.objects.filter(name__in=owners).order_by("name")),
        each=len(owners) > 1,
        ledger=LEDGERS.get(title, ""),
        due=due,
        parties={} if subplan else {"review": reviewer, "gather": reviewer},
        outside={} if subplan else {"city": "云岭市大气办"},
    )


def _walk(filing: Filing, *actors: Actor) -> None:
    """Send a filing on, one step by each."""
    for actor in actors:
        filing = Filing.objects.get(pk=filing.pk)
        needs = filing.step.needs if filing.step else ()
        given = actions.Given(
            text=f"{MARK}同意。",
            files=[_paper("清单")] if "file" in needs and not filing.deliverable.ledger else [],
            receipts=[_paper("回执")] if "receipt" in needs else [],
            number=f"云气办函〔{clock.today().year}〕8号" if "number" in needs else "",
            on=clock.today() if "date" in needs else None,
            signer="演示科长" if "signer" in needs else "",
        )
        actions.pass_on(actor, filing, given)


def _application() -> None:
    """A contractor asks to dig in the heating season; the department has it."""
    site = Person.objects.filter(username="demo-site").first()
    if site is None or site.unit is None:
        return
    today = clock.today()
    made = actions.apply_for_exemption(
        site,
        site.unit,
        chain="chain-exemption",
        title=f"{MARK}供热管网抢修工程",
        text=f"{MARK}涉及居民供暖，须在采暖季开挖沟槽。",
        files=[_paper("申请书")],
        valid_from=today + dt.timedelta(days=20),
        valid_to=today + dt.timedelta(days=50),
    )
    actions.assign_parties(SYSTEM, made, units=[Unit.objects.get(name=REVIEWER)])


def _paper(name: str) -> ContentFile[bytes]:
    return ContentFile(f"{MARK}{name}内容。".encode(), f"模拟{name}.txt")
