"""Settings for a deployment; what is missing is said by a check (`config.checks`)."""

import secrets

from config.logs import logging_settings

from .base import *
from .base import env

IS_PRODUCTION = True
SECRET_KEY_IS_MISSING = not env.text("SECRET_KEY")
SECRET_KEY = env.text("SECRET_KEY") or secrets.token_urlsafe(50)  # a check refuses to start
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.host_names
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS") or [env.base_url]

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked from inside
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.flag("HSTS_PRELOAD", default=True)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # Wagtail previews a page in a frame of its own site

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
globals().update(env.mail())

LOG_JSON = env.flag("LOG_JSON", default=True)
LOGGING = logging_settings(level=env.text("LOG_LEVEL", "INFO"), as_json=LOG_JSON)
WHITENOISE_MAX_AGE = 3600
