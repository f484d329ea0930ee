"""What lies on desks in the demo today: reports of this period, requests for more time, closings. All marked 模拟."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Iterable, Iterator

from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from PIL import Image, ImageDraw

from lantian.site.core import clock
from lantian.site.demo.progress import SYSTEM, report
from lantian.site.org.models import Person, Unit
from lantian.site.org.register import Register
from lantian.site.plans import actions
from lantian.site.plans.models import Closing, ExtensionRequest, Plan, ReportCycle, Task
from lantian.site.plans.queries import progress as queries
from lantian.site.plans.windows import windows

SHARE = 0.8  # of the work that would be done by now
WAITING = 6
SIGNER = "演示审核人"
REASON = "（模拟数据）设备到货推迟，需要延长工期。"
DONE = "（模拟数据）已经完成并通过现场核查。"


def load(office: Person, leader: Person) -> None:
    """This period's reports in every state, three requests and two closings. Does nothing a second time."""
    plan = Plan.objects.filter(origin__isnull=False).order_by("pk").first()
    if plan is None or ExtensionRequest.objects.filter(task__plan=plan).exists():
        return
    chance = random.Random(29)
    for cycle in plan.cycles.filter(state="active"):
        _period(office, cycle, chance)
    tasks = list(plan.tasks.filter(due__isnull=False).order_by("due").prefetch_related("roles__unit"))
    _requests(office, leader, tasks)
    _closings(office, [task for task in tasks if task.percent])


def _period(office: Person, cycle: ReportCycle, chance: random.Random) -> None:
    """About half of the units have reported on the period that runs; the demo's liaisons have it before them."""
    window = windows(cycle, clock.today())[-1]
    register = Register()
    theirs = set(Person.objects.filter(grants__role="liaison").values_list("unit", flat=True))
    cells = [cell for cell in queries.cells(cycle, window, register) if cell.unit not in theirs]
    chosen = chance.sample(cells, len(cells) * 3 // 5)
    made = [report(cell.task, register.units[cell.unit], cycle, window, SHARE, chance) for cell in chosen]
    returned, accepted = made[WAITING : WAITING + 1], made[WAITING + 1 :]  # the first of them wait
    for one in returned:
        actions.return_report(office, one, reason="模拟：数字与上月相比减少，请核对。")
    if accepted:
        actions.accept_reports(office, cycle, accepted)


def _requests(office: Person, leader: Person, tasks: Iterable[Task]) -> None:
    """One request granted, one before the leader, one that the air office has still to look at."""
    found = _with_lead(task for task in tasks if task.due and task.due < clock.today())
    until = clock.today() + dt.timedelta(days=45)
    granted, consenting, _asked = (
        actions.ask_extension(SYSTEM, task, unit, kind="extension", text=REASON, until=until)
        for task, unit in (next(found) for _ in range(3))
    )
    for one in (granted, consenting):
        actions.forward_extension(office, one)
    actions.grant_extension(office, actions.consent_extension(leader, granted))


def _closings(office: Person, tasks: Iterable[Task]) -> None:
    """One task closed on its evidence, one whose closing waits."""
    found = _with_lead(sorted(tasks, key=lambda task: -(task.percent or 0)))
    closed, _waiting = (_closing(*next(found)) for _ in range(2))
    actions.close_task(office, closed, signer=SIGNER)


def _closing(task: Task, unit: Unit) -> Closing:
    files = [(kind, photo() if kind == "photo" else _paper()) for kind in actions.needed(task)]
    return actions.ask_closing(SYSTEM, task, unit, text=DONE, files=files)


def _with_lead(tasks: Iterable[Task]) -> Iterator[tuple[Task, Unit]]:
    for task in tasks:
        for role in task.roles.all():
            if role.role == "lead" and role.unit is not None and role.unit.kind != "group":
                yield task, role.unit
                break


def photo(name: str = "模拟现场照片.jpg") -> SimpleUploadedFile:
    """A picture that says that it is none."""
    picture = Image.new("RGB", (640, 480), (143, 178, 152))
    ImageDraw.Draw(picture).text((24, 24), "SIMULATED", fill=(255, 255, 255), font_size=48)
    content = io.BytesIO()
    picture.save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


def _paper() -> SimpleUploadedFile:
    document = Document()
    document.add_paragraph("（模拟数据）验收材料。这份文件只用于演示。")
    content = io.BytesIO()
    document.save(content)
    return SimpleUploadedFile("模拟验收材料.docx", content.getvalue())
