"""Responsibility letters and pledges: what has to be signed, and the signed copy."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import File, Query, UploadedFile
from pydantic import Field

from lantian.site.core.api import Key, Moment, Named, Out, Page, Paged, Word, orders, paged
from lantian.site.core.request import Request
from lantian.site.plans import actions, letter_file
from lantian.site.plans.api import room
from lantian.site.plans.models import Letter
from lantian.site.plans.queries import letters as queries
from lantian.site.plans.views.letters import file_response

State = Literal["issued", "handed_in", "returned", "confirmed", "superseded", "revoked"]
_READ: dict[str, Any] = {"policy": "plans.letter.see", "scope": "letters:read"}
_SIGN: dict[str, Any] = {"policy": "plans.letter.hand_in", "scope": "letters:write", "conflicts": True}


class LetterRow(Out):
    """责任书、承诺书."""

    id: int
    plan: int
    template: str
    title: str
    number: str
    unit: Named
    site: str = Field(description="empty where it is for the unit itself")
    due: dt.date = Field(description="day by which the signed copy is expected")
    state: State
    handed_in_at: Moment | None
    decided_at: Moment | None
    reason: str

    @classmethod
    def of(cls, one: Letter) -> LetterRow:
        return cls(**_facts(one))

    @property
    def location(self) -> str:
        """Where it is read again."""
        return reverse("api:plans_letter", args=[self.id])


class CopyOut(Out):
    """A file of the signed copy; `turn` counts the times that it was handed in."""

    id: int
    turn: int
    name: str
    size: int
    sha256: str


class LetterTask(Out):
    """A task that the unit answers for, as the letter lists it."""

    number: str
    task: str
    role: str
    amount: str
    due: str


class LetterOut(LetterRow):
    """One letter with its tasks and signed copies; the whole text is in its Word file."""

    tasks: list[LetterTask]
    copies: list[CopyOut]

    @classmethod
    def of(cls, one: Letter) -> LetterOut:
        copies = [
            CopyOut(
                id=copy.pk,
                turn=copy.turn,
                name=copy.attachment.name,
                size=copy.attachment.size,
                sha256=copy.attachment.sha256,
            )
            for copy in one.copies.all()
        ]
        tasks = [LetterTask(**task) for task in one.content["tasks"]]
        return cls(**_facts(one), tasks=tasks, copies=copies)


def _facts(one: Letter) -> dict[str, Any]:
    names = ("template", "title", "number", "site", "due", "state", "handed_in_at", "decided_at", "reason")
    unit = Named(id=one.unit_id, name=str(one.unit))
    return {"id": one.pk, "plan": one.plan_id, "unit": unit} | {name: getattr(one, name) for name in names}


class LetterQuery(Paged):
    plan: Key | None = None
    template: Word | None = None
    unit: Key | None = None
    state: State | None = None


@room.get("/letters", "letters", summary=_("责任书、承诺书"), returns=Page[LetterRow], **_READ)
def letter_list(request: Request, asked: Query[LetterQuery]) -> Page[LetterRow]:
    """Letters that one may see, the latest first."""
    return paged(queries.letters(request.person).filter(**asked.asked()), asked, orders("-pk"), LetterRow.of)


@room.get("/letters/{int:pk}", "letter", summary=_("一份责任书"), returns=LetterOut, **_READ)
def letter(request: Request, pk: int) -> LetterOut:
    """One letter with its tasks and signed copies."""
    return LetterOut.of(_found(request, pk))


@room.get(
    "/letters/{int:pk}/docx",
    "letter_docx",
    summary=_("责任书的 Word 文件"),
    returns=bytes,
    file=letter_file.DOCX,
    **_READ,
)
def letter_docx(request: Request, pk: int) -> HttpResponseBase:
    """The letter to print and sign."""
    found = _found(request, pk)
    return file_response(letter_file.document(found.content), letter_file.file_name(found), letter_file.DOCX)


@room.post("/letters/{int:pk}/signed-copy", "letter_hand_in", summary=_("上传签字件"), returns=LetterOut, **_SIGN)
def letter_hand_in(request: Request, pk: int, files: File[list[UploadedFile]]) -> LetterOut:
    """Put in the signed copy: a PDF, or pictures of its pages. It waits for the air office then."""
    actions.hand_in_letter(request.person, _found(request, pk), files)
    return LetterOut.of(_found(request, pk))


def _found(request: Request, pk: int) -> Letter:
    found = queries.letter(request.person, pk)
    if found is None:
        raise Http404
    return found
