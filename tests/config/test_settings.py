"""Settings are loud: each wrong value is a sentence that names it and says what to write."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def load(**changes):
    environment = {**os.environ, **changes}
    environment = {name: value for name, value in environment.items() if value is not None}
    code = "import django.conf; django.conf.settings.DEBUG; print('loaded')"
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_the_settings_of_the_suite_load():
    assert load().stdout == "loaded\n"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", None, "SECRET_KEY is not set"),
        ("SECRET_KEY", "short", "SECRET_KEY is too short"),
        ("ENCRYPTION_KEY", "short", "ENCRYPTION_KEY is too short"),
        ("TRUSTED_PROXY_COUNT", "two", "TRUSTED_PROXY_COUNT is 'two': write a whole number"),
        ("DATABASE_URL", None, "DATABASE_URL is not set"),
        ("DATABASE_URL", "mysql://a@b/c", "DATABASE_URL must be a PostgreSQL address"),
        ("DATABASE_URL", "postgresql://a@b:port/c", "DATABASE_URL can't be read"),
        ("OWNER_DATABASE_URL", None, "OWNER_DATABASE_URL is not set"),
        ("REDIS_URL", None, "REDIS_URL is not set"),
        ("DEMO", "yes", "DEMO is 'yes': write 1 for yes or 0 for no"),
        ("HSTS_SECONDS", "a year", "HSTS_SECONDS is 'a year': write a whole number"),
        ("PASSWORD_RULES", "strict", "PASSWORD_RULES is modern, or mlps"),
        ("SITE_URL", "xinfang.example.gov.cn", "SITE_URL must begin with http"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name, value, words):
    done = load(**{name: value})
    assert done.returncode == 1
    assert words in done.stderr.strip().splitlines()[-1]


def test_passwords_are_kept_by_argon2():
    code = "from config import settings as s; print(s.PASSWORD_HASHERS)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True)
    assert done.stdout == "['django.contrib.auth.hashers.Argon2PasswordHasher']\n"


@pytest.mark.parametrize(("site", "secure"), [("https://xinfang.example.gov.cn", "True"), ("http://127.0.0.1:8000", "False")])
def test_cookies_are_for_tls_where_the_site_has_it(site, secure):
    code = "from config import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, bool(s.SECURE_HSTS_SECONDS))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "SITE_URL": site}, capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) == {secure}


@pytest.mark.parametrize(("site", "before"), [("https://xinfang.example.gov.cn", "__Host-"), ("http://127.0.0.1:8000", "")])
def test_a_cookie_s_name_binds_it_to_this_host_where_there_is_tls(site, before):
    code = (
        "import django; django.setup(); from django.conf import settings as s; from reception import browsers, quiet;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, browsers.COOKIE, quiet.COOKIE, sep='|')"
    )
    environment = {**os.environ, "SITE_URL": site, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    names = done.stdout.strip().split("|")
    assert len(names) == 4
    assert all(name.startswith("__Host-") == bool(before) for name in names), names


def test_debugging_is_off_whatever_the_environment_says():
    code = "from config import settings as s; print(s.DEBUG)"
    environment = {**os.environ, "DEBUG": "1", "DJANGO_DEBUG": "True"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_databases_certificate_is_looked_at_where_its_address_says_so():
    code = "from config import settings as s; print(s.DATABASES['default']['OPTIONS']['sslmode'], s.DATABASES['default']['OPTIONS']['options'])"
    environment = {**os.environ, "DATABASE_URL": "postgresql://a:b@db.example/c?sslmode=verify-full&sslrootcert=/etc/ca.pem"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("verify-full -c statement_timeout=30000 ")
