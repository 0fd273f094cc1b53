"""Production settings. A missing secret stops the process; `dev` and `test` only relax what stands here."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent


def required(name: str) -> str:
    """The value of an environment variable that has no safe default."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(
            f"The environment variable {name} is not set; see README.md, “On real servers”."
        )
    return value


def broker_url(redis_url: str) -> str:
    """Celery names a unix socket differently from redis-py."""
    return (
        redis_url.replace("unix://", "redis+socket://", 1) if redis_url.startswith("unix://") else redis_url
    )


DEBUG = False
SECRET_KEY = required("SECRET_KEY")
# Tracking secrets are derived with this key, so that a form can be printed again and the database holds only hashes.
TRACKING_KEY = required("TRACKING_KEY")
ALLOWED_HOSTS = [host for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host]
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if origin]
# Papers and QR codes carry this address.
PUBLIC_URL = required("PUBLIC_URL")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "apps.core",
    "apps.units",
    "apps.calendars",
    "apps.accounts",
    "apps.citizens",
    "apps.businesses",
    "apps.procedures",
    "apps.documents",
    "apps.notifications",
    "apps.receipts",
    "apps.applications",
    "apps.cases",
    "apps.supervision",
    "apps.bundles",
    "apps.interface",
    "apps.web.ui",
    "apps.web.portal",
    "apps.web.desk",
    "apps.web.oversight",
    "apps.web.audit",
    "apps.web.administration",
    "apps.operations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.interface.middleware.StorableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.interface.middleware.ContentSecurityMiddleware",
    "apps.interface.middleware.ActorMiddleware",
    "apps.interface.middleware.ReadOnlyGetMiddleware",
    "apps.interface.middleware.RefusalMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.web.ui.context.page",
            ],
        },
    }
]

