"""Jobs that run long enough to be watched, stopped and killed."""

import os
import time

from lantian.site.core.jobs import job


@job("test.add", title="相加")
def add(job, progress):
    progress(0.5, "一半")
    return {"sum": sum(job.params["numbers"]), "pid": os.getpid()}


@job("test.endless", title="不停")
def endless(job, progress):
    while True:
        progress(0.1, str(os.getpid()))
        time.sleep(0.1)
