"""Pages of this room."""

from django.utils.translation import gettext_lazy as _

from lantian.site.core.page import declare_room

declare_room("sources", _("清单台账"), icon="clipboard-list", order=25)
