"""Settings of the platform. All that an installation may change comes from the environment: see docs/reference."""

import os
from pathlib import Path

from lantian.site import environment

HERE = Path(__file__).parent
VAR = environment.var_directory()

SECRET_KEY = environment.secret_key(VAR)
DEBUG = environment.flag("LANTIAN_DEBUG", False)
# Certificate and key of `lantian init`; None where the platform serves http, by itself or behind a proxy.
LANTIAN_TLS = environment.tls(VAR)
HOSTS = ["127.0.0.1", "localhost", "[::1]", *(LANTIAN_TLS.hosts if LANTIAN_TLS else ())]
ALLOWED_HOSTS = environment.words("LANTIAN_HOSTS", ",".join(HOSTS))
CSRF_TRUSTED_ORIGINS = environment.words("LANTIAN_ORIGINS")

INSTALLED_APPS = [
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "lantian.site.core",
    "lantian.site.org",
]
# Rooms above org join when they are installed; each is a package of its own below lantian.site.
ROOMS = ["series", "orders", "air", "sources", "plans"]
INSTALLED_APPS += [f"lantian.site.{room}" for room in ROOMS if (HERE / room / "apps.py").exists()]

MIDDLEWARE = [
    "lantian.site.core.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lantian.site.core.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lantian.site.org.middleware.SessionEnds",
    "lantian.site.core.phone.middleware.Queued",
    "lantian.site.core.middleware.Asked",
    "lantian.site.core.middleware.TypedErrors",
]

ROOT_URLCONF = "lantian.site.urls"
WSGI_APPLICATION = "lantian.site.wsgi.application"
FORM_RENDERER = "lantian.site.core.forms.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "lantian.site.core.phone.said_to_reader",
            ],
            "builtins": ["lantian.site.core.templatetags.lantian"],
        },
    }
]

DATABASES = {"default": environment.database(VAR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "org.Person"
LOGIN_URL = "org:login"
LOGIN_REDIRECT_URL = "core:home"
LOGOUT_REDIRECT_URL = "org:login"
AUTHENTICATION_BACKENDS = ["lantian.site.org.backends.WithUnit"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "lantian.site.org.passwords.HouseRules"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Failures from one address after which a name waits, each time twice as long.
LANTIAN_LOGIN_TRIES = environment.whole_number("LANTIAN_LOGIN_TRIES", 5)
# Passwords that are not taken again; days until one must be changed (0: never).
LANTIAN_PASSWORD_HISTORY = environment.number_or_off("LANTIAN_PASSWORD_HISTORY", 5)
LANTIAN_PASSWORD_DAYS = environment.number_or_off("LANTIAN_PASSWORD_DAYS", 0)
# Who needs a code of a phone app beside the password.
LANTIAN_TOTP = environment.one_of("LANTIAN_TOTP", ("off", "administrators", "all"))
# A session ends after minutes without use, and after hours whatever was done; browsers one person may have open.
LANTIAN_SESSION_IDLE_MINUTES = environment.whole_number("LANTIAN_SESSION_IDLE_MINUTES", 60)
LANTIAN_SESSION_HOURS = environment.whole_number("LANTIAN_SESSION_HOURS", 12)
LANTIAN_SESSIONS = environment.number_or_off("LANTIAN_SESSIONS", 5)

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS: list[str] = []
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
FORMAT_MODULE_PATH = "lantian.site.formats"

STATIC_URL = "static/"
# Files are served from the packages themselves: an office has no `collectstatic` step to forget.
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600

MEDIA_ROOT = VAR / "media"
LANTIAN_UPLOAD_MAX = environment.whole_number("LANTIAN_UPLOAD_MAX_MB", 50) * 1024 * 1024
# A zip file of evidence may be larger: a winter's photos of a town.
LANTIAN_BATCH_MAX = environment.whole_number("LANTIAN_BATCH_MAX_MB", 2048) * 1024 * 1024
# A command with {file} that looks at every upload; exit status 0 is clean. Seconds until it counts as not answering.
LANTIAN_ANTIVIRUS = environment.command("LANTIAN_ANTIVIRUS", "{file}")
LANTIAN_ANTIVIRUS_TIMEOUT = environment.whole_number("LANTIAN_ANTIVIRUS_TIMEOUT", 60)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_PERMISSIONS = 0o640

# The audit trail's files; the anchors may lie on a share that this machine's administrators cannot rewrite.
LANTIAN_AUDIT = VAR / "audit"
LANTIAN_ANCHORS = os.environ.get("LANTIAN_ANCHORS") or str(LANTIAN_AUDIT)
# Older events leave the database as sealed segments.
LANTIAN_AUDIT_MONTHS = environment.whole_number("LANTIAN_AUDIT_MONTHS", 24)

# Months of measured hours that stay in the database (0: all of them); older ones lie in files here.
LANTIAN_SERIES_MONTHS = environment.number_or_off("LANTIAN_SERIES_MONTHS", 0)
LANTIAN_SERIES_ARCHIVE = VAR / "series"

# `worker` hands jobs to the job runner of `lantian serve`; `inline` runs them at once (tests, command line).
LANTIAN_JOBS = os.environ.get("LANTIAN_JOBS") or "worker"
if LANTIAN_JOBS not in {"worker", "inline"}:
    raise environment.BadSetting("LANTIAN_JOBS: 请填 worker 或 inline。 Use worker or inline.")
LANTIAN_WORKERS = environment.whole_number("LANTIAN_WORKERS", 2)

# Requests a minute of one token or person, and of one address, to the HTTP API.
# A base map below our own outlines, if the office has one that it may show, and that map's approval number (审图号).
LANTIAN_MAP_TILES = os.environ.get("LANTIAN_MAP_TILES") or ""
LANTIAN_MAP_APPROVAL = os.environ.get("LANTIAN_MAP_APPROVAL") or ""
LANTIAN_API_PER_MINUTE = environment.whole_number("LANTIAN_API_PER_MINUTE", 600)
LANTIAN_API_ADDRESS_PER_MINUTE = environment.whole_number("LANTIAN_API_ADDRESS_PER_MINUTE", 1800)

# A TOML file of e-mail, group robots, text messages: see docs/reference/channels. Without it there is the inbox alone.
LANTIAN_CHANNELS = os.environ.get("LANTIAN_CHANNELS") or ""

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = LANTIAN_SESSION_HOURS * 3600
SESSION_COOKIE_NAME = "lantian_session"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "lantian.site.core.errors.csrf_failure"
LANGUAGE_COOKIE_NAME = "lantian_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
# No HSTS with a certificate of our own: a phone that does not trust it yet could not get past its browser's warning to
# the page that hands our authority's certificate out.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANTIAN_TLS is not None
if environment.flag("LANTIAN_HTTPS", False):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 30 * 24 * 3600

# In a cookie, and in the session where they are long: of two requests at once that write the session, one is lost.
MESSAGE_STORAGE = "django.contrib.messages.storage.fallback.FallbackStorage"
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LANTIAN_LOG") or "INFO"},
}
