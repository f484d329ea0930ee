"""The sender that is killed: processes forked from one that has loaded the platform, as loading takes seconds."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import time
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import django

django.setup()

from django.conf import settings  # noqa: E402 - the platform can be imported only after Django is set up
from django.db import connection  # noqa: E402

from lantian.site.core.notify import declare, outbox  # noqa: E402

PATIENCE = 120  # seconds; a busy machine starts processes slowly
declare("crash.due", "中断测试", urgent=True)


def send(ready: Connection, database: str, channels: str, lease: float) -> None:
    """Send what is due, until nothing is."""
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = database
    settings.LANTIAN_CHANNELS = channels
    ready.send("ready")
    while outbox.send_due(lease=dt.timedelta(seconds=lease)):
        time.sleep(0.02)


def start(channels: str, *, lease: float) -> BaseProcess:
    """A process that has just begun to send, on the database of the test."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    here, there = processes.Pipe(duplex=False)
    process = processes.Process(target=send, args=(there, str(connection.settings_dict["NAME"]), channels, lease))
    process.start()
    there.close()
    assert here.poll(PATIENCE), "the sender did not start"
    assert here.recv() == "ready"
    return process
