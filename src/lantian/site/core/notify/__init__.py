"""Telling people: the inbox, and delivery over e-mail, group robots and text messages.

from lantian.site.core.notify import notify

notify(people, "plans.due", title=_("…"), body=_("…"), url=task.get_absolute_url(), key=f"plans.due:{task.pk}:{due}")
"""

from lantian.site.core.notify.actions import notify
from lantian.site.core.notify.kinds import declare

__all__ = ["declare", "notify"]
