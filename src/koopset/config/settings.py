"""Settings by environment. Nothing here decides a rule of the domain.

Variables: DATABASE_URL, KOOPSET_DATA (folder of the SQLite file and of uploads), SECRET_KEY, DEBUG, ALLOWED_HOSTS, SITE_URL,
EMAIL_URL, CACHE_URL … : docs/operations.md has all, `environment` says what is wrong with them.
"""

from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

from koopset.config.cache import choose
from koopset.config.secret import secret_key, vapid_key

env = environ.Env()

PACKAGE_DIR = Path(__file__).resolve().parent.parent
PROJECT_DIR = PACKAGE_DIR.parent.parent
DATA_DIR = Path(env.str("KOOPSET_DATA", default="") or "var").expanduser().resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False)
TESTING = env.bool("KOOPSET_TESTING", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or secret_key(DATA_DIR)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="") or "http://127.0.0.1:8000"

INSTALLED_APPS = [
    "koopset.config.apps.ConfigConfig",
    # The roof
    "koopset.portal",
    "koopset.api",
    # The rooms, from the top down
    "koopset.apps.purchases.settlement",
    "koopset.apps.purchases",
    "koopset.apps.needs.demand",
    "koopset.apps.needs",
    "koopset.apps.joining",
    "koopset.apps.billing",
    "koopset.apps.billing.payments",
    "koopset.apps.meetings.papers",
    "koopset.apps.meetings.voting",
    "koopset.apps.meetings",
    "koopset.apps.ledger",
    "koopset.apps.catalogue.offers",
    "koopset.apps.catalogue",
    "koopset.apps.register.plan",
    "koopset.apps.register",
    "koopset.apps.places",
    "koopset.apps.organisations",
    "koopset.apps.privacy",
    "koopset.apps.people",
    # The foundation
    "koopset.foundation.ui",
    "koopset.foundation.access",
    "koopset.foundation.webhooks",
    "koopset.foundation.notifications",
    "koopset.foundation.analytics",
    "koopset.foundation.jobs",
    "koopset.foundation.personal",
    "koopset.foundation.files",
    "koopset.foundation.history",
    "koopset.foundation.tenants",
    # Libraries
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "simple_history",
    "django_structlog",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "koopset.config.metrics.MetricsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "koopset.foundation.rights.middleware.AnswersMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "koopset.apps.people.adapter.devices.DeviceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "koopset.foundation.request_log.RequestLogMiddleware",
    "koopset.apps.people.adapter.support.SupportMiddleware",
    "koopset.foundation.ui.offline.WhoMiddleware",
    "koopset.foundation.rights.middleware.ActorMiddleware",
    "koopset.portal.middleware.CabinetMiddleware",
    "koopset.foundation.rights.middleware.FreshAnswersMiddleware",
]

ROOT_URLCONF = "koopset.config.urls"
ASGI_APPLICATION = "koopset.config.asgi.application"
WSGI_APPLICATION = "koopset.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
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
                "csp.context_processors.nonce",
                "koopset.foundation.ui.context.shell",
            ],
            "builtins": ["django_cotton.templatetags.cotton", "koopset.foundation.ui.templatetags.ks"],
        },
    }
]
COTTON_DIR = "cotton"

# How many pages a process of the site makes at a time; more wait in line.
WEB_THREADS = env.int("WEB_THREADS", default=8)

# Database: SQLite in WAL by default, anything else by DATABASE_URL.
DATABASES = {
    "default": env.db_url_config(
        env.str("DATABASE_URL", default="") or f"sqlite:///{DATA_DIR / 'koopset.sqlite3'}"
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
                "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
            ),
        }
    )
    # Opening a connection reads the whole scheme of the database: a thread keeps its own (config/web.py).
    DATABASES["default"]["CONN_MAX_AGE"] = 0 if TESTING else 600
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    if not TESTING:
        DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
            "min_size": 1,
            "max_size": WEB_THREADS,
            "timeout": 20,
        }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What all processes of the site must know together, attempts at a password above all; one process keeps it in its memory.
CACHES = {"default": choose(env.str("CACHE_URL", default="") or env.str("REDIS_URL", default=""))}

