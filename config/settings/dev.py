"""Settings of the demo and of development: the program on this machine, over plain HTTP, with sign-in by password."""

import os

os.environ.setdefault("SECRET_KEY", "development-only-never-in-production-0123456789abcdef")
os.environ.setdefault("TRACKING_KEY", "development-only-tracking-key-0123456789")
os.environ.setdefault("PUBLIC_URL", "http://localhost:8000")
os.environ.setdefault("RECEIPT_SIGNER", "apps.documents.signing.test_authority.signer_for")
os.environ.setdefault("TEST_AUTHORITY_ALLOWED", "1")
os.environ.setdefault("UNACCEPTED_SERIES_ALLOWED", "1")
os.environ.setdefault("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")

from config.settings.base import *

DEBUG = os.environ.get("DEBUG", "0") == "1"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", ".localhost", "testserver"]
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
CITIZEN_PASSWORD_SIGN_IN = True
CITIZEN_PASSWORD_SIGN_IN_ALLOWED = True
# The demo signs in a whole city from one address.
ACCOUNT_RATE_LIMITS = {**ACCOUNT_RATE_LIMITS, "login": "300/m/ip"}
EMAIL_FILE_PATH = BASE_DIR / ".local" / "mail"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Nothing is collected: files are served from where they lie.
STATIC_ROOT = BASE_DIR / ".local" / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
