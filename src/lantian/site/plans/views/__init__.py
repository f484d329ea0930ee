"""Pages of this room, by subject."""

from django.utils.translation import gettext_lazy as _

from lantian.site.core.frame import declare_room

declare_room("plans", _("方案任务"), icon="clipboard-list", order=20)
