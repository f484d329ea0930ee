"""What several actions of this room ask."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lantian.site.core.faults import Invalid
from lantian.site.org.models import Unit, person_of
from lantian.site.org.register import Register
from lantian.site.plans.models import Task

__all__ = ["DOING", "person_of", "require_role"]

DOING = ("lead", "responsible")


def require_role(task: Task, unit: Unit) -> None:
    """Refuse units that need not do a task: only those who must can ask for it to be put off or closed."""
    register = Register()
    doing = register.expand(r.unit_id for r in task.roles.all() if r.unit_id and r.role in DOING)
    if not set(register.today(unit.pk)) & set(doing):
        raise Invalid(_("这项任务不由这个单位牵头或负责。"))
