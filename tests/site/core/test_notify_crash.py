"""kill -9 of the sending worker, at the worst moments and at random ones: late perhaps, doubled never.

The receivers take down what they took, so a test knows both sides. The worker is a process of its own on the test's
database. `make soak` sends many more.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from contextlib import ExitStack
from multiprocessing.process import BaseProcess

import pytest

from lantian.site.core.models import Delivery, Notice
from lantian.site.core.notify import actions, notify
from tests.site.core.receivers import hooks, mails
from tests.site.core.sending import start

pytestmark = pytest.mark.django_db(transaction=True)
SOAK = bool(os.environ.get("LANTIAN_SOAK"))
LETTERS = 500 if SOAK else 40


@pytest.fixture
def receivers():
    with ExitStack() as stack:
        yield {
            "knows": stack.enter_context(hooks()),
            "sms": stack.enter_context(hooks()),
            "mail": stack.enter_context(mails()),
        }


@pytest.fixture
def channels(settings, tmp_path, receivers):
    """A gateway that knows keys, one that does not, and a mail server."""
    path = tmp_path / "channels.toml"
    path.write_text(
        f"""
        [[channel]]
        name = "knows"
        type = "sms"
        url = "{receivers["knows"].url}/"
        headers = {{ Idempotency-Key = "{{key}}" }}
        body = '{{"to": "{{phone}}", "text": "{{text}}"}}'
        idempotent = true
        [[channel]]
        name = "sms"
        type = "sms"
        url = "{receivers["sms"].url}/"
        headers = {{ X-Key = "{{key}}" }}
        body = '{{"to": "{{phone}}", "text": "{{text}}"}}'
        [[channel]]
        name = "mail"
        type = "email"
        host = "127.0.0.1"
        port = {receivers["mail"].port}
        security = "none"
        sender = "lantian@office.example"
        """,
        "utf-8",
    )
    settings.LANTIAN_CHANNELS = str(path)
    return path


@pytest.fixture
def reader(district, channels):
    """A person whom all three channels reach."""
    person = district.leader
    every = {"crash.due": {"knows": True, "sms": True, "mail": True}}
    actions.choose_channels(person, person, email="leader@office.example", mobile="13800001234", choices=every)
    return person


@pytest.fixture
def worker(channels):
    """Starts worker processes; none outlives the test."""
    started: list[BaseProcess] = []

    def begin(*, lease: float = 600) -> BaseProcess:
        started.append(start(str(channels), lease=lease))
        return started[-1]

    yield begin
    for process in started:
        kill(process)


def kill(process: BaseProcess) -> None:
    process.kill()
    process.join()


def has_ended(process: BaseProcess, within: float) -> bool:
    process.join(within)
    return process.exitcode == 0


def key_of(name: str, got) -> str:
    if name == "mail":
        return got.headers["message-id"].strip("<>").split("@")[0]
    return got.headers["idempotency-key" if name == "knows" else "x-key"]


def taken(receivers, name: str) -> Counter[str]:
    """How often each key was taken by a receiver. Another test may ask after its own server at a port it had before."""
    return Counter(key_of(name, got) for got in receivers[name].taken if got.path != "/health")


@pytest.mark.parametrize(
    ("name", "state", "times"), [("knows", "sent", 2), ("sms", "unknown", 1), ("mail", "unknown", 1)]
)
def test_killed_after_the_receiver_took_it_and_before_we_wrote_it_down(reader, receivers, worker, name, state, times):
    """The moment that no program can close: again with the same key where that is known, else left to a person."""
    notify(reader, "crash.due", title="一")
    Delivery.objects.exclude(channel=name).delete()
    receivers[name].hold()
    process = worker()
    assert receivers[name].arrived.wait(20)
    kill(process)
    receivers[name].let_go.set()
    assert Delivery.objects.get().state == "sending", "what the dead worker left"
    assert has_ended(worker(lease=0), 30)
    assert Delivery.objects.get().state == state
    assert list(taken(receivers, name).values()) == [times]


def test_killed_at_random_moments(reader, receivers, worker):
    """Every letter ends as sent or in doubt; a sent one was taken, one of doubt at most once; only a receiver that
    knows keys sees one again."""
    dice = random.Random(5)
    for number in range(LETTERS):
        notify(reader, "crash.due", title=f"第 {number} 条", key=f"crash:{number}")
    assert (Notice.objects.count(), Delivery.objects.count()) == (LETTERS, 3 * LETTERS)
    kills = 0
    # Slow receivers, so that most of a worker's time is spent in the moment that matters.
    while Delivery.objects.filter(state__in=["queued", "failed"]).exists() and kills < LETTERS:
        one, other = worker(lease=2), worker(lease=2)
        time.sleep(dice.uniform(0.05, 1.5 if SOAK else 0.8))
        kill(one)
        kill(other)
        kills += 1
    assert kills
    time.sleep(2.1)  # the last leases run out
    assert has_ended(worker(lease=2), 120)
    ended = {str(d.key): (d.channel, d.state) for d in Delivery.objects.all()}
    doubts = Counter(channel for channel, state in ended.values() if state == "unknown")
    again = sum(times - 1 for times in taken(receivers, "knows").values())
    print(f"{len(ended)} letters, {2 * kills} kills: in doubt {dict(doubts)}, sent again with the same key {again}")
    assert {state for _channel, state in ended.values()} <= {"sent", "unknown"}
    for name in receivers:
        times = taken(receivers, name)
        mine = {key: state for key, (channel, state) in ended.items() if channel == name}
        assert set(times) <= set(mine)
        assert all(times[key] for key, state in mine.items() if state == "sent"), "what counts as sent was taken"
        if name == "knows":
            assert set(mine.values()) == {"sent"}
        else:
            assert max(times.values()) == 1, "never doubled"
            assert list(mine.values()).count("unknown") <= 2 * kills


def test_two_workers_send_each_letter_once(reader, receivers, worker):
    for number in range(LETTERS):
        notify(reader, "crash.due", title=f"第 {number} 条")
    both = [worker(), worker()]
    for process in both:
        assert has_ended(process, 120)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    for name in receivers:
        times = taken(receivers, name)
        assert len(times) == LETTERS
        assert set(times.values()) == {1}
