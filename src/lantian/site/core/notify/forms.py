"""Forms and filters of notices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.site.core import filters
from lantian.site.core.forms import Form
from lantian.site.core.models import NoticeSettings
from lantian.site.core.notify import config
from lantian.site.core.notify.config import Channels
from lantian.site.core.notify.kinds import kinds
from lantian.site.core.states import DELIVERY


class InboxFilter(filters.Filter):
    """Filter of the inbox."""

    q = filters.text(_("搜索"), placeholder=_("标题、内容"))
    kind = filters.choice(_("类别"), lambda: [(kind.name, kind.title) for kind in kinds])
    unread = filters.yes(_("只看未读"))

    def where(self) -> Q:
        asked, where = self.asked, Q()
        if asked["q"]:
            where &= Q(title__icontains=asked["q"]) | Q(body__icontains=asked["q"])
        if asked["kind"]:
            where &= Q(kind=asked["kind"])
        if asked["unread"]:
            where &= Q(read_at=None)
        return where


class DeliveryFilter(filters.Filter):
    """Filter of what leaves the platform."""

    q = filters.text(_("搜索"), placeholder=_("收件人、原因"))
    state = filters.choice(_("状态"), DELIVERY.choices)
    channel = filters.choice(_("通知方式"), lambda: [(c.name, c.label) for c in config.channels().channel])

    def where(self) -> Q:
        asked, where = self.asked, Q()
        if asked["q"]:
            where &= Q(person__name__icontains=asked["q"]) | Q(last_error__icontains=asked["q"])
        if asked["state"]:
            where &= Q(state=asked["state"])
        if asked["channel"]:
            where &= Q(channel=asked["channel"])
        return where


class ChannelForm(Form):
    """Where one is reached, and a table of kinds of notices by channels to tick."""

    email = forms.EmailField(
        label=_("电子邮箱"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    mobile = forms.CharField(
        label=_("手机号"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )

    def __init__(self, *args: Any, channels: Channels, own: NoticeSettings | None, **kwargs: Any) -> None:
        self.personal = [channel for channel in channels.channel if channel.personal]
        chosen = own.choices if own else {}
        initial: dict[str, Any] = {"email": own.email, "mobile": own.mobile} if own else {}
        for kind in kinds:
            default = channels.default_for(kind.name)
            wanted = chosen.get(kind.name, {})
            initial[kind.name] = [c.name for c in self.personal if wanted.get(c.name, c.name in default)]
        super().__init__(*args, initial=initial, **kwargs)
        for kind in kinds:
            self.fields[kind.name] = forms.MultipleChoiceField(
                label=kind.title,
                required=False,
                choices=[(c.name, c.label) for c in self.personal],
                widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
            )

    def rows(self) -> Iterator[dict[str, Any]]:
        """The table: a row a kind, a box a channel."""
        for kind in kinds:
            yield {"title": kind.title, "boxes": list(self[kind.name])}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        choices = {
            kind.name: {channel.name: channel.name in cleaned.get(kind.name, []) for channel in self.personal}
            for kind in kinds
        }
        return {"email": cleaned.get("email", ""), "mobile": cleaned.get("mobile", ""), "choices": choices}
