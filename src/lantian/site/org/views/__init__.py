"""Pages of org."""

from django.utils.translation import gettext_lazy as _

from lantian.site.core import page

page.declare_room("org", _("组织"), icon="sitemap", order=800)
