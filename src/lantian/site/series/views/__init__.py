"""Pages of this room, by subject."""

from django.utils.translation import gettext_lazy as _

from lantian.site.core.frame import declare_room

declare_room("series", _("监测数据"), icon="database", order=32)
