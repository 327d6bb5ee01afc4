"""Django's settings, all of them derived from one typed `Environment`."""

import json
from datetime import timedelta
from hashlib import sha256

from django.utils.translation import gettext_lazy as _

from seloste.config import environment as _environment
from seloste.config import logs
from seloste.config.database import django_database
from seloste.config.secret_files import kept

ENVIRONMENT = _environment.read()
_secure = ENVIRONMENT.is_secure

# --- What the rooms may ask for

#: Where the declaration lies (TOML, and the balance tests beside it).
NOTICE_FOLDER = ENVIRONMENT.notice
#: The address in links that leave the site (documents, JSON-LD).
PUBLIC_ORIGIN = ENVIRONMENT.public_origin
DEMO = ENVIRONMENT.demo
#: Whether and how page views are counted, and where a web process writes down what it has not entered yet.
COUNTING = ENVIRONMENT.counting
#: What the nightly sweep looks through for what was erased, and what it leaves out of that, with the reason.
SWEPT_FOLDER = ENVIRONMENT.var
NOT_SWEPT = {
    ENVIRONMENT.var / "postgres": "the database's own files: what is alive in them is asked of the database",
    ENVIRONMENT.var / "mailbox": "the outside world of the demo: messages that have left",
    ENVIRONMENT.var / "backups": "encrypted for a key that is not here; they end, and a restore erases again",
}
COUNTING_FOLDER = ENVIRONMENT.var / "visits"
#: What must be done again after a restore, outside the database: the file, its copy elsewhere, and how far it was seen
#: to go, which a file that was cut off does not know.
LEDGER_FILES = [
    ENVIRONMENT.ledger or ENVIRONMENT.var / "ledger" / "ledger.jsonl",
    *([ENVIRONMENT.ledger_copy] if ENVIRONMENT.ledger_copy else []),
]
#: Whether a backup is made each night, and how old the last good drill may be.
MAKES_BACKUPS = bool(ENVIRONMENT.backup_key)
DRILL_WITHIN = timedelta(days=ENVIRONMENT.drill_days)
LEDGER_MARK = ENVIRONMENT.var / "secrets" / f"ledger-{sha256(str(LEDGER_FILES[0]).encode()).hexdigest()[:12]}"

# --- Secrets

_secrets = ENVIRONMENT.var / "secrets"
SECRET_KEY = ENVIRONMENT.secret_key.get_secret_value() if ENVIRONMENT.secret_key else kept(_secrets, "secret_key")
#: Seals second-factor secrets at rest; apart from SECRET_KEY, so that one can be changed without the other.
SEAL_KEY = ENVIRONMENT.seal_key.get_secret_value() if ENVIRONMENT.seal_key else kept(_secrets, "seal_key")

# --- The house

INSTALLED_APPS = [
    "seloste.web",
    "seloste.desk",
    "seloste.sales",
    "seloste.mydata",
    "seloste.rights",
    "seloste.services",
    "seloste.shop",
    "seloste.outreach",
    "seloste.intake",
    "seloste.visits",
    "seloste.terminal",
    "seloste.erasure",
    "seloste.access",
    "seloste.invoices",
    "seloste.payments",
    "seloste.catalogue",
    "seloste.mail",
    "seloste.disclosures",
    "seloste.consents",
    "seloste.register",
    "seloste.notices",
    "seloste.floods",
    "seloste.once",
    "seloste.accounts",
    "seloste.ledger",
    "seloste.audit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "seloste.config.request_log.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "seloste.ledger.middleware.LedgerMiddleware",  # before anything that asks the database
    "seloste.visits.middleware.VisitsMiddleware",  # sees every answer but static files
    "seloste.terminal.middleware.TerminalMiddleware",  # outside of all that set cookies, inside what writes the policy
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "seloste.web.middleware.PlainBodyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "seloste.accounts.middleware.StaffMiddleware",
    "seloste.web.middleware.LanguageMiddleware",
    "seloste.web.middleware.SignedOutMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "seloste.web.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "seloste.web.urls"
WSGI_APPLICATION = "seloste.config.wsgi.application"
DEBUG = False
ALLOWED_HOSTS = [ENVIRONMENT.origin_host, *([] if _secure else ["127.0.0.1", "localhost", "[::1]"])]
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "seloste.web.context.frame",
            ],
        },
    },
]

FORM_RENDERER = "seloste.web.forms.Drawn"

# --- The database

DATABASES = {"default": django_database(ENVIRONMENT)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

#: Rate limits must hold over all web processes, hence a table; its keys are keyed hashes.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entry",
        "KEY_FUNCTION": "seloste.config.cache_keys.sealed",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

# --- Sign-in

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"

ACCOUNT_ADAPTER = "seloste.accounts.adapters.SignIn"
ACCOUNT_FORMS = {
    "login": "seloste.accounts.forms.SignInForm",
    "reauthenticate": "seloste.accounts.forms.PasswordAgainForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_LOGIN_TIMEOUT = 10 * 60
#: Sixty guesses an hour at one account from wherever they come; a passkey signs in past the limit (P37).
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reauthenticate": "10/m/user"}

MFA_ADAPTER = "seloste.accounts.adapters.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_ALLOW_UNVERIFIED_EMAIL = True
#: A clock may be half a minute off; a code works once all the same (RFC 6238 §5.2).
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "seloste.accounts.forms.CodeForm",
    "reauthenticate": "seloste.accounts.forms.CodeAgainForm",
    "activate_totp": "seloste.accounts.forms.FirstCodeForm",
    "add_webauthn": "seloste.accounts.forms.NewPasskeyForm",
    "edit_webauthn": "seloste.accounts.forms.PasskeyNameForm",
    "login_webauthn": "seloste.accounts.forms.PasskeySignInForm",
    "authenticate_webauthn": "seloste.accounts.forms.PasskeySecondForm",
    "reauthenticate_webauthn": "seloste.accounts.forms.PasskeyAgainForm",
}

# --- Sessions and cookies: the prefix __Host- binds a cookie to this host, https and the whole path (RFC 6265bis)

_prefix = "__Host-" if _secure else ""
#: Kept under a hash of the key, with the account beside it; ends after 15 idle minutes or 8 hours (accounts.rules).
SESSION_ENGINE = "seloste.accounts.sessions"
SESSION_COOKIE_NAME = f"{_prefix}sid"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = _secure

CSRF_COOKIE_NAME = f"{_prefix}csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = _secure
#: With the session; a year-long cookie would be a mark on visitors.
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "seloste.web.views.expired_form"
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.public_origin]

