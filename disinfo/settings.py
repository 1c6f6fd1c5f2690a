"""One file of settings, every choice from the environment (see .env.example)."""

import sys
from pathlib import Path

import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from disinfo import broker, env
from disinfo.databases import database
from disinfo.logs import logging_settings
from disinfo.schedule import periodic_tasks

# Lets annotated classes such as ModelAdmin[User] run.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("DISINFO_VAR", str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(parents=True, exist_ok=True)

# ── What this deployment is ─────────────────────────────────────────────────────────────────────────────
DEBUG = env.flag("DEBUG")
HTTPS = env.flag("DISINFO_HTTPS")
DEMO = env.flag("DISINFO_DEMO")
SITE_NAME = env.text("DISINFO_SITE_NAME", "Disinfo")
SITE_URL = env.address("DISINFO_SITE_URL", "http://127.0.0.1:8000", schemes={"http", "https"}).rstrip("/")
CONTACT_EMAIL = env.text("DISINFO_CONTACT_EMAIL", "contact@disinfo.invalid")
PUBLISHER = env.text("DISINFO_PUBLISHER", "")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")


def _secret_key() -> str:
    """The key from the environment; without HTTPS (a laptop, a test) one made once and kept in var/."""
    if HTTPS or env.secret("SECRET_KEY", ""):
        return env.secret("SECRET_KEY")
    return broker.remembered_secret(VAR_DIR / "secret-key")


SECRET_KEY = _secret_key()

# ── Applications ────────────────────────────────────────────────────────────────────────────────────────
TOOLS = ["encyclopedia", "collaborate", "terms_tracker", "botdetect", "political_ads"]
INSTALLED_APPS = [
    "disinfo.accounts",
    "disinfo.portal",
    *TOOLS,
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "disinfo.logs.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "disinfo.headers.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "disinfo.portal.middleware.MaintenanceMiddleware",
    "disinfo.accounts.middleware.LanguageMiddleware",
    "disinfo.accounts.middleware.StaffMfaMiddleware",
    "disinfo.portal.middleware.NothingToReadMiddleware",
    "disinfo.portal.middleware.UnavailableToolMiddleware",
    "disinfo.portal.visits.VisitMiddleware",
]
ROOT_URLCONF = "disinfo.urls"
ASGI_APPLICATION = "disinfo.asgi.application"
WSGI_APPLICATION = "disinfo.wsgi.application"
THEME_DIR = env.text("DISINFO_THEME", "")
THEME_HAS_STYLE = bool(THEME_DIR) and (Path(THEME_DIR) / "static/css/theme.css").exists()
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # A deployment's own look comes first: its templates and its static/css/theme.css.
        "DIRS": [*([Path(THEME_DIR) / "templates"] if THEME_DIR else []), BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "disinfo.portal.context.portal",
            ],
            "builtins": ["disinfo.portal.templatetags.portal"],
        },
    }
]
# Our own templates of form widgets and allauth win over the packages'.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

# ── Data ────────────────────────────────────────────────────────────────────────────────────────────────
DATABASE_URL = env.address("DATABASE_URL", "", schemes={"sqlite", "postgresql", "postgres"})
DATABASES = {"default": database(DATABASE_URL, default_file=VAR_DIR / "disinfo.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media/"
ARCHIVES_DIR = VAR_DIR / "archives"

# ── Redis protocol: broker, cache, locks ────────────────────────────────────────────────────────────────
REDIS_URL = env.address("REDIS_URL", "", schemes={"redis", "rediss", "unix"}) or broker.embedded_url(VAR_DIR)
CACHES = {
    "default": {
        "BACKEND": "disinfo.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "disinfo",
    }
}
CELERY_BROKER_URL = broker.celery_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True  # state lives in our own rows, where users see it
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TASK_TIME_LIMIT, CELERY_TASK_SOFT_TIME_LIMIT = 600, 540
# Longer than the longest task, or a task still running would be given to a second worker.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3900,
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1, "interval_max": 0.2}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
TERMS_SWEEP_SECONDS = env.integer("TERMS_SWEEP_SECONDS", 10, minimum=1)
CELERY_BEAT_SCHEDULE = periodic_tasks(TERMS_SWEEP_SECONDS)

# ── People ──────────────────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "disinfo.accounts.backends.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
STAFF_MFA_REQUIRED = env.flag("DISINFO_STAFF_MFA", default=HTTPS)
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "account_login", "account", "home"
ACCOUNT_ADAPTER = "disinfo.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "disinfo.accounts.forms.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
# Behind a proxy every visitor has the proxy's own address, and one who guesses passwords would lock all others out.
PROXIES = env.integer("DISINFO_PROXIES", 0)
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = SITE_NAME
SOCIALACCOUNT_ADAPTER = "disinfo.accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS: dict[str, object] = {}
if OIDC_SERVER := env.address("OIDC_SERVER_URL", "", schemes={"https", "http"}):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": env.text("OIDC_NAME", "OpenID Connect"),
                "client_id": env.text("OIDC_CLIENT_ID"),
                "secret": env.secret("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_SERVER},
            }
        ],
    }
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "disinfo.portal.views.errors.csrf_failure"

