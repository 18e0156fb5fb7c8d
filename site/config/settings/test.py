"""Settings for tests: real Postgres and Redis, quick passwords, mails kept in memory."""

import os
import tempfile
from pathlib import Path

from .base import *
from .base import CACHES, DATABASES, STORAGES

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")  # noqa: TID251 - xdist's own name
DATA_DIR = Path(tempfile.gettempdir()) / f"lectern-tests-{os.getuid()}-{os.getpid()}"
SECRET_KEY = "only-for-tests-" + "x" * 40
ALLOWED_HOSTS = ["*"]
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "pictures"
MEDIA_UPLOADS = DATA_DIR / "uploads"
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
DATABASES["default"]["CONN_MAX_AGE"] = 0
DATABASES["default"]["OPTIONS"].pop("pool", None)
CACHES["default"]["KEY_PREFIX"] = f"test-{WORKER}-{os.getpid()}"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
LOGGING["root"]["level"] = "WARNING"
ACCOUNT_RATE_LIMITS = False
WAGTAILADMIN_BASE_URL = "http://testserver"
