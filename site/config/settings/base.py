"""Settings every environment shares."""

from datetime import timedelta
from typing import Any

from config.environment import (
    NO_DATABASE,
    NO_REDIS,
    ROOT,
    bundled_ffmpeg,
    read_environment,
)
from config.logs import logging_settings
from config.policies import ADMIN, SITE
from core.contract.discovery import plugin_apps

env = read_environment()
BASE_DIR = ROOT
DATA_DIR = env.data_dir
IS_PRODUCTION = False
DEBUG = False

# --- what is installed --------------------------------------------------------------------

INSTALLED_APPS = [
    "config",
    "core.members",
    "core",
    "pages",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.search_promotions",
    "wagtail.embeds",
    "wagtail.sites",
    "pages.apps.PeopleConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "wagtail_modeladmin",
    "modelcluster",
    "taggit",
    "django_filters",
    "allauth",
    "allauth.account",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "config.middleware.requests.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "config.middleware.page_cache.PageCache",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pages.middleware.MemberPreferences",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.policies.ContentPolicy",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]
# The thin doors (playback, heartbeats, uploads, pictures) need no session, no page, no admin.
DOOR_MIDDLEWARE = [
    "config.middleware.requests.RequestLog",
    "django.middleware.security.SecurityMiddleware",
]
DOOR_PREFIXES = (
    *("/p/", "/beat/", "/uploads/", "/pictures/"),
    *("/healthz", "/readyz", "/metrics"),
)
ROOT_URLCONF = "config.urls"
DOOR_URLCONF = "config.door_urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "pages.shell.shell",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

PLUGINS_OFF = env.words("PLUGINS_OFF")
SAFE_MODE = env.flag("SAFE_MODE", default=False)
STRICT_PLUGINS = env.flag("STRICT_PLUGINS", default=False)
HOUSE_ROOMS = ("pages",)  # rooms above core that answer hooks
INSTALLED_APPS += plugin_apps(off=PLUGINS_OFF, safe_mode=SAFE_MODE)

# --- what it stands on --------------------------------------------------------------------

DATABASES = {"default": env.database()}
DATABASE_IS_MISSING = env.database_url == NO_DATABASE
REDIS_URL = env.redis_url
REDIS_IS_MISSING = env.redis_url == NO_REDIS
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "config.redis_cache.KeptRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "lectern",
        "TIMEOUT": 3600,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = int(timedelta(days=30).total_seconds())
SESSION_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
CELERY_BROKER_URL = REDIS_URL
WORKER_PATIENCE_SECONDS = env.number("WORKER_PATIENCE_SECONDS", 45)  # then a deaf worker ends

# --- bytes ----------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "pages.vendor.VendorFinder",
    "pages.generated_files.GeneratedFinder",
]
# A name that changes with the content: kept for ever (a pattern; a dotted path would be one too).
WHITENOISE_IMMUTABLE_FILE_TEST = r"\.[0-9a-f]{12}\.[^/]+$"
MEDIA_ROOT = DATA_DIR / "pictures"
MEDIA_URL = "/pictures/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_files.HashedFiles"},
}
MEDIA_UPLOADS = DATA_DIR / "uploads"
STORAGE_PROVIDER = env.text("STORAGE_PROVIDER", "local_disk")
VIDEO_PROVIDER = env.text("VIDEO_PROVIDER", "ffmpeg")  # unless an operator wants another
FFMPEG = env.text("FFMPEG") or bundled_ffmpeg()
CPU_HOUR_PRICE = env.text("CPU_HOUR_PRICE")  # of one processor here, in dollars; "" is not shown
PLAYBACK_TOKEN_SECONDS = env.number("PLAYBACK_TOKEN_SECONDS", 300)
PLAYBACK_KEYS = env.words("PLAYBACK_KEYS")
ACCEL_REDIRECT = env.text("ACCEL_REDIRECT")
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 1)  # in front, each adding to X-Forwarded-For
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # Wagtail's page editor posts many
FILE_UPLOAD_PERMISSIONS = 0o640
FETCH_FROM_PRIVATE = env.words("FETCH_FROM_PRIVATE")  # networks an import may reach: 10.0.0.0/8

# --- people ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "members.Member"
AUTHENTICATION_BACKENDS = [
    "core.members.backends.Members",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "pages.accounts.Accounts"
ACCOUNT_FORMS = {
    "login": "pages.accounts.SignInForm",
    "signup": "pages.accounts.JoinForm",
    "change_password": "pages.accounts.NewPasswordForm",
    "add_email": "pages.accounts.AddressForm",
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/dashboard/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

# --- safety ---------------------------------------------------------------------------------

ALLOWED_HOSTS = ["*"]
SECRET_KEY_IS_MISSING = False
CONTENT_SECURITY_POLICY = {"DIRECTIVES": SITE}
ADMIN_SECURITY_POLICY = ADMIN
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"  # Mux counts plays by the page
SECURE_CONTENT_TYPE_NOSNIFF = True
METRICS_TOKEN = env.text("METRICS_TOKEN")

# --- words ----------------------------------------------------------------------------------

LANGUAGE_CODE = env.text("LANGUAGE_CODE", "en")
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.text("TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Lectern <lectern@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20
EMAIL_IS_MISSING = not env.mail()

# --- Wagtail --------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = env.text("SITE_NAME", "Lectern")
WAGTAILADMIN_BASE_URL = env.base_url
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}  # a tier is a group: media follow it
WAGTAILSEARCH_BACKENDS = {  # "lectern": word stems without accents, made by a migration
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "lectern"}
}
TASKS = {"default": {"BACKEND": "config.tasks.AfterCommit"}}
WAGTAIL_FRONTEND_LOGIN_URL = "/account/login/"
WAGTAIL_ENABLE_UPDATE_CHECK = False  # nothing calls home
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = True
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "avif"]

# --- what an operator sees ------------------------------------------------------------------

LOG_JSON = env.flag("LOG_JSON", default=False)
LOGGING = logging_settings(level=env.text("LOG_LEVEL", "INFO"), as_json=LOG_JSON)
SENTRY_DSN = env.text("SENTRY_DSN")
RELEASE = env.text("RELEASE", "0.1.0")
PROCESS = env.process
