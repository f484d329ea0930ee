"""Words of this room that stand in several places."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# What can happen to an order, as its timeline tells it.
EVENTS = [
    ("create", _("新建")),
    ("issue", _("派单")),
    ("accept", _("接单")),
    ("decline", _("退单")),
    ("note", pgettext_lazy("order", "处置记录")),
    ("answer", _("反馈")),
    ("close", pgettext_lazy("order", "销号")),
    ("return", _("退回重办")),
    ("transfer", _("转办")),
    ("assign", _("指定经办人")),
    ("copy", pgettext_lazy("order", "抄送")),
    ("withdraw", pgettext_lazy("order", "撤销")),
    ("merge", _("并入另一单")),
    ("merged_here", _("另一单并入")),
    ("reopen", _("重新打开")),
    ("extension_ask", _("申请延期")),
    ("extension_grant", _("同意延期")),
    ("extension_refuse", _("不同意延期")),
    ("comment", pgettext_lazy("order", "留言")),
    ("escalate", _("催办升级")),
]
EVIDENCE = [
    ("photo", pgettext_lazy("order", "照片")),
    ("place", pgettext_lazy("order", "位置")),
    ("document", pgettext_lazy("order", "文件")),
]
FILES = [one for one in EVIDENCE if one[0] != "place"]


@dataclass(frozen=True)
class Look:
    """How an event is drawn in the timeline."""

    icon: str
    tone: str = ""


LOOKS = {
    "create": Look(icon="pencil"),
    "issue": Look(icon="send", tone="blue"),
    "accept": Look(icon="circle-check", tone="blue"),
    "decline": Look(icon="arrow-back-up", tone="amber"),
    "note": Look(icon="notes"),
    "answer": Look(icon="message-check", tone="green"),
    "close": Look(icon="rosette-discount-check", tone="green"),
    "return": Look(icon="arrow-back-up", tone="red"),
    "transfer": Look(icon="arrows-right-left", tone="amber"),
    "assign": Look(icon="user-check"),
    "copy": Look(icon="users"),
    "withdraw": Look(icon="ban"),
    "merge": Look(icon="git-merge"),
    "merged_here": Look(icon="git-merge"),
    "reopen": Look(icon="rotate", tone="red"),
    "extension_ask": Look(icon="calendar-plus", tone="amber"),
    "extension_grant": Look(icon="calendar-check"),
    "extension_refuse": Look(icon="calendar-x"),
    "comment": Look(icon="message"),
    "escalate": Look(icon="bell-ringing", tone="red"),
}