# The role of this URL is the program's: it owns no table. Only `migrate` is run with the owner's URL.
DATABASES: dict[str, dict[str, Any]] = {
    "default": dict(dj_database_url.parse(required("DATABASE_URL"), conn_max_age=0, conn_health_checks=True))
}
# A pool serves the threads of the web process; workers and commands, which fork, keep one connection each (0).
DATABASE_POOL_SIZE = int(os.environ.get("DATABASE_POOL_SIZE", "0"))
# A verb waits for a lock for seconds, not for ever; a transaction that its process forgot is ended by the server. A case is
# read with ten joins that only follow its keys: weighing every order of them cost 15 ms a verb, and found this one.
DATABASES["default"]["OPTIONS"] = {
    "options": "-c lock_timeout=10s -c idle_in_transaction_session_timeout=120s -c join_collapse_limit=4"
}
if DATABASE_POOL_SIZE:
    DATABASES["default"]["OPTIONS"] |= {
        "pool": {"min_size": 1, "max_size": DATABASE_POOL_SIZE, "timeout": 15}
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 600
# Migrations grant to this role; it is created before the first migration, by the operator or by devservers.
DATABASE_PROGRAM_ROLE = os.environ.get("DATABASE_PROGRAM_ROLE", "motcua_program")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = required("REDIS_URL")
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "motcua",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_AGE = 8 * 60 * 60
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = os.environ.get("SECURE_SSL_REDIRECT", "1") == "1"
# The program stands behind a proxy that ends TLS and sets this header itself, whatever a client sends.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies of ours stand in front, each adding to X-Forwarded-For; 0: the address of the connection counts.
TRUSTED_PROXIES = int(os.environ.get("TRUSTED_PROXIES", "0"))
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Citizens sign in with the national electronic identity; a password is for the demo and the tests only.
CITIZEN_PASSWORD_SIGN_IN = os.environ.get("CITIZEN_PASSWORD_SIGN_IN", "0") == "1"
CITIZEN_PASSWORD_SIGN_IN_ALLOWED = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "apps.interface.sign_in.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Files of citizens and stored papers are never under a URL: a view checks the right and streams them.
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", BASE_DIR / ".local" / "media"))
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "apps.core.file_store.FileStore"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# Bytes; larger files are refused with a sentence before they are read.
ATTACHMENT_MAX_BYTES = 20 * 1024 * 1024

EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Một Cửa <khong-tra-loi@motcua.example>")

# Where short notices go by HTTP; without an address a channel is off.
NOTICE_GATEWAYS = {
    channel: {
        "url": os.environ.get(f"{channel.upper()}_GATEWAY_URL", ""),
        "token": os.environ.get(f"{channel.upper()}_GATEWAY_TOKEN", ""),
    }
    for channel in ("sms", "zalo")
}

# Who signs receipts: the dotted path of a function that gives an agency's signer (docs/operations.md). Without one no
# receipt is ever available. What a test authority signs has no legal value: it must be allowed expressly.
RECEIPT_SIGNER = os.environ.get("RECEIPT_SIGNER", "")
# Certificates, in one PEM file, of the authorities above the agencies' own.
RECEIPT_TRUST_ROOTS = os.environ.get("RECEIPT_TRUST_ROOTS", "")
TEST_AUTHORITY_ALLOWED = os.environ.get("TEST_AUTHORITY_ALLOWED", "0") == "1"
# Whether a series that the tax authority has not accepted yet gives numbers; its receipts then say so.
UNACCEPTED_SERIES_ALLOWED = os.environ.get("UNACCEPTED_SERIES_ALLOWED", "0") == "1"
TEST_AUTHORITY_FOLDER = Path(os.environ.get("TEST_AUTHORITY_FOLDER", BASE_DIR / ".local" / "test-authority"))
# Where fees are paid online; without an address online payment is off. `name` stands in the address of its callbacks.
PAYMENT_GATEWAY = {
    "name": os.environ.get("PAYMENT_GATEWAY_NAME", "city"),
    "url": os.environ.get("PAYMENT_GATEWAY_URL", ""),
    "merchant": os.environ.get("PAYMENT_GATEWAY_MERCHANT", ""),
    "key": os.environ.get("PAYMENT_GATEWAY_KEY", ""),
}
if PAYMENT_GATEWAY["url"]:
    required("PAYMENT_GATEWAY_MERCHANT")
    required("PAYMENT_GATEWAY_KEY")
# Where the day's lists of receipts go (01/TH-BLĐT); without an address they are made and wait.
TAX_AUTHORITY = {
    "url": os.environ.get("TAX_AUTHORITY_URL", ""),
    "token": os.environ.get("TAX_AUTHORITY_TOKEN", ""),
}

CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# A message that killed its worker is not put back: the outbox sends again, later and a counted number of times (ADR 0008).
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
# A process of the pool reads fonts and styles before it says that it is up.
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 60
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "unacked_restore_throttle": 1}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "routing"
CELERY_TASK_ROUTES = {
    "apps.cases.tasks.route_case": {"queue": "routing"},
    "apps.cases.tasks.render_*": {"queue": "documents"},
    "apps.cases.tasks.send_*": {"queue": "notices"},
    "apps.procedures.tasks.*": {"queue": "periodic"},
    "apps.supervision.tasks.*": {"queue": "documents"},
    "apps.receipts.tasks.render_*": {"queue": "documents"},
    "apps.receipts.tasks.send_*": {"queue": "notices"},
    "apps.receipts.periodic.*": {"queue": "periodic"},
    "apps.bundles.tasks.*": {"queue": "documents"},
    "apps.core.periodic.*": {"queue": "periodic"},
    "apps.bundles.periodic.*": {"queue": "periodic"},
    "apps.cases.periodic.*": {"queue": "periodic"},
    "apps.cases.tasks.ask_gateway": {"queue": "notices"},
    "apps.cases.tasks.refund_at_gateway": {"queue": "notices"},
    "apps.cases.tasks.read_gateway_statement": {"queue": "notices"},
    "apps.receipts.tasks.*": {"queue": "periodic"},
    "apps.cases.tasks.match_account": {"queue": "periodic"},
    "apps.cases.tasks.lapse_waiting": {"queue": "routing"},
    "apps.cases.tasks.remind_applicant": {"queue": "routing"},
}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "watch windows": {"task": "apps.cases.periodic.watch_windows", "schedule": crontab(minute="*/5")},
    "watch unsigned": {"task": "apps.receipts.periodic.watch_unsigned", "schedule": crontab(minute="*/5")},
    "watch orders": {"task": "apps.cases.periodic.watch_orders", "schedule": crontab(minute="*/5")},
    "the day's lists": {
        "task": "apps.receipts.periodic.make_day_lists",
        "schedule": crontab(hour=18, minute=0),
    },
    "the day's last lists": {
        "task": "apps.receipts.periodic.make_day_lists",
        "schedule": crontab(hour=23, minute=50),
    },
    "lists of days gone by": {
        "task": "apps.receipts.periodic.make_late_lists",
        "schedule": crontab(hour=0, minute=20),
    },
    "sendings of lists": {
        "task": "apps.receipts.periodic.see_to_day_lists",
        "schedule": crontab(minute=5),
    },
    "match bank lines": {"task": "apps.cases.periodic.match_bank_lines", "schedule": crontab(minute=20)},
    "the gateway's lists": {
        "task": "apps.cases.periodic.read_gateway_statements",
        "schedule": crontab(hour=2, minute=10),
    },
    "close years": {"task": "apps.receipts.periodic.close_years", "schedule": crontab(hour=1, minute=30)},
    "clear away": {"task": "apps.core.periodic.clear_away", "schedule": crontab(hour=3, minute=10)},
    "clear bundles": {"task": "apps.bundles.periodic.clear_away", "schedule": crontab(hour=3, minute=20)},
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.api.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["apps.api.rendering.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": [],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "apps.api.errors.handle",
    "DEFAULT_THROTTLE_CLASSES": [],
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Một Cửa",
    "DESCRIPTION": "The one-stop shop of the city: catalogue, applications, cases, receipts.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.api.schema.every_refusal",
    ],
}

# Failed look-ups of a case's status or of a receipt, per address, within this many seconds.
GUESS_LIMIT = 10
GUESS_WINDOW_SECONDS = 300

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask": {"()": "apps.core.masking.MaskPersonalData"}},
    "formatters": {
        "line": {
            "()": "apps.core.masking.MaskingFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["mask"]}},
    "loggers": {name: {"level": "WARNING"} for name in ("httpx", "weasyprint", "fontTools")},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "INFO")},
}

SILENCED_SYSTEM_CHECKS: list[str] = []
