"""Typed errors of actions. Each carries a sentence for the reader; pages, API and command line show the same one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text: TypeAlias = str | _StrPromise
else:
    Text = str | Promise


class Fault(Exception):
    """Something the person can understand and do something about. `status` is the HTTP status of its page."""

    status = 400
    title: Text = _("无法完成")

    def __init__(self, message: Text, *, remedy: Text = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}{self.remedy}"


class Refused(Fault):
    """The person may not do this; `roles` are those who may."""

    status = 403
    title = _("没有权限")

    def __init__(self, message: Text, *, roles: Sequence[str] = (), remedy: Text = "") -> None:
        super().__init__(message, remedy=remedy)
        self.roles = tuple(roles)


class WrongState(Fault):
    """The thing is not in the state that this step starts from; `found` and `expected` are state names."""

    status = 409
    title = _("状态已改变")

    def __init__(self, message: Text, *, found: str = "", expected: Sequence[str] = (), remedy: Text = "") -> None:
        super().__init__(message, remedy=remedy)
        self.found = found
        self.expected = tuple(expected)


class Invalid(Fault):
    """What was entered cannot be taken; `fields` maps field names to what is wrong with each."""

    status = 400
    title = _("填写有误")

    def __init__(self, message: Text, *, fields: Mapping[str, Text] | None = None, remedy: Text = "") -> None:
        super().__init__(message, remedy=remedy)
        self.fields = dict(fields or {})

    @property
    def aside(self) -> dict[str, Text]:
        """What `fields` say beyond the sentence itself."""
        return {name: text for name, text in self.fields.items() if str(text) not in str(self)}
