"""Pages of this room."""

from django.utils.translation import gettext_lazy as _

from lantian.site.core.frame import declare_room

declare_room("orders", _("工单"), icon="clipboard-text", order=25)
