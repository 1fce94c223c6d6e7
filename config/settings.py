"""Settings: one file, read from the environment (the README has the table), and loud about what is wrong."""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import patience, secret_files
from config.logs import LOGGING as LOGGING

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
# A copy: what stood in a file must not stand in the environment of the programs that this one starts.
env.ENVIRON = secret_files.environment(os.environ)


def _required(name: str, what: str) -> str:
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: {what}. `make run` and `make test` set it by themselves.")
    return value


def _flag(name: str, default: bool = False) -> bool:
    value = env.str(name, default="1" if default else "0")
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} is {value!r}: write 1 for yes or 0 for no.")
    return value == "1"


def _number(name: str, default: int) -> int:
    value = env.str(name, default=str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} is {value!r}: write a whole number.")
    return int(value)


def _database(name: str, what: str, *, pooled: bool = False, **session: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = env.db_url_config(_required(name, what))
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(f"{name} can't be read: write postgresql://user:password@host:5432/name.") from error
    if found.get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured(f"{name} must be a PostgreSQL address, as postgresql://user:password@host:5432/name.")
    # A socket's folder comes percent-encoded, as postgresql://user@%2Frun%2Fpostgresql/name.
    found["HOST"] = unquote(str(found["HOST"]))
    given = found.get("OPTIONS", {})
    # What the address itself says holds.
    found["OPTIONS"] = {**patience.DATABASE, **given}
    if not pooled:
        found["OPTIONS"]["options"] = f"{patience.session(**session)} {given.get('options', '')}".rstrip()
    return found


DEBUG = False
# The demo county's logins have a known password, so they work only where this is said.
DEMO = _flag("DEMO")
SECRET_KEY = _required("SECRET_KEY", "a long random text that stays the same")
if len(SECRET_KEY) < 40:
    raise ImproperlyConfigured("SECRET_KEY is too short: use at least 40 random characters.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
if not SITE_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured("SITE_URL must begin with http:// or https://, as https://xinfang.example.gov.cn.")
SECURE = SITE_URL.startswith("https://")
# A host of their own for staff's pages (`reception.hosts`); without it they are where everybody's are.
STAFF_URL = env.str("STAFF_URL", default="").rstrip("/")
if STAFF_URL:
    staffs = urlsplit(STAFF_URL)
    if staffs.scheme != urlsplit(SITE_URL).scheme or not staffs.hostname:
        raise ImproperlyConfigured("STAFF_URL must begin as SITE_URL does, as https://xinfang-staff.example.gov.cn.")
    ALLOWED_HOSTS.append(staffs.hostname)
CSRF_TRUSTED_ORIGINS = [SITE_URL, STAFF_URL] if STAFF_URL else [SITE_URL]
# Whom finders of weaknesses may write to, as mailto: or https:; without it there is no /.well-known/security.txt.
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="").strip()

INSTALLED_APPS = [
    "config.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    # The table of sessions that was used before `reception.session_store`; it can go with the next release.
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "reception",
    "petitions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "reception.headers.OwnPagesOnly",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "reception.hosts.HostOfItsOwn",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "reception.sessions.EndsInTime",
    "reception.auth.OpenFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "reception.auth.SecondFactorFirst",
    "reception.auth.OwnPasswordFirst",
    "reception.idle.AsksAgain",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# "default" is the application's role, which owns nothing; "owner" owns the tables and only migrates, so whoever else runs has no need
# of its password.
# DATABASE_POOLED says that PgBouncer stands before the database and lends a connection for one transaction: it takes no options when
# connecting, so the same limits come from the role (config/roles.sql), and a cursor of the server's would not outlive the loan.
DATABASE_POOLED = _flag("DATABASE_POOLED")
DATABASES = {
    "default": {
        **_database("DATABASE_URL", "the address of the database for the application's role", pooled=DATABASE_POOLED),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": DATABASE_POOLED,
    },
}
if env.str("OWNER_DATABASE_URL", default=""):
    # Whoever migrates waits for a table only for a moment, for everybody else waits behind; what it does there may take its time.
    DATABASES["owner"] = _database(
        "OWNER_DATABASE_URL",
        "the address of the same database for the role that owns the tables",
        lock_timeout="2000",
        statement_timeout="3600000",
    )
# A replica that public pages are read from where it has what the database has; it takes no writes, and is never asked for more.
DATABASE_ROUTERS: list[str] = []
if env.str("REPLICA_DATABASE_URL", default=""):
    DATABASES["replica"] = {
        **_database("REPLICA_DATABASE_URL", "the address of a replica of the database", pooled=DATABASE_POOLED),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
    DATABASE_ROUTERS = ["reception.scope.Reads"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = _required("REDIS_URL", "the address of Valkey or Redis, as redis://host:6379/0")

# The keys of personal data: outside the database, and not in its backups.
KEYS_FILE = Path(env.str("KEYS_FILE", default=str(BASE_DIR / ".data" / "keys.json")))
# The front keeps public pages in each web process, and the releases in files for a start without the database.
PAGES_MEMORY_MB = _number("PAGES_MEMORY_MB", 256)
SNAPSHOT_DIR = Path(env.str("SNAPSHOT_DIR")) if env.str("SNAPSHOT_DIR", default="") else None

# What citizens send with a booking, sealed under those keys; kept and backed up together with the database.
UPLOADS_DIR = Path(env.str("UPLOADS_DIR", default=str(BASE_DIR / ".data" / "uploads")))
# clamd, which looks at each of them first: `unix:///run/clamav/clamd.ctl` or `tcp://127.0.0.1:3310`. It sees them in clear: let it be near.
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")
if CLAMD_ADDRESS and not re.fullmatch(r"unix:///.+|tcp://[^/:]+:\d+", CLAMD_ADDRESS):
    raise ImproperlyConfigured("CLAMD_ADDRESS is clamd's, as unix:///run/clamav/clamd.ctl or tcp://127.0.0.1:3310.")

# Backups: their key, where PostgreSQL leaves its full write-ahead segments for them, and its address as a role that may replicate. The
# programs are PostgreSQL's own (pg_basebackup, pg_verifybackup), of the server's version; without a folder those that come along.
BACKUP_KEY_FILE = Path(env.str("BACKUP_KEY_FILE")) if env.str("BACKUP_KEY_FILE", default="") else None
WAL_SPOOL_DIR = Path(env.str("WAL_SPOOL_DIR")) if env.str("WAL_SPOOL_DIR", default="") else None
BACKUP_DATABASE_URL = env.str("BACKUP_DATABASE_URL", default="")
POSTGRESQL_BIN = Path(env.str("POSTGRESQL_BIN")) if env.str("POSTGRESQL_BIN", default="") else None

AUTH_USER_MODEL = "reception.User"
AUTHENTICATION_BACKENDS = ["reception.auth.RoleBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "reception.passwords.NotLikeTheName"},
    {"NAME": "reception.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "reception.passwords.NotCommon"},
    {"NAME": "reception.passwords.NotOfThePlace"},
    {"NAME": "reception.passwords.NotTheSame"},
]
# Modern rules (NIST SP 800-63B): long, and no password runs out. Where classified protection (GB/T 22239-2019, 8.1.4.1) asks for
# kinds of characters and for a change now and then, PASSWORD_RULES=mlps.
PASSWORD_DAYS: int | None = None
RULES = env.str("PASSWORD_RULES", default="modern")
if RULES == "mlps":
    AUTH_PASSWORD_VALIDATORS.append({"NAME": "reception.passwords.OfManyKinds"})
    PASSWORD_DAYS = _number("PASSWORD_DAYS", 90)
    if not 1 <= PASSWORD_DAYS <= 365:
        raise ImproperlyConfigured("PASSWORD_DAYS is the days after which a password runs out: from 1 to 365.")
elif RULES != "modern":
    raise ImproperlyConfigured("PASSWORD_RULES is modern, or mlps for classified protection (GB/T 22239-2019).")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "arrive"
# A form may not lead to another host.
LOGOUT_REDIRECT_URL = "account_login" if STAFF_URL else "reception:home"
PASSWORD_RESET_TIMEOUT = 3600
# Signing in (django-allauth). Accounts are made by the security administrator: there is no signing up and no second address.
ACCOUNT_ADAPTER = "reception.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
ACCOUNT_FORMS = {
    "login": "reception.signin_forms.LoginForm",
    "change_password": "reception.signin_forms.ChangePasswordForm",
    "reset_password": "reception.signin_forms.ResetPasswordForm",
    "reset_password_from_key": "reception.signin_forms.ResetPasswordKeyForm",
    "reauthenticate": "reception.signin_forms.ReauthenticateForm",
}
# Wrong passwords: ten a minute from one address, five in five minutes for one name. Nobody is locked out for longer than that.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/300s/key", "login": "30/m/ip", "reset_password": "20/m/ip,5/m/key"}
MFA_ADAPTER = "reception.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_FORMS = {
    "authenticate": "reception.signin_forms.AuthenticateForm",
    "reauthenticate": "reception.signin_forms.ReauthenticateCodeForm",
    "activate_totp": "reception.signin_forms.ActivateTOTPForm",
    "add_webauthn": "reception.signin_forms.AddWebAuthnForm",
    "edit_webauthn": "reception.signin_forms.EditWebAuthnForm",
}
# Second factors are sealed with a key derived from this; without it, from SECRET_KEY.
ENCRYPTION_KEY = env.str("ENCRYPTION_KEY", default="") or SECRET_KEY
if len(ENCRYPTION_KEY) < 40:
    raise ImproperlyConfigured("ENCRYPTION_KEY is too short: use at least 40 random characters.")
# The one before, as long as something is sealed under it: `manage.py keys reseal` seals that anew, and `keys status` says what is left.
ENCRYPTION_KEY_BEFORE = env.str("ENCRYPTION_KEY_BEFORE", default="")
# Counters of wrong passwords and used codes, shared by all processes. Values are JSON, never pickles.
CACHES = {
    "default": {
        "BACKEND": "config.cache.Counters",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "reception",
        "OPTIONS": {"serializer": "config.cache.JsonSerializer", **patience.valkey(REDIS_URL)},
    }
}
# Eight hours after signing in, whatever was done meanwhile: `reception.sessions` holds it.
SESSION_ENGINE = "reception.session_store"
SESSION_COOKIE_AGE = 8 * 3600
# After so long without a page asked for, the next asks for the password: `reception.idle`.
SESSION_IDLE_MINUTES = _number("SESSION_IDLE_MINUTES", 30 if RULES == "mlps" else 60)
if not 1 <= SESSION_IDLE_MINUTES <= 480:
    raise ImproperlyConfigured("SESSION_IDLE_MINUTES is from 1 to 480: a session lasts eight hours at most.")
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# The browser itself then refuses such a cookie from another host, from a subdomain or without TLS.
if SECURE:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
# What is said once stays with the server: a cookie would carry it, readable, to the browser and back.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = _number("HSTS_SECONDS", 31536000 if SECURE else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = _flag("HSTS_SUBDOMAINS")
SECURE_SSL_REDIRECT = False
# The proxy that ends TLS redirects; behind it the portal would answer its own health checks with a redirect (W008). What else lives
# under the host's name, and whether browsers preload it, is the office's to say (W005, W021).
SILENCED_SYSTEM_CHECKS = ["security.W008", "security.W005", "security.W021"]
BEHIND_TLS_PROXY = _flag("BEHIND_TLS_PROXY")
# How many proxies of our own stand before the portal: so many of the last addresses in X-Forwarded-For are true, the others are claims.
ALLAUTH_TRUSTED_PROXY_COUNT = _number("TRUSTED_PROXY_COUNT", 1 if BEHIND_TLS_PROXY else 0)
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Not "no-referrer": under it browsers send `Origin: null` with every form, which the CSRF check must refuse.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # Every browser still reads this one; `report-to` would need a header of its own on every answer.
        "report-uri": "/csp/report/",
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
# What people send is never written to the disk in clear, not even while it arrives; more than this is not read at all.
FILE_UPLOAD_HANDLERS = ["config.uploads.InMemory"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 42 * 1024 * 1024

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / ".data" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static.PortalStaticFilesStorage"},
}

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="reception-day@localhost")

# Short messages to people who have booked: see `reception.gateways`. Without a gateway the bureau telephones.
SMS_URL = env.str("SMS_URL", default="")
# So many seconds a sender has for what it took; after them another may take it.
MESSAGE_LEASE = _number("MESSAGE_LEASE", 120)
if MESSAGE_LEASE < 4:
    raise ImproperlyConfigured("MESSAGE_LEASE is too short: no server answers in a quarter of less than 4 seconds.")
