"""The outbox: retries, doubt, and what is never done twice."""

from __future__ import annotations

import datetime as dt

import pytest

from lantian.site.core import clock
from lantian.site.core.faults import Refused, WrongState
from lantian.site.core.notify import notify, outbox
from lantian.site.core.policy import System
from tests.site.core.outgoing import gateway, group, later, phone, states, the_one

pytestmark = pytest.mark.django_db


def test_retries_back_off_and_then_give_up(district, channels, hook):
    channels(group(hook))
    hook.status = 503
    notify(district.leader, "test.due", title="一")
    pauses = []
    while the_one().state in ("queued", "failed"):
        before = clock.real_now()
        outbox.send_due()
        pauses.append(round((the_one().next_try_at - before).total_seconds() / 60))
        if the_one().state == "failed":
            later()
    assert pauses[:2] == [1, 5]
    assert states() == ["given_up"]
    assert len(hook.taken) == 3
    assert len({got.json["key"] for got in hook.taken}) == 1, "the same key at every try"


def test_a_failed_delivery_waits_for_its_time(district, channels, hook):
    channels(group(hook))
    hook.status = 503
    notify(district.leader, "test.due", title="一")
    outbox.send_due()
    outbox.send_due()
    assert len(hook.taken) == 1


def test_nobody_listening_is_a_sure_failure(district, channels, hook):
    channels(group(hook).replace(str(hook.port), "9"))
    notify(district.leader, "test.due", title="一")
    outbox.send_due()
    assert states() == ["failed"]


def test_a_redirect_is_not_followed(district, channels, hook):
    channels(group(hook))
    hook.status = 307
    notify(district.leader, "test.due", title="一")
    outbox.send_due()
    assert states() == ["given_up"]
    assert len(hook.taken) == 1


@pytest.mark.parametrize(("idempotent", "state"), [("false", "unknown"), ("true", "failed")])
def test_an_answer_that_never_comes_leaves_a_doubt(district, channels, hook, idempotent, state):
    """The gateway has the message. Sent again it is only where the gateway knows the key."""
    channels(gateway(hook, idempotent=idempotent, more="timeout_s = 0.3"))
    hook.hold()
    notify(phone(district.leader), "test.due", title="一")
    assert outbox.send_due() == 0
    assert states() == [state]
    assert len(hook.taken) == 1


def test_a_claimed_delivery_is_nobody_elses(district, channels, hook):
    channels(group(hook))
    notify(district.leader, "test.due", title="一")
    assert outbox.claim() is not None
    assert outbox.claim() is None
    assert outbox.send_due() == 0


def test_a_late_worker_tells_what_it_surely_sent(district, channels, hook):
    """Its lease ran out while it was sending: the doubt is cleared, nothing is sent twice."""
    channels(gateway(hook))
    notify(phone(district.leader), "test.due", title="一")
    delivery = outbox.claim()
    outbox.sweep(lease=dt.timedelta(0))
    assert states() == ["unknown"]
    assert outbox.deliver(delivery)
    assert states() == ["sent"]


def test_a_channel_that_is_gone_is_told(district, channels, hook):
    channels(group(hook))
    notify(district.leader, "test.due", title="一")
    channels("")
    outbox.send_due()
    assert states() == ["given_up"]
    assert "group" in the_one().last_error


def test_the_administrator_sends_again_what_is_in_doubt(district, channels, hook):
    channels(gateway(hook))
    notify(phone(district.leader), "test.due", title="一")
    outbox.claim()
    outbox.sweep(lease=dt.timedelta(0))
    with pytest.raises(Refused):
        outbox.resend(district.air_office, the_one())
    outbox.resend(district.administrator, the_one())
    assert outbox.send_due() == 1
    with pytest.raises(WrongState):
        outbox.resend(district.administrator, the_one())
    with pytest.raises(WrongState):
        outbox.drop(district.administrator, the_one())


def test_the_administrator_lets_it_be(district, channels, hook):
    channels(group(hook))
    notify(district.leader, "test.due", title="一")
    with pytest.raises(Refused):
        outbox.drop(district.leader, the_one())
    outbox.drop(district.administrator, the_one())
    assert outbox.send_due() == 0
    assert states() == ["given_up"]
    assert outbox.resend(System(), the_one()).state == "queued"