# ── Languages ───────────────────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = env.text("DISINFO_LANGUAGE", "en")
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "disinfo_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_TZ = True
TIME_ZONE = env.text("DISINFO_TIME_ZONE", "Europe/Paris")

# ── Static files ────────────────────────────────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [*([Path(THEME_DIR) / "static"] if THEME_DIR else []), BASE_DIR / "static"]
# Hashed names need the manifest that collectstatic writes; a checkout without it serves files where they lie.
_COLLECTED = not DEBUG and ((STATIC_ROOT / "staticfiles.json").exists() or "collectstatic" in sys.argv)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "disinfo.static.HashedStaticFiles"
        if _COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not _COLLECTED
WHITENOISE_AUTOREFRESH = DEBUG

# ── Mail: always through the outbox ─────────────────────────────────────────────────────────────────────
EMAIL_BACKEND = "disinfo.outbox.OutboxEmailBackend"
OUTBOX_EMAIL_BACKEND = env.text(
    "EMAIL_BACKEND",
    "django.core.mail.backends.smtp.EmailBackend"
    if env.text("EMAIL_HOST", "")
    else "django.core.mail.backends.filebased.EmailBackend",
)
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST, EMAIL_PORT = env.text("EMAIL_HOST", ""), env.integer("EMAIL_PORT", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_USER", ""), env.secret("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_TIMEOUT = env.flag("EMAIL_USE_TLS"), 20
# Longer than the longest sending, or a second worker would send the same; what a killed worker held waits so long.
OUTBOX_LEASE_SECONDS = env.integer("DISINFO_OUTBOX_LEASE_SECONDS", 120, minimum=1)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", CONTACT_EMAIL)

# ── Going out (disinfo.safe_http) ───────────────────────────────────────────────────────────────────────
FETCH_USER_AGENT = env.text("DISINFO_USER_AGENT", f"Disinfo/0.1 (+{SITE_URL}/about/)")
FETCH_ALLOW = env.words("DISINFO_FETCH_ALLOW")
FETCH_HOST_DELAY_MS = env.integer("DISINFO_FETCH_HOST_DELAY_MS", 1000)
FETCH_HOST_CONCURRENCY = env.integer("DISINFO_FETCH_HOST_CONCURRENCY", 2, minimum=1)
FETCH_PROXY = env.address("DISINFO_EGRESS_PROXY", "", schemes={"http", "https"})
CHROMIUM = env.text("DISINFO_CHROMIUM", "/usr/bin/chromium")

# ── Terms tracker ───────────────────────────────────────────────────────────────────────────────────────
TERMS_INTERVAL_FLOOR = env.integer("TERMS_INTERVAL_FLOOR_SECONDS", 15 * 60, minimum=1)
TERMS_INTERVAL_CEILING = env.integer("TERMS_INTERVAL_CEILING_SECONDS", 12 * 3600, minimum=1)
# A time-stamping authority (RFC 3161) that evidence is stamped by.
TERMS_TIMESTAMP_URL = env.address("TERMS_TIMESTAMP_URL", "", schemes={"http", "https"})
# host=token, one for each forge that archives are pushed to; user:token where a forge wants a name.
TERMS_PUSH_TOKENS = env.pairs("TERMS_PUSH_TOKENS")
# Short, so that a killed worker's hosts are soon free; renewed while the work goes on.
TERMS_LEASE_SECONDS = env.integer("TERMS_LEASE_SECONDS", 30, minimum=4)

# ── Bot clusters ────────────────────────────────────────────────────────────────────────────────────────
BOTS_RETENTION_DAYS = env.integer("BOTS_RETENTION_DAYS", 365, minimum=1)
BOTS_LEASE_SECONDS = env.integer("BOTS_LEASE_SECONDS", 60, minimum=4)
BOTS_MEMORY_MB = env.integer("BOTS_MEMORY_MB", 2000, minimum=100)
# Runs over so many shares or more go to the workers of this Dask scheduler (the extra disinfo[cluster]); empty: none.
BOTS_SCHEDULER = env.address("BOTS_SCHEDULER", "", schemes={"tcp", "tls"})
BOTS_SCHEDULER_FROM_SHARES = env.integer("BOTS_SCHEDULER_FROM_SHARES", 20_000_000, minimum=1)
BOTS_JETSTREAM = env.address(
    "BOTS_JETSTREAM", "wss://jetstream2.us-east.bsky.network/subscribe", schemes={"wss", "ws"}
)
BOTS_MASTODON = env.address("BOTS_MASTODON", "", schemes={"wss", "ws"})
BOTS_MASTODON_TOKEN = env.secret("BOTS_MASTODON_TOKEN", "")
# X asks money for each read: prices in dollars, from its price list.
BOTS_X_TOKEN = env.secret("BOTS_X_TOKEN", "")
BOTS_X_API = env.address("BOTS_X_API", "https://api.x.com", schemes={"https", "http"})
BOTS_X_ARCHIVE = env.flag("BOTS_X_ARCHIVE")
BOTS_X_PRICES = {
    "post": env.amount("BOTS_X_POST_PRICE", "0.005"),
    "user": env.amount("BOTS_X_USER_PRICE", "0.010"),
    "follow": env.amount("BOTS_X_FOLLOW_PRICE", "0.010"),
    "count": env.amount("BOTS_X_COUNT_PRICE", "0.010"),
}
BOTS_X_MONTH_BUDGET = env.amount("BOTS_X_MONTH_BUDGET", "0")
# Looking again at the profiles of clusters, to tell what has become of them.
BOTS_BLUESKY_API = env.address("BOTS_BLUESKY_API", "https://public.api.bsky.app", schemes={"https", "http"})
BOTS_LOOK_HOURS = env.integer("BOTS_LOOK_HOURS", 24, minimum=1)
BOTS_LOOK_DAILY_READS = env.integer("BOTS_LOOK_DAILY_READS", 20_000)
BOTS_LOOK_MONTH_BUDGET = env.amount("BOTS_LOOK_MONTH_BUDGET", "0")
BOTS_LARGEST_UPLOAD_MB = env.integer("BOTS_LARGEST_UPLOAD_MB", 500, minimum=1)

# ── Political ads: what libraries hold ──────────────────────────────────────────────────────────────────
ADS_META_TOKEN = env.secret("ADS_META_TOKEN", "")
ADS_META_API = env.address(
    "ADS_META_API", "https://graph.facebook.com/v25.0/ads_archive", schemes={"https", "http"}
)
# The full text of ads is the platforms' and the advertisers': in open data only where a deployment may give it.
ADS_OPEN_TEXTS = env.flag("ADS_OPEN_TEXTS")
OPEN_DATA_DIR = VAR_DIR / "open-data"

# ── Collaboration ───────────────────────────────────────────────────────────────────────────────────────
# Incidents, watches and integrations.
# How long work on an address, a watch or a call waits for another worker when the one that had it is killed.
COLLABORATE_LEASE_SECONDS = env.integer("COLLABORATE_LEASE_SECONDS", 120, minimum=4)
# An engine that speaks as LibreTranslate does; without one there is no /translate.
COLLABORATE_TRANSLATE = env.address("COLLABORATE_TRANSLATE", "", schemes={"https", "http"})
COLLABORATE_TRANSLATE_KEY = env.secret("COLLABORATE_TRANSLATE_KEY", "")
# The key (VAPID, RFC 8292) with which browsers are told; without one that is not offered.
COLLABORATE_PUSH_KEY = env.secret("COLLABORATE_PUSH_KEY", "")
COLLABORATE_RDAP = env.address("COLLABORATE_RDAP", "https://rdap.org/domain/", schemes={"https", "http"})

# ── API ─────────────────────────────────────────────────────────────────────────────────────────────────
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "disinfo.accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["disinfo.accounts.authentication.ScopePermission"],
    "DEFAULT_PAGINATION_CLASS": "disinfo.api.pagination.CursorPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "disinfo.api.schema.Schema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "disinfo.api.errors.problem_json",
    "DEFAULT_THROTTLE_CLASSES": ["disinfo.throttling.AnonymousThrottle", "disinfo.throttling.TokenThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "anonymous": env.text("DISINFO_API_RATE_ANONYMOUS", "120/min"),
        "token": env.text("DISINFO_API_RATE_TOKEN", "1200/min"),
    },
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "NUM_PROXIES": PROXIES,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Disinfo",
    "DESCRIPTION": "Everything the portal shows, for programs. Dates are ISO 8601 in UTC; lists are cursor-paged.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    # Two tools have a "status": each keeps a name of its own.
    "ENUM_NAME_OVERRIDES": {
        "RevisionStatusEnum": "encyclopedia.models.Revision.Status",
        "HarvestKindEnum": "botdetect.models.Harvest.Kind",
        "VersionKindEnum": "terms_tracker.models.Record.Kind",
        "LibrarySnapshotStatusEnum": "political_ads.models.LibrarySnapshot.Status",
    },
}

# ── Security ────────────────────────────────────────────────────────────────────────────────────────────
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # Browsers apply this to what a form redirects to as well, here the way to the OpenID provider.
        "form-action": [SELF, *([env.origin(OIDC_SERVER)] if OIDC_SERVER else [])],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
if HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^health/"]  # a container's own health check speaks plain HTTP
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SILENCED_SYSTEM_CHECKS: list[str] = []

# ── Logs ────────────────────────────────────────────────────────────────────────────────────────────────
LOGGING = logging_settings(level=env.text("DISINFO_LOG_LEVEL", "INFO"))
MAINTENANCE_FILE = VAR_DIR / "maintenance"
