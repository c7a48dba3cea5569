"""One settings file. What a deployment may change comes from the environment; docs/deploy.md lists it."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("HONGZHU_DATA", "var")).resolve()


def env_bool(name: str, default: bool) -> bool:
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def secret(name: str, size: int = 32) -> str:
    """A key kept in a file outside the database; made once, readable by its owner alone."""
    if value := os.environ.get(f"HONGZHU_{name.upper()}"):
        return value
    path = DATA_DIR / "keys" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(os.urandom(size).hex())
        try:
            os.link(fresh, path)
        except FileExistsError:
            # Another process made it first; its key is the key.
            ...
        finally:
            fresh.unlink()
    return path.read_text().strip()


def database(url: str) -> dict[str, object]:
    """``sqlite:///path`` or ``postgres://user:password@host:port/name``."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:] if parts.path.startswith("//") or parts.netloc else parts.path),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL: an acknowledged record survives a power loss (architecture, "Fixed before").
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
                    "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY"
                ),
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or "") or None,
            "PORT": parts.port or "",
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            # Short queries: compiling one takes longer than running it. Group and sort 300,000 small rows in memory.
            "OPTIONS": {"options": "-c jit=off -c work_mem=32MB"},
        }
    raise ValueError(f"HONGZHU_DATABASE: {parts.scheme!r} is neither sqlite nor postgres")


DEBUG = False
PRODUCTION = env_bool("HONGZHU_PRODUCTION", False)
SECRET_KEY = secret("secret_key")
FIELD_KEY = secret("field_key")
INDEX_KEY = secret("index_key")
CHECKPOINT_KEY = secret("checkpoint_key")
ALLOWED_HOSTS = env_list("HONGZHU_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("HONGZHU_ORIGINS", "")

# The list of rooms, bottom to top. A new room is one line here and one in .importlinter.
ROOMS = [
    "hongzhu.core.audit",
    "hongzhu.core.orgs",
    "hongzhu.core.people",
    "hongzhu.core.access",
    "hongzhu.core.files",
    "hongzhu.core.policies",
    "hongzhu.core.credits",
    "hongzhu.core.measures",
    "hongzhu.core.documents",
    "hongzhu.core.registers",
    "hongzhu.core.activities",
    "hongzhu.core.obligations",
    "hongzhu.core.collections",
    "hongzhu.services.party",
    "hongzhu.portal",
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "hongzhu.kit",
    *ROOMS,
    # After the rooms: access has its own templates under allauth's names.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "hongzhu.config.apps.HouseConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hongzhu.config.middleware.headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hongzhu.config.middleware.sessions",
    "hongzhu.config.middleware.log_refusals",
    "hongzhu.config.middleware.say_no_pack",
]

ROOT_URLCONF = "hongzhu.config.urls"
WSGI_APPLICATION = "hongzhu.config.wsgi.application"
AUTH_USER_MODEL = "people.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "hongzhu.config.context.house",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "hongzhu.kit.templatetags.hz"],
        },
    }
]

DATABASES = {"default": database(os.environ.get("HONGZHU_DATABASE", f"sqlite:///{DATA_DIR / 'hongzhu.sqlite3'}"))}
ATOMIC_REQUESTS = False

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "config_cache",
        "OPTIONS": {"MAX_ENTRIES": 20000},
    }
}

AUTHENTICATION_BACKENDS = ["hongzhu.core.access.backends.AccountBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "hongzhu.core.access.backends.PasswordRules"}]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", "English")]
LANGUAGE_COOKIE_NAME = "hz_language"
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "static"]
STATIC_ROOT = Path(os.environ.get("HONGZHU_STATIC", DATA_DIR / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "hongzhu.config.storage.StaticFiles"},
}
MEDIA_ROOT = DATA_DIR / "media"  # nothing of ours is served from here; files keeps its own store
FILES_DIR = DATA_DIR / "files"
FILES_BUREAU_MB = int(os.environ.get("HONGZHU_FILES_BUREAU_MB", "20480"))
FILES_DAILY_MB = int(os.environ.get("HONGZHU_FILES_DAILY_MB", "500"))
FILES_DAILY_COUNT = int(os.environ.get("HONGZHU_FILES_DAILY_COUNT", "300"))

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "hongzhu.config.views.csrf_failure"
SESSION_COOKIE_AGE = 12 * 60 * 60
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"

DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o600

# Sign-in rules beyond Django's own: docs/security.md
IDLE_MINUTES = int(os.environ.get("HONGZHU_IDLE_MINUTES", "30"))
SESSION_HOURS = int(os.environ.get("HONGZHU_SESSION_HOURS", "12"))
REMEMBER_DAYS = int(os.environ.get("HONGZHU_REMEMBER_DAYS", "30"))
REMEMBER_IDLE_DAYS = int(os.environ.get("HONGZHU_REMEMBER_IDLE_DAYS", "7"))
DEVICE_COOKIE_NAME = "__Host-hz_device" if PRODUCTION else "hz_device"
FIRST_CODE_HOURS = int(os.environ.get("HONGZHU_FIRST_CODE_HOURS", "168"))
RESET_CODE_HOURS = int(os.environ.get("HONGZHU_RESET_CODE_HOURS", "24"))
PASSWORD_EXPIRY_DAYS = int(os.environ.get("HONGZHU_PASSWORD_EXPIRY_DAYS", "0"))

ACCOUNT_ADAPTER = "hongzhu.core.access.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_FORMS = {
    "login": "hongzhu.core.access.forms.SignInForm",
    "reauthenticate": "hongzhu.core.access.forms.PasswordAgainForm",
}
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",  # a school is one address
    # Looser rates beside the lock of adapters.py, which goes by username and address together.
    "login_failed": "100/15m/ip,20/15m/key",
    "hz_pair": "5/15m/key",
}
# How many proxies of ours stand before the server: whose word about the client's address is taken.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("HONGZHU_PROXIES", "1" if PRODUCTION else "0"))
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Hongzhu"
MFA_TOTP_TOLERANCE = 1
MFA_ADAPTER = "hongzhu.core.access.adapters.SecondFactorAdapter"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "hongzhu.core.access.forms.CodeForm",
    "reauthenticate": "hongzhu.core.access.forms.CodeAgainForm",
    "activate_totp": "hongzhu.core.access.forms.ActivateForm",
}

MESSAGE_GATEWAY = os.environ.get("HONGZHU_GATEWAY", "console")
WEBHOOK_URL = os.environ.get("HONGZHU_WEBHOOK_URL", "")
WEBHOOK_SECRET = os.environ.get("HONGZHU_WEBHOOK_SECRET", "")
WEBHOOK_SECONDS = int(os.environ.get("HONGZHU_WEBHOOK_SECONDS", "5"))
MAIL_DOMAIN = os.environ.get("HONGZHU_MAIL_DOMAIN", "")
EMAIL_BACKEND = os.environ.get("HONGZHU_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = os.environ.get("HONGZHU_EMAIL_HOST", "localhost")
DEFAULT_FROM_EMAIL = os.environ.get("HONGZHU_EMAIL_FROM", "hongzhu@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
