"""Pages of this room, by subject."""

from django.utils.translation import gettext_lazy as _

from lantian.site.core.frame import declare_room, declare_section

declare_room("plans", _("方案任务"), icon="clipboard-list", order=20)
declare_section("plans", "overview", _("全局"), icon="gauge", order=-1)
declare_section("plans", "progress", _("进展"), icon="progress-check", order=1)
declare_section("plans", "papers", _("批示和文件"), icon="files", order=2)
