"""The life of an import: files handed in, read and looked at, written as deliveries or thrown away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import models, transaction
from django.template.defaultfilters import filesizeformat
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lantian.site.core import attachments, clock, jobs, policy
from lantian.site.core.attachments import path_of, safe_name
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.models import Attachment
from lantian.site.core.policy import Actor, System
from lantian.site.org.models import Area, Unit
from lantian.site.series import states  # noqa: F401 - declares the policies
from lantian.site.series.actions.delivering import deliver
from lantian.site.series.intake import reading
from lantian.site.series.intake.opening import MB, examine, rules
from lantian.site.series.models import Intake, IntakeFile, IntakeFlaw, Stage

Tell = Callable[..., None]
STATE = Intake.State
READ, WRITE = "series.read_intake", "series.write_intake"


def upload_files(
    actor: Actor, files: Sequence[attachments.Upload], *, source: str, stage: int = Stage.REALTIME
) -> Intake:
    """Take files of measured values in, and have them read in the background; nothing is written but the preview.

    Raises
    ------
    Refused : not for this person; values reviewed further need who may review
    Invalid : no file, too many or too large ones, or one of no kind that can be read
    """
    _bounded(files)
    area, unit = _home(actor)
    names = [safe_name(str(getattr(file, "name", "") or "file")) for file in files]
    made = Intake(title=_title(names), source=source.strip()[:100], area=area, unit=unit, stage=stage)
    with change(actor, made, "series.import", files=names) as made:
        if stage > Stage.REALTIME:
            policy.require(actor, "series.review", made)
        made.created_by_id = actor.pk if isinstance(actor, models.Model) else None
        made.save()
        for file, name in zip(files, names, strict=True):
            kept = attachments.store(file, name, actor)
            examine(path_of(kept), name)
            IntakeFile.objects.create(intake=made, attachment=kept, name=name)
    return _by_job(actor, made, READ)


def _bounded(files: Sequence[Any]) -> None:
    bounds = rules()
    if not files:
        raise Invalid(_("请选择文件。"), fields={"files": _("请选择文件。")})
    size = sum(getattr(file, "size", 0) or 0 for file in files)
    if len(files) > bounds.max_files or size > bounds.max_upload_mb * MB:
        limit = filesizeformat(bounds.max_upload_mb * MB)
        said = format_lazy(_("一次最多 {n} 个文件、共 {limit}。"), n=bounds.max_files, limit=limit)
        raise Invalid(said, fields={"files": said}, remedy=_("请分成几次导入。"))


def _home(actor: Actor) -> tuple[Area, Unit | None]:
    """Where an import belongs: to the unit of those who run stations, else to the area of the person's unit."""
    for grant in getattr(actor, "held", ()):
        if grant.role == "station_operator" and grant.unit is not None:
            return grant.unit.area, grant.unit
    unit = getattr(actor, "unit", None)
    area = unit.area if unit is not None else Area.objects.filter(parent=None).order_by("pk").first()
    if area is None:
        raise Invalid(_("还没有行政区。"), remedy=_("请先运行 lantian init 建立本区。"))
    return area, None


def _title(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0][:300]
    return ngettext("%(name)s 等 %(n)s 个文件", "%(name)s 等 %(n)s 个文件", len(names)) % {
        "name": names[0][:250],
        "n": len(names),
    }


def set_reading(actor: Actor, intake: Intake, *, layout: Mapping[str, Any], mapping: Mapping[str, int]) -> Intake:
    """Say how the files are to be read and whom their stations stand for (an owner's key, 0 to leave it out); they are
    read again.

    Raises
    ------
    WrongState : it is being read or written, or is over
    """
    with change(actor, intake, "series.import", layout=dict(layout)) as current:
        _expect(current, STATE.PREVIEW, STATE.READING)
        if current.job is not None and not current.job.is_over:
            raise WrongState(_("正在读取文件。"), remedy=_("请等它完成。"))
        current.layout, current.mapping, current.state = dict(layout), dict(mapping), STATE.READING
    return _by_job(actor, current, READ)


def _by_job(actor: Actor, intake: Intake, kind: str) -> Intake:
    with transaction.atomic():
        job = jobs.enqueue(kind, actor, intake=intake.pk)
        Intake.objects.filter(pk=intake.pk, state__in=(STATE.READING, STATE.WRITING)).update(job=job)
    intake.refresh_from_db()
    return intake


