"""Files that hang on things of any room. A room says, once, who may see, add and remove them:

    carriers.register("plans.report", Carrier(find=queries.report, add="plans.report.edit", remove="plans.report.edit"))

and draws them with `{% attachments report %}`; the rest (upload, download, thumbnails, removal) is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.site.core import clock, policy
from lantian.site.core.attachments import kinds
from lantian.site.core.attachments.storing import Upload, safe_name, take
from lantian.site.core.audit import kind_of
from lantian.site.core.change import change
from lantian.site.core.faults import Fault, Invalid, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.models import Attachment, AttachmentLink, Ref
from lantian.site.core.refs import ref_to
from lantian.site.core.registries import Registry

MB = 1024 * 1024


@dataclass(frozen=True)
class Carrier:
    """A kind of thing that carries files.

    Attributes
    ----------
    find : (actor, id as text) to the thing, or None when the actor may not see it; whoever sees it sees its files
    add, remove : actions of the policy table, asked on the thing itself
    allowed : ids of kinds of files that it takes; None for all of the rule
    open_to_change : whether the thing is in a state in which files may be added and removed
    """

    find: Callable[[policy.Actor, str], models.Model | None]
    add: str
    remove: str
    allowed: tuple[str, ...] | None = None
    open_to_change: Callable[[Any], bool] = lambda thing: True


carriers: Registry[Carrier] = Registry("carrier of attachments")


def carrier_of(thing: models.Model) -> Carrier:
    """The carrier that a thing's room registered."""
    return carriers[kind_of(thing)]


def thing_of(actor: policy.Actor, link: AttachmentLink) -> models.Model | None:
    """The thing that a file hangs on, if the actor may see it."""
    ref = link.ref
    return carriers[ref.kind].find(actor, ref.ident) if ref.kind in carriers else None


def _may(which: str) -> Callable[[policy.Actor, Any], bool]:
    def check(actor: policy.Actor, link: Any) -> bool:
        if not isinstance(link, AttachmentLink):
            return True  # in general: the thing decides
        thing = thing_of(actor, link)
        return thing is not None and policy.may(actor, getattr(carrier_of(thing), which), thing)

    return check


policy.declare(
    {
        "core.see_attachments": policy.when(lambda actor, obj: True, gettext_lazy("能看到所属内容的人员")),
        "core.attach": policy.when(_may("add"), gettext_lazy("能填写所属内容的人员")),
        "core.remove_attachment": policy.when(_may("remove"), gettext_lazy("能填写所属内容的人员")),
    },
    titles={"core.attach": gettext_lazy("上传附件"), "core.remove_attachment": gettext_lazy("移除附件")},
)


def attach(actor: policy.Actor, thing: models.Model, file: Upload, name: str, *, caption: str = "") -> AttachmentLink:
    """Hang one file on a thing.

    Raises
    ------
    Refused : the actor may not add to the thing
    WrongState : the thing takes no more files in its state
    Invalid : the file is not taken, hangs there already, or there would be too many
    """
    carrier = carrier_of(thing)
    if not carrier.open_to_change(thing):
        raise WrongState(_("当前状态不能再添加附件。"), remedy=_("请刷新页面后再看。"))
    with transaction.atomic():
        # The reference is locked, so that two uploads at once do not pass the bounds together.
        ref = locked(Ref.objects.filter(pk=ref_to(thing).pk)).get()
        person = actor if isinstance(actor, models.Model) else None
        new = AttachmentLink(ref=ref, caption=caption[:200], added_by_id=person.pk if person else None)
        with change(actor, new, "core.attach", file_name=safe_name(name)) as link:
            link.attachment = take(file, name, actor, allowed=carrier.allowed)
            _bounded(ref, link.attachment)
    return link


def _bounded(ref: Ref, attachment: Attachment) -> None:
    there = AttachmentLink.objects.filter(ref=ref, removed_at=None)
    if there.filter(attachment__sha256=attachment.sha256).exists():
        message = _("这个文件已经上传过。")
        raise Invalid(message, fields={"file": message})
    bounds = kinds.rules().per_object
    size = (there.aggregate(size=Sum("attachment__size"))["size"] or 0) + attachment.size
    if there.count() >= bounds.max_files or size > bounds.max_mb * MB:
        message = _("附件过多：最多 {files} 个，合计不超过 {size} MB。").format(
            files=bounds.max_files, size=f"{bounds.max_mb:g}"
        )
        raise Invalid(message, fields={"file": message}, remedy=_("请先移除不需要的附件。"))


@dataclass(frozen=True)
class Outcome:
    """What became of one file of several."""

    name: str
    link: AttachmentLink | None = None
    fault: Fault | None = None


def attach_all(
    actor: policy.Actor, thing: models.Model, uploads: Iterable[tuple[Upload, str]], *, caption: str = ""
) -> list[Outcome]:
    """Hang several files on a thing, each for itself: a bad one never takes good ones with it."""
    outcomes = []
    for file, name in uploads:
        try:
            outcomes.append(Outcome(safe_name(name), link=attach(actor, thing, file, name, caption=caption)))
        except Fault as fault:
            outcomes.append(Outcome(safe_name(name), fault=fault))
    return outcomes


def remove(actor: policy.Actor, link: AttachmentLink, *, reason: str) -> AttachmentLink:
    """Take a file off its thing. File and link stay on record, with who, when and why.

    Raises
    ------
    Refused : the actor may not
    WrongState : it is removed already, or its thing takes no more changes
    Invalid : no reason is given
    """
    if not reason.strip():
        raise Invalid(_("请填写移除理由。"), fields={"reason": _("请填写移除理由。")})
    with change(actor, link, "core.remove_attachment", note=reason.strip()[:300]) as link:
        thing = thing_of(actor, link)
        if link.removed_at is not None or thing is None or not carrier_of(thing).open_to_change(thing):
            raise WrongState(_("附件已被移除，或当前状态不能再改动。"), remedy=_("请刷新页面后再看。"))
        link.removed_at, link.removed_because = clock.now(), reason.strip()[:300]
        link.removed_by_id = actor.pk if isinstance(actor, models.Model) else None
    return link


def links_of(thing: models.Model) -> models.QuerySet[AttachmentLink]:
    """Files that hang on a thing, oldest first; one SQL query."""
    return (
        AttachmentLink.objects.filter(ref__kind=kind_of(thing), ref__ident=str(thing.pk), removed_at=None)
        .select_related("attachment", "attachment__meta", "added_by")
        .order_by("pk")
    )


def visible_link(actor: policy.Actor, pk: int) -> AttachmentLink | None:
    """One file's link, if the actor may see the thing it hangs on; removed ones are for those who see the trail."""
    link = AttachmentLink.objects.select_related("attachment", "ref").filter(pk=pk).first()
    if link is None or thing_of(actor, link) is None:
        return None
    if link.removed_at is not None and not policy.may(actor, "core.see_audit"):
        return None
    return link
