"""Sets the clock of an empty platform to a past day, from which it runs on. For demos, drills and trials.

Only the machine may: by the command line, before anything happened. Times of what is stored would no longer fit.
"""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.change import change
from lantian.site.core.faults import WrongState
from lantian.site.core.models import ReplayClock
from lantian.site.core.policy import Actor

policy.declare({"core.start_replay": policy.roles()}, titles={"core.start_replay": _("启动演练时钟")})


def start_replay(actor: Actor, shown: dt.datetime) -> ReplayClock:
    """Let the time shown be `shown` from now on, and run on.

    Raises
    ------
    Refused : it is a person who asks
    WrongState : the clock has been set before
    """
    made = ReplayClock(pk=1, started_at=clock.real_now(), shown_at=shown)
    with change(actor, made, "core.start_replay") as made:
        if ReplayClock.objects.filter(pk=1).exists():
            raise WrongState(_("演练时钟已经启动，不能再次设置。"), remedy=_("需要从另一天开始时，请新建一个平台。"))
    clock.hold_again()
    return made
