"""Pages of notices: inbox, bell, one's own channels; for the administrator what leaves the platform."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lantian.site.core import page, tick
from lantian.site.core.forms import submitted
from lantian.site.core.models import Delivery, NoticeSettings
from lantian.site.core.notify import actions, addresses, config, forms, kinds, outbox, queries
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.core.states import DELIVERY
from lantian.site.core.table import Column, Table, list_page

INBOX = Table(
    columns=[
        Column("title", _("消息"), template="core/parts/notice.html", css="wide", exported=lambda n: n.title),
        Column("kind", _("类别"), value=lambda notice: kinds.title(notice.kind), sort="kind", css="nowrap"),
        Column("created_at", _("时间"), sort="created_at", css="nowrap"),
    ],
    sort="",
    empty=_("没有消息。"),
    empty_hint=_("任务到期提醒、退回、催办和批示会出现在这里。"),
)


@room("core", "inbox", policy="core.see_notices", menu=_("消息"), icon="bell", order=5)
def inbox_page(request: Request) -> HttpResponseBase:
    """One's own notices, unread ones marked."""
    asked = forms.InboxFilter.from_query(request.GET)
    rows = queries.inbox(request.person, asked.where())
    return list_page(
        request,
        "core/inbox.html",
        title=_("消息"),
        table=INBOX,
        rows=rows,
        asked=asked,
        waiting=queries.unread(request),
    )


@room("core", "notice", policy="core.see_notices")
def notice_page(request: Request, pk: int) -> HttpResponseBase:
    """One notice; it counts as read. One that only points somewhere leads there at once."""
    notice = queries.inbox(request.person).filter(pk=pk).first()
    if notice is None:
        raise Http404
    actions.mark_read(request.person, [notice.pk])
    if notice.url and not notice.body:
        return see_other(notice.url)
    crumbs = [(_("消息"), reverse("core:inbox"))]
    return page.page(
        request,
        "core/notice.html",
        title=notice.title,
        crumbs=crumbs,
        notice=notice,
        kind=kinds.title(notice.kind),
    )


@room("core", "notices_read", policy="core.see_notices", methods=("POST",))
def mark_read(request: Request) -> HttpResponseBase:
    """Mark all of one's notices as read."""
    n = actions.mark_read(request.person)
    messages.success(request, ngettext("已将 {n} 条消息标为已读。", "已将 {n} 条消息标为已读。", n).format(n=n))
    return see_other("core:inbox")


@room("core", "bell", policy="core.see_notices")
def bell(request: Request) -> HttpResponseBase:
    """The bell alone; the frame asks for it again from time to time."""
    return page.page(request, "core/parts/bell.html")


@room("core", "notice_settings", policy="core.choose_channels", methods=("GET", "POST"))
def settings_page(request: Request) -> HttpResponseBase:
    """Over which channels one is told of what."""
    channels, person = config.channels(), request.person
    own = NoticeSettings.objects.filter(person=person.pk).first()
    form = forms.ChannelForm(request.POST or None, channels=channels, own=own)
    if request.method == "POST" and submitted(form, partial(actions.choose_channels, person, _me(request))):
        messages.success(request, _("已保存。"))
        return see_other("core:notice_settings")
    return page.page(
        request,
        "core/notice_settings.html",
        title=_("消息设置"),
        crumbs=[(_("消息"), reverse("core:inbox"))],
        form=form,
        groups=[channel.label for channel in channels.channel if not channel.personal],
        cancel_url=reverse("core:inbox"),
    )


def _me(request: Request) -> Any:
    return get_user_model()._default_manager.get(pk=request.person.pk)


DELIVERIES = Table(
    columns=[
        Column("pk", _("编号"), sort="pk", css="number", link=lambda d: reverse("core:delivery", args=[d.pk])),
        Column("person", _("收件人"), value=lambda d: d.person or _("群机器人"), sort="person__name"),
        Column("kind", _("类别"), value=lambda d: kinds.title(d.kind), sort="kind"),
        Column("n", _("消息数"), css="number minor"),
        Column("channel", _("通知方式"), value=lambda d: _label(d), sort="channel", css="nowrap"),
        Column(
            "state",
            _("状态"),
            sort="state",
            template="core/parts/delivery_state.html",
            exported=lambda d: d.get_state_display(),
        ),
        Column("tries", _("次数"), sort="tries", css="number minor"),
        Column("last_error", _("原因"), css="wide minor"),
        Column("created_at", _("建立时间"), sort="created_at", css="nowrap"),
        Column("sent_at", _("发出时间"), sort="sent_at", css="nowrap minor"),
    ],
    sort="-pk",
    empty=_("还没有外发消息。"),
    empty_hint=_("用 LANTIAN_CHANNELS 配置邮件、群机器人或短信后，提醒会同时从这里发出。"),
    file_name=_("外发消息"),
)


@room("core", "deliveries", policy="core.see_deliveries", menu=_("外发消息"), icon="send", order=16)
def deliveries_page(request: Request) -> HttpResponseBase:
    """What left the platform or is to leave it. Contents and full addresses are not shown here."""
    asked = forms.DeliveryFilter.from_query(request.GET)
    return list_page(
        request,
        "core/deliveries.html",
        title=_("外发消息"),
        table=DELIVERIES,
        rows=queries.deliveries(asked.where()),
        asked=asked,
        stalled=tick.stands_still(),
    )


@room("core", "delivery", policy="core.see_deliveries")
def delivery_page(request: Request, pk: int) -> HttpResponseBase:
    """One delivery: how it went, and what the administrator may decide."""
    delivery = _delivery(pk)
    steps = DELIVERY.allowed(delivery, request.person)
    return page.page(
        request,
        "core/delivery.html",
        title=_("外发消息 {pk}").format(pk=pk),
        crumbs=[(_("外发消息"), reverse("core:deliveries"))],
        delivery=delivery,
        kind=kinds.title(delivery.kind),
        channel=_label(delivery),
        address=addresses.masked(delivery.address),
        buttons=[{"step": step, "url": reverse("core:delivery_step", args=[pk, step.name])} for step in steps],
    )


@room("core", "delivery_step", policy="core.see_deliveries", methods=("POST",))
def delivery_step(request: Request, pk: int, name: str) -> HttpResponseBase:
    """Send again, or send no more."""
    take = {"resend": outbox.resend, "drop": outbox.drop}.get(name)
    if take is None:
        raise Http404
    take(request.person, _delivery(pk))
    messages.success(request, _("已排队，将在一分钟内重新发送。") if name == "resend" else _("不再发送。"))
    return see_other("core:delivery", pk=pk)


def _delivery(pk: int) -> Delivery:
    delivery = queries.deliveries().filter(pk=pk).first()
    if delivery is None:
        raise Http404
    return delivery


def _label(delivery: Delivery) -> str:
    channel = config.channels().find(delivery.channel)
    return channel.label if channel else delivery.channel
