"""Settings of the ledger; what differs between installations comes from the environment or `.env`."""

import sys
import tomllib
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from dotenv import load_dotenv

from market.sources import SOURCES
from rest.body_sizes import MAX_DATA, MAX_UPLOAD
from rest.openapi import settings as openapi

from . import env, logs

ROOT = Path(__file__).resolve().parents[2]
load_dotenv(ROOT / ".env")

DEBUG = env.boolean("DEBUG", True)
DATA_DIR = env.path("DATA_DIR", ".data", base=ROOT)
# Without DEBUG nothing is made up: checks.py says what is missing.
SECRET_KEY = env.text("SECRET_KEY", "") or (env.generated_secret(DATA_DIR / "secret_key") if DEBUG else "")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEBUG else "")

INSTALLED_APPS = [
    "trading_system",
    "serving",  # before staticfiles, whose runserver it completes
    "access.apps.Admin",  # Django's, open to the role `admin`
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "access",  # before rest_framework, whose templates it replaces
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "pghistory",
    "knox",
    "embedded_postgres",
    "following",
    "idempotency",
    "reference.apps.Reference",
    "trades",
    "alerts",
    "market",
    "portfolio",
    "webhooks",
    "dashboard",
]
MIDDLEWARE = [
    "trading_system.request_log.RequestLog",
    "trading_system.middleware.ForbidCaching",
    "serving.tls.ExplainPlainRequests",
    "django.middleware.security.SecurityMiddleware",  # by this name, which `check --deploy` looks for
    "trading_system.middleware.ContentSecurityPolicy",
    *([] if DEBUG else ["whitenoise.middleware.WhiteNoiseMiddleware"]),  # runserver has its own way in development
    "trading_system.middleware.RefuseLargeForms",
    "trading_system.middleware.AddTrailingSlash",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "trading_system.middleware.PageMessages",
    "trades.author.with_author",
    "trading_system.middleware.UncaughtErrors",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
ROOT_URLCONF = "trading_system.urls"
WSGI_APPLICATION = "trading_system.wsgi.application"
STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", "build/static", base=ROOT)  # where `manage.py collectstatic` puts them
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
# Of the account `main`, and of trades from before there were accounts.
MAIN_CURRENCY = env.text("MAIN_CURRENCY", "USD").upper()
OWN_FEED = "ws://127.0.0.1:8765"  # of `python server.py`, which simulates a market
FEED_URL = env.text("FEED_URL", OWN_FEED if DEBUG else "")  # where browsers find the price feed
FEED_SOURCE = env.choice("FEED_SOURCE", "simulated" if FEED_URL == OWN_FEED else "real", among=SOURCES)
LOGIN_REQUIRED = not DEBUG
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "rest_framework:login", "desk", "rest_framework:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # of the admin; made for each request
AUTHENTICATION_BACKENDS = ["access.backends.RoleBackend"]
KNOX_TOKEN_MODEL = "access.Token"  # noqa: S105  # a model's name
MIGRATION_MODULES = {"knox": None}  # they would make a table for knox's own model, which ours replaces
# In production everything is over TLS, which a proxy or gunicorn terminates.
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
TRUSTED_PROXIES = env.words("TRUSTED_PROXIES", "127.0.0.1,::1")  # addresses whose X-Forwarded-* are trusted
LIMITS = {  # times a minute
    "logins": env.whole("LOGINS_PER_MINUTE", 10),  # of one address, and as one user
    "token_failures": env.whole("TOKEN_FAILURES_PER_MINUTE", 20),  # of one address
    "heavy": env.whole("HEAVY_REQUESTS_PER_MINUTE", 300),  # of one user; access/throttles.py says which
}
MARKET_CANDLE_DAYS = env.whole("MARKET_CANDLE_DAYS", 90, most=36_500)  # how long `manage.py prune` keeps candles
WEBHOOK_PRIVATE_ADDRESSES = env.boolean("WEBHOOK_PRIVATE_ADDRESSES", DEBUG)  # which webhooks may lead to, without TLS
SECURE_REDIRECT_EXEMPT = ["^livez$", "^readyz$", "^metrics$"]  # asked from within
SECURE_HSTS_SECONDS = 0 if DEBUG else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEBUG
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, UNSAFE_INLINE],  # of the browsable API and Swagger; the desk does without
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_DATA
TRADES_UPLOAD_MAX_SIZE = MAX_UPLOAD  # which the page says before it sends a file

embedded: dict[str, Any] = {"ENGINE": "embedded_postgres", "NAME": "trading", "DATA_DIR": DATA_DIR}
named = env.named_server() or (None if DEBUG else {"NAME": ""})
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **({"ENGINE": "postgresql", **named} if named else embedded),
        # Seconds. The threads of runserver end with a client's connection, and their own would pile up.
        "CONN_MAX_AGE": 0 if sys.argv[1:2] == ["runserver"] else 60,
        "CONN_HEALTH_CHECKS": True,
    }
}

AFTER_RESTORE = ["begin_changes"]  # commands that `manage.py restore` ends with

# An event ends the version that it keeps: where the next one begins, or where the trade was deleted.
PGHISTORY_CREATED_AT_FUNCTION = 'COALESCE(NEW."updated_at", GREATEST(CLOCK_TIMESTAMP(), OLD."updated_at"))'

# In development, an open page asks every few seconds: only failures are logged.
LOG_LEVEL = env.choice("LOG_LEVEL", "warning" if DEBUG else "info", ("debug", "info", "warning", "error"))
LOG_FORMAT = env.choice("LOG_FORMAT", "text" if sys.stderr and sys.stderr.isatty() else "json", ("json", "text"))
LOGGING = logs.configured(LOG_LEVEL, is_text=LOG_FORMAT == "text")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "access.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["access.permissions.ByRole"],
    "DEFAULT_THROTTLE_CLASSES": ["access.throttles.HeavyRequests"],
    "DEFAULT_RENDERER_CLASSES": [
        "rest.renderers.FastJSONRenderer",
        "rest_framework.renderers.BrowsableAPIRenderer",
    ],
    "DEFAULT_PARSER_CLASSES": [
        "rest.parsers.ExactJSONParser",
        "rest_framework.parsers.FormParser",
        "rest.parsers.WholeMultiPartParser",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "rest.negotiation.Negotiation",
    "DEFAULT_SCHEMA_CLASS": "rest.openapi.schema.ResourceSchema",
    "EXCEPTION_HANDLER": "rest.errors.handle",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS = openapi.configured(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])
