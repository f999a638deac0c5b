"""Owns the configuration: every setting, read from the environment through ``portal.env``."""

import mmap
import os
from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

from portal import logs
from portal.env import SQLITE, Environment, names_for

django_stubs_ext.monkeypatch()

env = Environment()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.folder("VAR_DIR", default=BASE_DIR / "var")

DEBUG = env.boolean("DEBUG", default=False)
SECRET_KEY = env.secret("SECRET_KEY", kept_in=VAR_DIR / "secret")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", default=names_for(env.text("HOST", default="127.0.0.1")))
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "modeltranslation",
    "django.contrib.admin.apps.SimpleAdminConfig",  # loaded with the addresses: commands start without it
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "csp",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "troubleshoot",
]

# The first ones stand before the static files and the redirect to HTTPS, so that those carry the headers too.
MIDDLEWARE = [
    "portal.middleware.request_metrics",
    "portal.middleware.security_headers",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "portal.reading.refuse_unreadable",
    "portal.stylesheets.StaticFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.middleware.LanguageOfAddress",
    "django.middleware.common.CommonMiddleware",
    "portal.middleware.UploadLimit",
    "portal.middleware.ReadOnly",
    "portal.middleware.SearchLimit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
ASGI_APPLICATION = "portal.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "portal.templates.Loader",
                    [f"django.template.loaders.{place}.Loader" for place in ("filesystem", "app_directories")],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# gunicorn reads it before its configuration, without a sentence; `prepare`, the step before, has one: for a blank, too,
# which is no number for gunicorn.
cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
WEB_CONCURRENCY = env.integer("WEB_CONCURRENCY", default=min(max(cores, 2), 8), least=1, may_be_blank=False)
# Each process keeps as many connections as it has threads, and two more for what works beside them.
WEB_THREADS = env.integer("WEB_THREADS", default=4, least=1)
connections = env.integer("DATABASE_CONNECTIONS", default=WEB_THREADS + 2, least=1)
statement_seconds = env.integer("DATABASE_STATEMENT_SECONDS", default=15, most=86_400)
DATABASES = {"default": env.database("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
# Readers' pages are read from them, as long as they have the content that was seen.
DATABASES |= {f"replica-{place}": one for place, one in enumerate(env.replicas("DATABASE_REPLICA_URLS"), 1)}
DATABASE_ROUTERS = ["troubleshoot.replicas.Router"] if len(DATABASES) > 1 else []
# Readers notice nothing, forms say so; the database holds it.
READ_ONLY = env.boolean("READ_ONLY", default=False)
if DATABASES["default"]["ENGINE"] == SQLITE:
    if DATABASE_ROUTERS:
        raise ImproperlyConfigured("DATABASE_REPLICA_URLS needs a DATABASE_URL of PostgreSQL, whose replicas they are.")
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": None if READ_ONLY else "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA query_only=ON" if READ_ONLY else "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    for name, database in DATABASES.items():
        reads_only = READ_ONLY or name != "default"
        database |= {
            "ENGINE": "portal.postgresql",
            "CONN_MAX_AGE": 0,  # the pool keeps them
            "OPTIONS": {
                "connect_timeout": 2,
                "options": f"-c statement_timeout={statement_seconds * 1_000}"
                + (" -c default_transaction_read_only=on" if reads_only else ""),
                "pool": {
                    "min_size": 0,
                    "max_size": connections,
                    "max_idle": 300,
                    "reconnect_timeout": 0,
                },
            }
            | database.get("OPTIONS", {}),
        }

# What all processes and machines share beside the database. Without it each process counts and keeps for itself.
CACHE_URL = env.cache("CACHE_URL")
RATE_LIMIT_STORAGE = CACHE_URL or "memory://"
# How much of what takes the processor there may be a minute: for one network, and for all together.
WORK_LIMITS = {
    "searching": (
        env.integer("SEARCHES_A_MINUTE", default=600),
        env.integer("SEARCHES_A_MINUTE_IN_ALL", default=6_000),
    ),
    "diagnosing": (env.integer("LOGS_A_MINUTE", default=60), env.integer("LOGS_A_MINUTE_IN_ALL", default=600)),
}
CACHES: dict[str, dict[str, Any]] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if CACHE_URL:
    # A cache that is gone must not make each request wait.
    timeouts = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
    CACHES["default"] = {"BACKEND": "portal.caches.ForgivingRedis", "LOCATION": CACHE_URL, "OPTIONS": timeouts}
    # Pages of all machines: bytes that are signed, so that nothing of them is believed unseen.
    CACHES["shared pages"] = CACHES["default"] | {"OPTIONS": timeouts | {"serializer": "portal.caches.Bytes"}}
# Pages that were made are kept, in front of Django, until the content changes: so many MiB of them in each process.
PAGES_MIB = env.integer("PAGES_MIB", default=0 if DEBUG else 32, most=65_536)
CACHES["pages"] = {"BACKEND": "portal.caches.SegmentedMemory", "OPTIONS": {"MIB": PAGES_MIB}}
# What stands around every page of a language, which only another release changes.
CACHES["frames"] = {"BACKEND": "portal.caches.SegmentedMemory", "LOCATION": "frames", "OPTIONS": {"MIB": 1}}
if DEBUG:
    CACHES["frames"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}

# What the portal is called and about. The short name is that of its search in a browser, which takes 16 characters.
PORTAL_NAME = env.in_each_language("PORTAL_NAME", default=_("Azure VM Backup Troubleshooting"))
PORTAL_SHORT_NAME = env.in_each_language("PORTAL_SHORT_NAME", default=_("Backup errors"))
PORTAL_DESCRIPTION = env.in_each_language(
    "PORTAL_DESCRIPTION",
    default=_("Search the documented errors of Azure VM backup and restore, with their causes and fixes."),
)
# Where the content comes from, in a few words, and whose it is.
PORTAL_SOURCE = env.in_each_language("PORTAL_SOURCE", default=_("the troubleshooting document for Azure VM backup"))
PORTAL_RIGHTS = env.in_each_language("PORTAL_RIGHTS", default="© Microsoft")
# Where readers reach its team: an address of mail or of a page.
PORTAL_CONTACT = env.text("PORTAL_CONTACT")
# Where the portal is found, for links in mails; without it, they have none.
PORTAL_ADDRESS = env.text("PORTAL_ADDRESS")
# Mail to those who write and publish: none without a host. A server that does not answer is not waited for any longer.
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.integer("EMAIL_PORT", default=25, most=65_535)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_USER"), env.confidential("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.boolean("EMAIL_USE_SSL", default=False)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", default="portal@localhost")
EMAIL_TIMEOUT = 10
# Searches that the home page proposes.
SEARCH_EXAMPLES = env.words(
    "SEARCH_EXAMPLES", default=(_("VM agent"), _("snapshot failed"), "BitLocker", "COM+", _("reserved IP"))
)
# Error codes as its product has them.
CODE_EXAMPLES = env.words("CODE_EXAMPLES", default=("UserErrorVmNotFoundV2", "0x8004E00F"))

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
# The second has Django's own texts in better Korean. makemessages writes to the first and leaves it alone.
LOCALE_PATHS = [BASE_DIR / "troubleshoot" / "locale", BASE_DIR / "troubleshoot" / "locale_django"]
FORMAT_MODULE_PATH = "portal"
MODELTRANSLATION_DEFAULT_LANGUAGE = "ko"
# A field is called by what it holds and the language that it holds it in, of which no editor needs to know the code.
MODELTRANSLATION_BUILD_LOCALIZED_VERBOSE_NAME = lambda name, code: f"{name} ({dict(LANGUAGES)[code]})"  # noqa: E731
MODELTRANSLATION_FALLBACK_LANGUAGES = ("ko", "en")  # a text in one language is shown to readers of the other
TIME_ZONE = "Asia/Seoul"

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.stylesheets.BundlingStorage"},
}

WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")  # read by debuggers only

# A portal behind TLS. The probes answer on the inner, plain side too.
HTTPS = env.boolean("HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = env.integer("HSTS_SECONDS", default=0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.boolean("HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.boolean("HSTS_PRELOAD", default=False)
# How many proxies stand in front, each of which adds to X-Forwarded-For.
PROXIES = env.hops("TRUST_PROXY")
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def OTP_TOTP_ISSUER(_device: Any) -> str:  # noqa: N802 - Django's way to write a setting
    """What the app of a second factor calls the portal."""
    return str(PORTAL_NAME)


# Who answered whether something helped is known by it when they answer again.
ANSWERING_COOKIE_NAME = "answering"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": format_lazy("{} API", PORTAL_NAME),
    "DESCRIPTION": PORTAL_DESCRIPTION,
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
}

# A pasted log may have 256 KiB; the view refuses more, and Django whatever is far beyond that.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
# What a request with documents may have, on the page and to the API, and one with a table of entries or synonyms.
DOCUMENTS_LIMIT, TABLES_LIMIT = 25 * 1_048_576, 10 * 1_048_576
# Far more than an image may have: its form says so, and keeps what was written beside it.
IMAGES_LIMIT = 64 * 1_048_576
# Pages that accept a file; everywhere else the limit above counts files too.
UPLOAD_LIMITS = {
    "admin:troubleshoot_errorentry_import": TABLES_LIMIT,
    "admin:troubleshoot_synonymgroup_import": TABLES_LIMIT,
    "admin:troubleshoot_document_import": DOCUMENTS_LIMIT,
    "admin:troubleshoot_image_add": IMAGES_LIMIT,
    "admin:troubleshoot_image_upload": IMAGES_LIMIT,
}

# Where whoever signs in goes who was sent from nowhere, or from an address that is not ours.
LOGIN_REDIRECT_URL = "admin:index"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LOGGING = logs.configuration(
    form=env.choice("LOG_FORMAT", default="text", choices=("text", "json")),
    level=env.choice("LOG_LEVEL", default="INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR")),
)

# A byte that all workers of a server see: set while it says that it is going, before it closes its door.
LEAVING = mmap.mmap(-1, 1)
METRICS_NETWORKS = env.networks("METRICS_NETWORKS", default=("127.0.0.0/8", "::1/128"))

SEARCH_INDEX_DIR = VAR_DIR / "index"
# Queries whose answer is known: a change of content is rehearsed with them, where the file is there.
GOLDEN_QUERIES = env.text("GOLDEN_QUERIES", default=str(BASE_DIR / "benchmarks" / "golden.tsv"))
# Where an error that is not documented here may be: what was searched for and the language are filled in.
LEARN_SEARCH = env.template(
    "LEARN_SEARCH",
    default="https://learn.microsoft.com/{language}/search/?terms={query}",
    parts=("query", "language"),
)
LEARN_SEARCH_NAME = env.in_each_language("LEARN_SEARCH_NAME", default="Microsoft Learn")
# Where a request to support is opened.
SUPPORT_REQUEST = env.template("SUPPORT_REQUEST", default="https://portal.azure.com/#create/Microsoft.Support")
# Whose support a fix may send its readers to ("Azure support"), beside that of customers.
SUPPORT_NAMES = env.words("SUPPORT_NAMES", default=("Microsoft", "Azure"))
# What support asks for beside the error, and which of it a wizard may know: the version that was typed there.
VERSION_FIELD = _("VM agent version")
SUPPORT_FIELDS = env.words(
    "SUPPORT_FIELDS", default=(_("Job ID"), _("VM name"), _("Region"), _("Time of the error"), VERSION_FIELD)
)
# Characters that are searched for; more are read and cut, as far as the bytes that a request may bring at all.
SEARCH_QUERY_LIMIT = 2_000
SEARCH_QUERY_BYTES = 65_536
