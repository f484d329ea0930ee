"""Measured values from files: handed in, looked at, written."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from lantian.site.core import jobs, policy
from lantian.site.core.attachments.serving import download
from lantian.site.core.forms import submitted
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.core.sheets.problems import said
from lantian.site.core.table import Column, Table, list_page
from lantian.site.series import actions, queries
from lantian.site.series.forms import FlawFilter, ReadingForm, UploadForm, chosen_owners, factor_label
from lantian.site.series.grid import GRIDS
from lantian.site.series.intake.comparing import NAMES
from lantian.site.series.intake.opening import rules
from lantian.site.series.models import Intake, IntakeFlaw
from lantian.site.series.models.intakes import FLAWS

LISTED = 200  # stations drawn of each kind
INTAKES = Table(
    columns=[
        Column("title", _("文件"), link=lambda row: row.get_absolute_url(), css="wide"),
        Column("source", _("数据来源"), css="minor"),
        Column("state", _("状态"), template="series/intake/state.html", css="nowrap",
               exported=lambda row: row.get_state_display()),
        Column("created_by", _("导入人"), css="minor nowrap"),
        Column("created_at", _("导入时间"), sort="created_at", css="nowrap"),
    ],
    sort="-created_at",
    empty=_("还没有导入过监测数据。"),
    empty_hint=_("把数据文件拖到上面的框里即可开始。"),
    file_name=_("数据导入"),
)  # fmt: skip
FLAW_TABLE = Table(
    columns=[
        Column("file", _("文件"), sort=("file", "row", "pk"), css="minor"),
        Column("row", _("行号"), sort="row", css="number"),
        Column("column", _("列"), css="minor"),
        Column("code", _("原因"), sort="code", css="nowrap", value=lambda row: row.get_code_display()),
        Column("value", _("内容"), css="minor"),
        Column("said", _("说明"), css="wide"),
    ],
    empty=_("没有被拒绝的数据。"),
    file_name=_("没有采用的数据"),
)


@room(
    "series",
    "intakes",
    policy="series.import",
    menu=_("导入监测数据"),
    icon="file-import",
    order=10,
    methods=("GET", "POST"),
)
def intakes_page(request: Request) -> HttpResponseBase:
    """Where files are handed in, and all imports."""
    person = request.person
    reviewer = policy.may(person, "series.review")
    form = UploadForm(request.POST or None, request.FILES or None, reviewer=reviewer)
    if request.method == "POST" and (made := submitted(form, partial(_upload, person))):
        return see_other(made.get_absolute_url())
    return list_page(
        request,
        "series/intake/intakes.html",
        table=INTAKES,
        rows=queries.intakes(person),
        title=_("导入监测数据"),
        form=form,
        limit=filesizeformat(settings.LANTIAN_UPLOAD_MAX),
        most=rules().max_files,
    )


def _upload(person: Any, files: list[Any], source: str, **stage: int) -> Intake:
    return actions.upload_files(person, files, source=source, **stage)


@never_cache
@room("series", "intake", policy="series.import", methods=("GET", "POST"))
def intake_page(request: Request, pk: int) -> HttpResponseBase:
    """One import: how far its job is, what it would bring, or what came of it. A POST says how it is to be read."""
    intake = _found(request, pk)
    form = ReadingForm(request.POST or None, intake=intake)
    if request.method == "POST" and _set(request, intake, form):
        return see_other(intake.get_absolute_url())
    jobs.sweep()
    asked = FlawFilter.from_query(request.GET)
    job, over = intake.job, intake.job is None or intake.job.is_over
    return list_page(
        request,
        "series/intake/intake.html",
        table=FLAW_TABLE,
        rows=IntakeFlaw.objects.filter(asked.where(), intake=intake),
        asked=asked if intake.preview.get("refused") else None,
        title=_("导入预览") if intake.state == "preview" else _("导入监测数据"),
        crumbs=[(_("导入监测数据"), reverse("series:intakes"))],
        intake=intake,
        form=form,
        job=job,
        waiting=intake.state in ("reading", "writing") and not over,
        broken_off=intake.state in ("reading", "writing") and over,
        stalled=job is not None and jobs.waits_long(job),
        follow=True,
        files=intake.files.select_related("attachment"),
        deliveries=intake.deliveries.order_by("since", "pk"),
        owners=queries.owners(request.person).order_by("code")[:2000] if intake.state == "preview" else (),
        **_shown(intake),
    )


def _shown(intake: Intake) -> dict[str, Any]:
    """The preview as the template draws it."""
    told = intake.preview
    stations = list(enumerate(told.get("stations", ())))
    known = [(at, one) for at, one in stations if one["owner"]]
    unknown = [(at, one) for at, one in stations if not one["owner"]]
    total = told.get("total") or dict.fromkeys(NAMES, 0)
    words = dict(FLAWS)
    return {
        "fault": said(told.get("fault")),
        "notes": [said(note) for note in told.get("notes", ())],
        "total": total,
        "to_write": total["new"] + total["changed"],
        "factors": [(factor_label(code), counts) for code, counts in (told.get("factors") or {}).items()],
        "known": known[:LISTED],
        "known_count": len(known),
        "unknown": unknown[:LISTED],
        "unknown_count": len(unknown),
        "refused": [(code, words.get(code, code), count) for code, count in (told.get("refused") or {}).items()],
        "refused_count": sum((told.get("refused") or {}).values()),
        "interval": GRIDS[told["interval"]].label if told.get("interval") else "",
        "since": _moment(told, "since"),
        "until": _moment(told, "until"),
    }


def _moment(told: dict[str, Any], name: str) -> str:
    """A time of the preview, as exact as its interval."""
    length = {"1d": 10, "1mo": 7}.get(told.get("interval", ""), 16)
    return str(told.get(name) or "").replace("T", " ")[:length]


def _set(request: Request, intake: Intake, form: ReadingForm) -> bool:
    if not form.is_valid():
        return False
    codes = dict(queries.owners(request.person).values_list("code", "pk"))
    stations = intake.preview.get("stations", ())
    typed = [
        (one["name"], value)
        for at, one in enumerate(stations)
        if (value := request.POST.get(f"map_{at}")) is not None and (value.split(" ", 1)[0].strip() != one["code"])
    ]
    if extra := request.POST.get("extra_name", "").strip():
        typed.append((extra, request.POST.get("extra_owner", "")))
    chosen, wrong = chosen_owners(typed, codes)
    if wrong:
        form.add_error(None, _("没有这些站点编码：{codes}。").format(codes="、".join(wrong[:10])))
        return False
    return bool(
        submitted(
            form,
            lambda **_clean: actions.set_reading(
                request.person, intake, layout=form.layout(), mapping={**intake.mapping, **chosen}
            ),
        )
    )


@room("series", "intake_confirm", policy="series.deliver", methods=("POST",))
def confirm(request: Request, pk: int) -> HttpResponseBase:
    """Write the good values of the preview that the person read."""
    revision = request.POST.get("revision", "")
    intake = actions.confirm_intake(
        request.person, _found(request, pk), revision=int(revision) if revision.isdecimal() else 0
    )
    return see_other(intake.get_absolute_url())


@room("series", "intake_discard", policy="series.import.discard", methods=("POST",))
def discard(request: Request, pk: int) -> HttpResponseBase:
    """Throw an import away."""
    actions.discard_intake(request.person, _found(request, pk))
    messages.success(request, _("已放弃，没有写入任何内容。"))
    return see_other("series:intakes")


@room("series", "intake_file", policy="series.import")
def file(request: Request, pk: int, file: int) -> HttpResponseBase:
    """A file as it was handed in."""
    found = _found(request, pk).files.select_related("attachment").filter(pk=file).first()
    if found is None:
        raise Http404
    return download(found.attachment)


def _found(request: Request, pk: int) -> Intake:
    found = queries.intakes(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
