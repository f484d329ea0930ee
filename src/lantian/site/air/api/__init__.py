"""The air over the HTTP API. `register()` imports what declares the routes."""

from django.utils.translation import gettext_lazy as _

from lantian.site.core.api import Room, declare_scopes

declare_scopes({"air:read": _("读取站点、空气质量和排名")})
room = Room("air", "/air", tag=_("环境空气"))


def register() -> None:
    """Declare the routes; called once the models of all rooms are there."""
    from lantian.site.air.api import days, district, rankings, stations  # noqa: F401 - they declare routes of `room`