LANGUAGE_COOKIE_NAME = f"{_prefix}language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = _secure

#: What a visitor answered about optional items (terminal); set only where something is asked.
CHOICE_COOKIE_NAME = f"{_prefix}choice"
#: Holds a person's own page open after a code or a link (mydata); apart from the session of the staff.
MYDATA_COOKIE_NAME = f"{_prefix}mydata"
#: Remembers a visitor's cart; only its hash is in the database (shop).
CART_COOKIE_NAME = f"{_prefix}cart"
#: In tests, a cookie that is not declared is a fault; in service it is dropped, recorded and shown at the desk.
UNDECLARED_COOKIE_IS_A_FAULT = False

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- What browsers are told

SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False  # other services of the controller may live beside us
SECURE_SSL_REDIRECT = _secure
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "upgrade-insecure-requests": _secure,
    }
}

# --- Bad input

DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 10
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
#: Files are taken from the staff alone, where a page says so, and never written to disk.
FILE_UPLOAD_HANDLERS = ["seloste.web.uploads.StaffUploads"]

# --- Languages and time

LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [_environment.ROOT / "src" / "seloste" / "locale"]
FORMAT_MODULE_PATH = ["seloste.locale.formats"]
TIME_ZONE = "Europe/Helsinki"
USE_I18N = True
USE_TZ = True

# --- Static files

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.var / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing is uploaded
    "staticfiles": {"BACKEND": "seloste.config.static_files.StaticFiles"},
}
WHITENOISE_MANIFEST_STRICT = True

# --- Mail and logs

#: All mail leaves through the outbox (room `mail`). What anything else would send goes nowhere: an error report would
#: carry personal data.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
MAIL_PROVIDER = f"anymail.backends.{ENVIRONMENT.anymail}.EmailBackend" if ENVIRONMENT.anymail else ""
ANYMAIL = {
    **(json.loads(ENVIRONMENT.anymail_settings.get_secret_value()) if ENVIRONMENT.anymail_settings else {}),
    "REQUESTS_TIMEOUT": (10, 30),
}
SMTP_URL = ENVIRONMENT.smtp.get_secret_value() if ENVIRONMENT.smtp else ""
#: What the demo's own mail server writes down of what it has taken; a real one cannot be asked.
SMTP_LEDGER = ENVIRONMENT.var / "mailbox" / "ledger" if DEMO else None
DEMO_MAILBOX = ENVIRONMENT.var / "mailbox" if DEMO else None
MAIL_FROM = ENVIRONMENT.mail_from or ""
# What stands on invoices of the seller; where nobody real is served, an account and an id that are examples.
SELLER = {
    "iban": ENVIRONMENT.iban or ("" if _secure else "FI2112345600000785"),
    "bic": ENVIRONMENT.bic or ("" if _secure or ENVIRONMENT.iban else "EXAMFIHH"),
    "business_id": ENVIRONMENT.business_id or ("" if _secure else "1234567-1"),
}
FINANCIAL_YEAR_ENDS = ENVIRONMENT.financial_year_ends
INVOICE_DAYS = ENVIRONMENT.invoice_days
#: Public registers that are asked about companies; empty while that is off.
VIES_URL = ENVIRONMENT.vies or ""
PRH_URL = ENVIRONMENT.prh or ""
# Payment providers; one without keys is not offered. The gateway stands in for them in the demo and nowhere else.
PAYTRAIL_ACCOUNT = ENVIRONMENT.paytrail_account or ""
PAYTRAIL_SECRET = ENVIRONMENT.paytrail_secret.get_secret_value() if ENVIRONMENT.paytrail_secret else ""
PAYTRAIL_API = f"{ENVIRONMENT.gateway}/paytrail" if ENVIRONMENT.gateway else "https://services.paytrail.com"
STRIPE_ACCOUNT = ENVIRONMENT.stripe_account
STRIPE_KEY = ENVIRONMENT.stripe_key.get_secret_value() if ENVIRONMENT.stripe_key else ""
STRIPE_WEBHOOK_SECRET = (
    ENVIRONMENT.stripe_webhook_secret.get_secret_value() if ENVIRONMENT.stripe_webhook_secret else ""
)
STRIPE_API = f"{ENVIRONMENT.gateway}/stripe" if ENVIRONMENT.gateway else "https://api.stripe.com"
#: The installation's own mark and what it remembers of the outbox, apart from the database: a copy of that has neither.
INSTALL_ID = kept(_secrets, "install_id")
OUTBOX_MARK = ENVIRONMENT.var / "secrets" / "outbox"
ADMINS: list[tuple[str, str]] = []
LOGGING = logs.dictionary(ENVIRONMENT.log_level)
logs.configure()
