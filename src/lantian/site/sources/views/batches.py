"""Evidence in bulk: handing an archive or a folder in, its preview, the empty folders to fill."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from lantian.ledgers.filing import folder_of
from lantian.rulebook.schemas.ledgers import Ledger
from lantian.site.core import filters, policy
from lantian.site.core.attachments import serving
from lantian.site.core.forms import Form, submitted
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.core.sheets.problems import said
from lantian.site.core.table import Column, Table, list_page
from lantian.site.core.uploads import UploadField
from lantian.site.sources import actions, reading
from lantian.site.sources.models import ProofBatch, ProofFile
from lantian.site.sources.queries import batches as queries

SIGN = "说明.txt"


class BatchForm(Form):
    """A zip file of evidence."""

    file = UploadField(
        label=_("zip 压缩包"), widget=forms.FileInput(attrs={"accept": ".zip"}), most=actions.most_of_batch
    )
    taken_at = forms.DateTimeField(
        label=_("拍摄时间"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("只用于没有自带拍摄时间的照片，会注明是人工填写。"),
    )


class FileFilter(filters.Filter):
    """Files of a batch by what became of them."""

    q = filters.text(_("搜索"), placeholder=_("文件或名称"))
    kind = filters.choice(_("结果"), ProofFile.KINDS)

    def where(self) -> Q:
        where = Q(kind=self.asked["kind"]) if self.asked["kind"] else Q()
        if q := self.asked["q"]:
            where &= Q(path__icontains=q) | Q(listing__source__name__icontains=q)
        return where


BATCHES = Table(
    columns=[
        Column("file_name", _("文件"), css="wide", link=lambda one: one.get_absolute_url()),
        Column("state", _("状态"), value=lambda one: one.get_state_display(), css="nowrap"),
        Column("made_at", _("上传时间"), sort="made_at", css="nowrap"),
    ],
    sort="-made_at",
    empty=_("您还没有批量传过材料。"),
    empty_hint=_("先下载空文件夹，把照片放进去，压缩成 zip 上传；或直接选文件夹。"),
    file_name=_("批量材料"),
)


def _files(labels: dict[str, str]) -> Table:
    return Table(
        columns=[
            Column("path", _("文件"), sort="path", css="wide"),
            Column("kind", _("结果"), sort=("rank", "path"), template="sources/batches/kind.html", css="nowrap",
                   exported=lambda one: one.get_kind_display()),
            Column("listing", _("上账记录"), value=lambda one: one.listing and one.listing.source.name,
                   link=lambda one: one.listing.get_absolute_url() if one.listing else ""),
            Column("name", _("材料"), value=lambda one: labels.get(one.name, one.name) or None),
            Column("told", _("说明"), value=lambda one: said(one.told) or None, css="wide"),
        ],
        sort="kind",
        empty=_("没有这样的文件。"),
        file_name=_("批量材料"),
    )  # fmt: skip


@room("sources", "batches", policy="sources.batch.add", methods=("GET", "POST"))
def batches_page(request: Request, name: str) -> HttpResponseBase:
    """Where evidence for a ledger is handed in, with one's own batches."""
    ledger = _ledger(name)
    form = BatchForm(request.POST or None, request.FILES or None)

    def save(*, file: Any, taken_at: Any) -> ProofBatch:
        return actions.add_batch(request.person, ledger.name, file, file.name or "", taken_at=taken_at)

    if request.method == "POST" and (made := submitted(form, save)):
        return see_other(made.get_absolute_url())
    return list_page(
        request,
        "sources/batches/new.html",
        table=BATCHES,
        rows=queries.batches(request.person).filter(ledger=ledger.name),
        title=_("批量传材料"),
        crumbs=[(reading.said(ledger.label), reading.address_of(ledger.name))],
        ledger=ledger,
        form=form,
        proofs=[reading.said(one.label) for one in ledger.proof if one.kind != "reading"],
        limit=filesizeformat(actions.most_of_batch()),
        most=actions.most_of_batch(),
    )


@room("sources", "batch_folders", policy="sources.batch.add")
def folders(request: Request, name: str) -> HttpResponseBase:
    """A zip file with an empty folder for every entry, named so that it is recognised."""
    ledger = _ledger(name)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        told = _now("把照片和文件放进对应的文件夹，以材料名称作文件名，如“{name}.jpg”。可用的材料名称：")
        slots = queries.slots(ledger)
        lines = [told.format(name=slots[0].label), *(one.label for one in slots)]
        made.writestr(SIGN, "\r\n".join(lines).encode("utf-8-sig"))
        for entry in queries.entries(request.person, ledger):
            made.writestr(f"{folder_of(entry)}/", b"")
    response = HttpResponse(out.getvalue(), content_type="application/zip")
    title = quote(f"{reading.said(ledger.label)}.zip")
    response["Content-Disposition"] = f"attachment; filename=\"folders.zip\"; filename*=UTF-8''{title}"
    return response


@never_cache
@room("sources", "batch", policy="sources.batch.add")
def batch_page(request: Request, pk: int) -> HttpResponseBase:
    """One batch: how far its reading is, where each file belongs, or what came of it."""
    batch = _found(request, pk)
    ledger = reading.ledger_of(batch.ledger)
    asked = FileFilter.from_query(request.GET)
    counts = dict(batch.files.values_list("kind").annotate(n=Count("pk")).order_by())
    return list_page(
        request,
        "sources/batches/one.html",
        table=_files({one.name: reading.said(one.label) for one in ledger.proof}),
        rows=batch.files.select_related("listing__source").filter(asked.where()),
        asked=asked,
        title=_("批量材料预览") if batch.state == "preview" else _("批量材料"),
        crumbs=[
            (reading.said(ledger.label), reading.address_of(ledger.name)),
            (_("批量传材料"), reverse("sources:batches", args=[ledger.name])),
        ],
        batch=batch,
        ledger=ledger,
        job=batch.job,
        waiting=batch.job is not None and not batch.job.is_over,
        follow=True,
        tiles=[(kind, label, counts.get(kind, 0)) for kind, label in ProofFile.KINDS],
        fits=counts.get("fits", 0),
        fault=said(batch.fault),
    )


@room("sources", "batch_confirm", policy="sources.batch.file", methods=("POST",))
def file_it(request: Request, pk: int) -> HttpResponseBase:
    """File what fits."""
    batch = actions.file_batch(request.person, _found(request, pk))
    messages.success(request, _("已归档。办理对应步骤时会自动带上。"))
    return see_other(batch.get_absolute_url())


@room("sources", "batch_discard", policy="sources.batch.discard", methods=("POST",))
def discard(request: Request, pk: int) -> HttpResponseBase:
    """Throw a batch away."""
    batch = actions.discard_batch(request.person, _found(request, pk))
    messages.success(request, _("已放弃，没有归档任何文件。"))
    return see_other("sources:batches", name=batch.ledger)


@room("sources", "batch_file", policy="sources.see")
def one_file(request: Request, pk: int) -> HttpResponseBase:
    """A file of a batch, for whoever handed it in, or sees the listing that it was filed with."""
    found = queries.ready(request.person, pk)
    if found is None or found.attachment is None:
        raise Http404
    return serving.download(found.attachment, inline=request.GET.get("inline") == "1")


def _ledger(name: str) -> Ledger:
    """A ledger that asks for files."""
    ledger = reading.found(name)
    if not queries.slots(ledger):
        raise Http404
    return ledger


def _found(request: Request, pk: int) -> ProofBatch:
    found = queries.batches(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    policy.require(request.person, "sources.batch.add", found)
    return found
