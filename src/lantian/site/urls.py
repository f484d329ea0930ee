"""All addresses: every room brings its own `urls.py`."""

from django.apps import apps
from django.urls import include, path

from lantian.site.core import errors, problems
from lantian.site.core.api import gate

urlpatterns = [path("", include("lantian.site.core.urls")), path("", include("lantian.site.org.urls"))]
urlpatterns += [
    path(f"{app.label}/", include(f"{app.name}.urls"))
    for app in apps.get_app_configs()
    if app.name.startswith("lantian.site.") and app.label not in {"core", "org"}
]
urlpatterns.append(path(problems.PREFIX.lstrip("/"), include((gate.addresses(), "api"))))

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error
