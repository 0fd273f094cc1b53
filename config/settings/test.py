"""Settings of the checks: stricter than production where that finds faults, faster where it hides none."""

import os
from pathlib import Path

from config.settings.dev import *

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", BASE_DIR / ".local" / "test-media"))
# Of a machine that stops no test can tell.
STORAGES["default"]["OPTIONS"] = {"flushes": False}
# A kept connection would outlive the databases that tests create and drop.
DATABASES["default"]["CONN_MAX_AGE"] = 0


class Undefined(str):
    """Where production would print nothing, an undefined template variable is a fault."""

    def __mod__(self, variable: object) -> str:
        raise LookupError(f"undefined template variable: {variable}")


TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Undefined("%s")
LOGGING["root"]["level"] = "WARNING"
