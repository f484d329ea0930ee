"""Steps of listings over the API: taken with proofs, signed, taken back."""

from __future__ import annotations

from typing import Annotated

from django.http import Http404
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from ninja import File, Form
from ninja.files import UploadedFile
from pydantic import Field

from lantian.site.core.api import In, Key, Line, Word
from lantian.site.core.faults import Invalid
from lantian.site.core.request import Request
from lantian.site.sources import actions, reading
from lantian.site.sources.actions import Shown
from lantian.site.sources.api import room
from lantian.site.sources.api.cutting import Since
from lantian.site.sources.api.listings import ListingFull, found, full
from lantian.site.sources.api.writing import Reason, write
from lantian.site.sources.models import Listing, StepTaken

Files = File[list[UploadedFile]]
MOST = 40  # proofs of a step


class StepIn(In):
    """A step with what is shown. `proof` names what each `file` shows, in the same order; `reading` is `name=number`.

    Time and place count where a photo's camera tells none.
    """

    reason: Line = ""
    proof: list[Word] = Field(default_factory=list, max_length=MOST)
    reading: list[Word] = Field(default_factory=list, max_length=MOST)
    taken_at: Since | None = None
    longitude: Annotated[float | None, Field(ge=-180, le=180)] = None
    latitude: Annotated[float | None, Field(ge=-90, le=90)] = None


class SignIn(In):
    taken: Key = Field(description="id of the step that waits")
    agrees: bool = True
    note: Annotated[Line, Field(max_length=300)] = ""


class DropIn(Reason):
    taken: Key = Field(description="id of the step that waits")


@room.post("/listings/{int:pk}/steps/{slug:step}", "step_take", summary=_("办理一步"), returns=ListingFull,
           **write("listing.step"))  # fmt: skip
def step_take(
    request: Request,
    pk: int,
    step: str,
    payload: Form[StepIn],
    file: Files = [],  # noqa: B006 - ninja reads the default, nothing changes it
) -> ListingFull:
    """Take a step of the life cycle with its reason and proofs. One that several must sign waits until all have."""
    listing = found(request, pk)
    cycle = reading.life_cycle(reading.life(reading.ledger_of(listing.ledger)))
    if step not in cycle.step_names:
        raise Http404
    actions.take_step(request.person, listing, step, reason=payload.reason, shown=_shown(payload, file))
    return full(request, found(request, pk))


@room.post("/listings/{int:pk}/sign", "step_sign", summary=_("会签"), returns=ListingFull, **write("listing.sign"))
def step_sign(request: Request, pk: int, payload: SignIn) -> ListingFull:
    """Sign a step for one's party, or refuse it with a note: then the listing stays where it is."""
    taken = _taken(found(request, pk), payload.taken)
    actions.sign_step(request.person, taken, agrees=payload.agrees, note=payload.note)
    return full(request, found(request, pk))


@room.post("/listings/{int:pk}/drop", "step_drop", summary=_("撤回待会签的步骤"), returns=ListingFull,
           **write("listing.drop"))  # fmt: skip
def step_drop(request: Request, pk: int, payload: DropIn) -> ListingFull:
    """Take back a step that waits for signatures."""
    actions.drop_step(request.person, _taken(found(request, pk), payload.taken), reason=payload.reason)
    return full(request, found(request, pk))


def _taken(listing: Listing, pk: int) -> StepTaken:
    one = next((one for one in listing.steps.all() if one.pk == pk), None)
    if one is None:
        raise Http404
    return one


def _shown(payload: StepIn, files: list[UploadedFile]) -> list[Shown]:
    if len(payload.proof) != len(files):
        raise Invalid(
            format_lazy(_("有 {files} 个文件、{names} 个名称。"), files=len(files), names=len(payload.proof)),
            fields={"proof": _("每个 file 配一个 proof，顺序相同，写明它证明什么。")},
        )
    both = payload.longitude is not None and payload.latitude is not None
    place = (payload.longitude or 0.0, payload.latitude or 0.0) if both else None
    shown = [
        Shown(name, file, at=payload.taken_at, place=place) for name, file in zip(payload.proof, files, strict=True)
    ]
    shown += [_reading(text) for text in payload.reading]
    if len({one.name for one in shown}) != len(shown):
        raise Invalid(_("同一份材料给了两次。"), fields={"proof": _("每个名称只给一次。")})
    return shown


def _reading(text: str) -> Shown:
    name, _sign, number = text.partition("=")
    try:
        return Shown(name.strip(), value=float(number))
    except ValueError:
        raise Invalid(_("读数不对。"), fields={"reading": _("请写成 名称=数字，如 dust=8.5。")}) from None
