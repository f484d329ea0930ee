"""Entry point of the application server: `gunicorn lantian.site.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantian.site.settings")
application = get_wsgi_application()
