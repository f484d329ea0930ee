"""Jobs that run long enough to be watched, stopped and killed."""

import os
import time

from lantian.site.core import audit
from lantian.site.core.jobs import job
from lantian.site.core.policy import System


@job("test.add", title="相加")
def add(job, progress):
    progress(0.5, "一半")
    return {"sum": sum(job.params["numbers"]), "pid": os.getpid()}


@job("test.endless", title="不停")
def endless(job, progress):
    while True:
        progress(0.1, str(os.getpid()))
        time.sleep(0.1)


@job("test.stubborn", title="听不见")
def stubborn(job, progress):
    """Says who does it and no more, and stores something when it has long been given up."""
    progress(0.1, str(os.getpid()))
    end = time.monotonic() + job.params["seconds"]
    while time.monotonic() < end:
        time.sleep(0.05)
    audit.append(System(), "test.stubborn", job)
