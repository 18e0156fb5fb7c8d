"""Settings for a machine of one's own: `make run`, `manage.py` and the editor's shell."""

from .base import *
from .base import DATA_DIR, STORAGES, env

SECRET_KEY = env.text("SECRET_KEY") or env.kept_secret("secret_key")
DEBUG = env.flag("DEBUG", default=True)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or ["*"]
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
if DEBUG:
    STORAGES = {
        **STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }

# Mails are files that a person can open; a real server is used when EMAIL_URL names one.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
globals().update(env.mail())
