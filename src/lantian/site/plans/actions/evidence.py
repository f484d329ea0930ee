"""Photos and files that a report, a request or a closing rests on. Called by actions inside their transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from lantian.site.core import attachments
from lantian.site.core.faults import Invalid
from lantian.site.core.policy import Actor
from lantian.site.plans import words
from lantian.site.plans.models import Closing, Evidence, ExtensionRequest, ProgressReport

MANY = 60
Files: TypeAlias = "Iterable[tuple[str, UploadedFile[Any]]]"  # kind and file


def looked_over(files: Files) -> list[tuple[str, UploadedFile[Any]]]:
    """The files, checked before the transaction begins; see `attachments.look_over`."""
    rows = list(files)[: MANY + 1]
    for _kind, file in rows:
        attachments.look_over(file, file.name or "file")
    return rows


def keep(actor: Actor, of: ProgressReport | ExtensionRequest | Closing, files: Files) -> list[Evidence]:
    """Store files as evidence of a thing that is already saved."""
    field = {ProgressReport: "report", ExtensionRequest: "extension", Closing: "closing"}[type(of)]
    rows = list(files)
    if of.evidence.count() + len(rows) > MANY:
        raise Invalid(_("材料太多，最多 60 个。"), fields={"files": _("请合并或减少材料。")})
    made = []
    for kind, file in rows:
        if kind not in dict(words.EVIDENCE):
            raise Invalid(_("没有这种材料。"), fields={"kind": _("请选择材料类别。")})
        stored = attachments.take(file, file.name or "file", actor)
        if kind == "photo" and not stored.is_picture:
            raise Invalid(_("照片须是图片文件。"), fields={"files": _("请选择图片，其他文件请选别的类别。")})
        made.append(Evidence.objects.create(**{field: of}, attachment=stored, kind=kind))
    return made


def copy(source: ProgressReport, target: ProgressReport) -> None:
    """The same files for a correction."""
    Evidence.objects.bulk_create(
        Evidence(report=target, attachment=one.attachment, kind=one.kind) for one in source.evidence.all()
    )


def require(of: ProgressReport | Closing, needs: Iterable[str]) -> None:
    """Refuse, naming the kinds, where evidence that is asked for is missing."""
    there = set(of.evidence.values_list("kind", flat=True))
    missing = [label for kind, label in words.EVIDENCE if kind in set(needs) - there]
    if missing:
        named: Any = "、".join(str(label) for label in missing)
        raise Invalid(_("还缺少材料：{named}。").format(named=named), fields={"files": _("请补充材料。")})
