"""kill -9 of the sending worker, at the worst moments and at random ones: late perhaps, doubled never.

The receivers take down what they took, so a test knows both sides. The worker is a process of its own on the test's
database. `make soak` sends many more.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from urllib.parse import quote

import pytest
from django.db import connection

from lantian.site.core.models import Delivery, Notice
from lantian.site.core.notify import actions, declare, notify
from tests.site.core.receivers import hooks, mails

pytestmark = pytest.mark.django_db(transaction=True)
SOAK = bool(os.environ.get("LANTIAN_SOAK"))
LETTERS = 500 if SOAK else 40

declare("crash.due", "中断测试", urgent=True)

WORKER = """
import datetime as dt, os, time
import django
django.setup()
from lantian.site.core.notify import declare, outbox
declare("crash.due", "中断测试", urgent=True)
lease = dt.timedelta(seconds=float(os.environ["LEASE"]))
print("ready", flush=True)
while outbox.send_due(lease=lease) or os.environ.get("FOREVER"):
    time.sleep(0.02)
"""


def database() -> str:
    """The test's database as LANTIAN_DATABASE names it."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    user = f"{quote(settings['USER'])}:{quote(settings['PASSWORD'])}@" if settings["USER"] else ""
    return f"postgresql://{user}{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"


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
    started: list[subprocess.Popen[str]] = []

    def start(*, lease: float = 600, forever: bool = False) -> subprocess.Popen[str]:
        environ = {
            **os.environ,
            "LANTIAN_DATABASE": database(),
            "LANTIAN_CHANNELS": str(channels),
            "LEASE": str(lease),
            "FOREVER": "1" if forever else "",
        }
        process = subprocess.Popen([sys.executable, "-c", WORKER], env=environ, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def kill(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


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
    worker(lease=0).wait(30)
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
    worker(lease=2).wait(120)
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
        process.wait(120)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    for name in receivers:
        times = taken(receivers, name)
        assert len(times) == LETTERS
        assert set(times.values()) == {1}
