"""Pages of this room, by subject."""

from django.utils.translation import gettext_lazy as _

from lantian.site.core.frame import declare_room

declare_room("air", _("环境空气"), icon="wind", order=30)