# Sign-in
AUTH_USER_MODEL = "people.Login"
AUTHENTICATION_BACKENDS = ["koopset.apps.people.adapter.backend.LoginBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""  # the name of the site is in our subjects
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "koopset.apps.people.adapter.LoginAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "koopset.apps.people.forms.SignUpNameForm"
# Failed tries are counted by login and device (people.adapter), not by address: a whole house may sit behind one.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/5m/key",
    "login": "60/m/ip",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/h/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(env.bool("BEHIND_PROXY", default=False))

# The second step of signing in: an application's code or a passkey, with recovery codes
MFA_ADAPTER = "koopset.apps.people.adapter.second_factor.KeysAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # clocks of phones differ
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
# Asked of those who handle money or registers; the days run from when it was first asked.
SECOND_FACTOR_ASKED = env.bool("SECOND_FACTOR_ASKED", default=not TESTING)
SECOND_FACTOR_GRACE_DAYS = env.int("SECOND_FACTOR_GRACE_DAYS", default=14)
# Sign-in by phone: the dotted path of a people.ports.SmsGateway; without it no page speaks of it.
SMS_GATEWAY = env.str("SMS_GATEWAY", default="")
# Who gives the lines of a receipt by its code (needs/adapter.py); without it they come from files and by hand.
RECEIPT_PROVIDER_URL = "" if TESTING else env.str("RECEIPT_PROVIDER_URL", default="")
RECEIPT_PROVIDER_KEY = "" if TESTING else env.str("RECEIPT_PROVIDER_KEY", default="")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
)
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "koopset.foundation.ui.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# Language: English sources, Russian by default
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [
    PACKAGE_DIR / "foundation" / "locale",
    PACKAGE_DIR / "api" / "locale",
    PACKAGE_DIR / "config" / "locale",
]
LANGUAGE_COOKIE_NAME = "koopset_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Moscow"
# Letters that are not urgent wait for the morning, where a person chose no hours.
QUIET_HOURS = env.bool("QUIET_HOURS", default=True)
FORMAT_MODULE_PATH = ["koopset.config.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default="") or DATA_DIR / "static")
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "files")},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if env.bool("STATIC_MANIFEST", default=False)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# Uploads go to disk above this size; nothing is ever held in memory whole.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=256 * 1024 * 1024)

# A change of bank details waits so long after the second person's word: time to notice what nobody asked for.
BANK_CHANGE_DELAY_HOURS = env.int("BANK_CHANGE_DELAY_HOURS", default=72)

EMAIL_CONFIG = env.email_url_config(env.str("EMAIL_URL", default="") or "consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10  # seconds: a mail server that does not answer must not hold the thread of a page
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="КООПСЕТЬ <noreply@localhost>")

# Questions over copies of facts: "duckdb" inside the process, or "spark" on the master (a cluster's address, or local[2]).
ANALYTICS_ENGINE = env.str("ANALYTICS_ENGINE", default="") or "duckdb"
ANALYTICS_SPARK_MASTER = env.str("ANALYTICS_SPARK_MASTER", default="") or "local[2]"

# Pushes: signed by this key; sent to machines of the open internet only (tests have a maker of browsers of their own).
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", default="") or vapid_key(DATA_DIR)
PUSH_PRIVATE_HOSTS = False

# A job whose worker has not been heard of for this long is taken back by the reaper.
JOB_HEARTBEAT_SECONDS = env.int("JOB_HEARTBEAT_SECONDS", default=10)
JOB_LOST_AFTER_SECONDS = env.int("JOB_LOST_AFTER_SECONDS", default=60)

# Who may read /metrics from elsewhere; without it only this machine may.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# Programs: how much a key and all programs in an organisation may ask in a minute (a batch counts by rows); 0: without a limit.
# Several processes count together only with a shared cache (CACHE_URL).
API_PER_MINUTE_KEY = env.int("API_PER_MINUTE_KEY", default=3000)
API_PER_MINUTE_ORGANISATION = env.int("API_PER_MINUTE_ORGANISATION", default=12_000)
# Whether webhooks may go to this very machine, and without https: for development and tests.
WEBHOOKS_LOOPBACK = env.bool("WEBHOOKS_LOOPBACK", default=DEBUG)

LOGGING_CONFIG = None  # koopset.config.logging, called by ConfigConfig
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
LOG_FORMAT = env.str("LOG_FORMAT", default="text")
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")

TEST_RUNNER = "django.test.runner.DiscoverRunner"
SILENCED_SYSTEM_CHECKS: list[str] = []