def preview_intake(actor: Actor, intake: Intake, tell: Tell | None = None) -> Intake:
    """Read the files and hold them against what is stored. No audit event: nothing of what they list is changed."""
    if tell:
        tell(0.1, _("读取文件，与现有数据比较"))
    told, flaws = reading.preview(actor, intake)
    with transaction.atomic():
        current: Intake = locked(Intake.objects.filter(pk=intake.pk)).get()
        _expect(current, STATE.READING, STATE.PREVIEW)
        current.flaws.all().delete()
        IntakeFlaw.objects.bulk_create(flaws, batch_size=500)
        current.preview, current.state, current.job = told, STATE.PREVIEW, None
        current.revision += 1
        current.save()
    return current


def confirm_intake(actor: Actor, intake: Intake, *, revision: int) -> Intake:
    """Have the good values of the preview that was read written, in the background.

    Raises
    ------
    Refused : not for this person
    WrongState : it was confirmed or thrown away already, or another preview was made since
    Invalid : there is nothing to write
    """
    with transaction.atomic():
        current = locked(Intake.objects.filter(pk=intake.pk)).get()
        policy.require(actor, "series.deliver", current)
        stuck = current.state == STATE.WRITING and (current.job is None or current.job.is_over)
        _expect(current, STATE.WRITING if stuck else STATE.PREVIEW)
        if revision != current.revision:
            raise WrongState(_("预览已经更新，您看到的不是最新的一份。"), remedy=_("请核对最新的预览后再确认。"))
        total = current.preview.get("total") or {}
        if not total.get("new", 0) + total.get("changed", 0) + total.get("same", 0):
            raise Invalid(_("没有可写入的数据。"), remedy=_("请选择站点或改正文件后再试。"))
        Intake.objects.filter(pk=current.pk).update(state=STATE.WRITING)
        return _by_job(actor, current, WRITE)


def write_intake(actor: Actor, intake: Intake, tell: Tell | None = None) -> Intake:
    """Write the values: as one delivery, or month by month where they are many. Each delivery is whole or not there.

    Stopped between two months it ends with those that are written; what is written twice counts as unchanged.
    """
    tell = tell or (lambda *_told: None)
    _expect(intake, STATE.WRITING)
    stopped = False
    try:
        tell(0.05, _("读取文件"))
        with reading.reading(intake) as found:
            if found.loaded is None:
                raise WrongState(_("文件读不出来了。"), remedy=_("请重新上传。"))
            stations = reading.stations_of(actor, found.loaded.stations, intake.mapping)
            parts = reading.months(reading.grids_of(found.loaded, stations))
        for number, part in enumerate(parts):
            try:
                tell(0.1 + 0.9 * number / len(parts), _("写入，完成之前不留下一半"))
            except jobs.Cancelled:
                if not number:
                    raise
                stopped = True
                break
            deliver(
                actor,
                part.batches(),
                title=intake.title,
                source=intake.source,
                area=intake.area,
                unit=intake.unit,
                stage=Stage(intake.stage),
                intake=intake,
            )
    except jobs.Cancelled:
        Intake.objects.filter(pk=intake.pk, state=STATE.WRITING).update(state=STATE.PREVIEW, job=None)
        raise
    return _done(intake, stopped=stopped)


def _done(intake: Intake, *, stopped: bool) -> Intake:
    with transaction.atomic():
        current: Intake = locked(Intake.objects.filter(pk=intake.pk)).get()
        _expect(current, STATE.WRITING)
        current.state, current.finished_at, current.job = STATE.DONE, clock.now(), None
        current.preview = {**current.preview, "stopped": stopped}
        current.save()
    return current


def discard_intake(actor: Actor, intake: Intake) -> Intake:
    """Throw an import away that was not confirmed; files and preview go, the record stays."""
    with change(actor, intake, "series.import.discard") as current:
        _expect(current, STATE.READING, STATE.PREVIEW)
        current.state, current.finished_at, current.preview = STATE.DISCARDED, clock.now(), {}
        current.flaws.all().delete()
        keys = list(current.files.values_list("attachment", flat=True))
        current.files.all().delete()
        Attachment.objects.filter(pk__in=keys).delete()
    return current


def sweep_intakes() -> int:
    """Throw away what nobody confirmed in time; how many."""
    before = clock.now() - dt.timedelta(days=rules().kept_days)
    waiting = Intake.objects.filter(state__in=(STATE.READING, STATE.PREVIEW), created_at__lt=before)
    return len([discard_intake(System(), one) for one in waiting])


def _expect(intake: Intake, *found: str) -> None:
    if intake.state not in found:
        raise WrongState(
            format_lazy(_("这次导入现在是“{state}”，不能再这样办理。"), state=STATE(intake.state).label),
            found=intake.state,
            expected=list(found),
            remedy=_("请刷新页面后再看。"),
        )
