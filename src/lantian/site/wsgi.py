"""Entry point of the application server: `gunicorn lantian.site.wsgi`."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver

# Small matrices (a polar plot's) on several threads cost thirty times the processor time where others want it too.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantian.site.settings")
application = get_wsgi_application()

# All that is loaded now stays to the end: views, models, texts, some hundred thousand objects. The collector would walk
# them again and again while it looks for what a request left behind, a quarter of the time of a page; and a web process
# that walks them can no longer share their memory with the one that it was forked from.
len(get_resolver().url_patterns)
connections.close_all()  # none may be open when processes are forked from this one
gc.collect()
gc.freeze()
