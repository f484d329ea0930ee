"""What the scripts of the queue say to a person; `{n}` and the like are filled in by them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WORDS = {
    "offline": _("没有网络：看到的是手机里存下的内容，办理的事项先存在手机里，有网时自动发送。"),
    "waiting": _("{n} 条待发送"),
    "refused": _("{n} 条没有被接受，请处理"),
    "others": _("本机还有 {n} 条属于 {name}，由本人登录后发送。"),
    "login": _("登录已到时：{n} 条存在手机里，重新登录后自动发送。"),
    "log_in": _("重新登录"),
    "sending": _("正在发送…"),
    "kept": _("已存在手机里（{time}），有网时自动发送。可以关掉页面，请不要清除浏览器数据。"),
    "here": _("本页有 {n} 条待发送"),
    "restored": _("已取回您填写的内容和 {n} 个附件，改好后再提交。"),
    "no_room": _("手机存储空间不足或浏览器不允许保存，没有存下。请清理空间，或在有网的地方直接提交。"),
    "leaving": _("还有 {n} 条没有发送。退出后仍留在这部手机里，只有您再次登录才会发送。确定退出吗？"),
    "discard_sure": _("丢弃后不能恢复，照片也一并删除。确定丢弃吗？"),
    "discard_tried": _("这一条可能已经送达平台，只是没有收到回答。丢弃只是不再发送，确定吗？"),
    "gone": _("原来的事项已经不在您名下，或者已经删除。"),
    "state_waiting": _("待发送"),
    "state_refused": _("没有被接受"),
    "state_sent": _("已送达"),
    "open": _("打开修改"),
    "look": pgettext_lazy("outbox", "查看"),
    "discard": _("丢弃"),
    "files": _("{n} 个附件"),
    "empty": _("没有待发送的事项。"),
    "no_pages": _("还没有存下页面。有网时打开平台，稍等片刻就会存下您要办的工单和表单。"),
}
