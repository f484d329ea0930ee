"""Measured values over the HTTP API. `register()` imports what declares the routes."""

from django.utils.translation import gettext_lazy as _

from lantian.site.core.api import Room, declare_scopes

declare_scopes({"series:read": _("读取监测数据")})
room = Room("series", "/series", tag=_("监测数据"))


def register() -> None:
    """Declare the routes; called once the models of all rooms are there."""
    from lantian.site.series.api import values  # noqa: F401 - it declares routes of `room`
