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
        ("OWNER_DATABASE_URL", "mysql://a@b/c", "OWNER_DATABASE_URL must be a PostgreSQL address"),
        ("REDIS_URL", None, "REDIS_URL is not set"),
        ("DEMO", "yes", "DEMO is 'yes': write 1 for yes or 0 for no"),
        ("HSTS_SECONDS", "a year", "HSTS_SECONDS is 'a year': write a whole number"),
        ("PASSWORD_RULES", "strict", "PASSWORD_RULES is modern, or mlps"),
        ("SITE_URL", "xinfang.example.gov.cn", "SITE_URL must begin with http"),
        ("STAFF_URL", "https://xinfang-staff.example.gov.cn", "STAFF_URL must begin as SITE_URL does"),
        ("STAFF_URL", "http://", "STAFF_URL must begin as SITE_URL does"),
        ("CLAMD_ADDRESS", "127.0.0.1:3310", "CLAMD_ADDRESS is clamd's, as unix:"),
        ("SESSION_IDLE_MINUTES", "0", "SESSION_IDLE_MINUTES is from 1 to 480"),
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


def test_without_the_owner_s_address_the_portal_has_the_application_s_role_alone():
    code = "from config import settings as s; print(sorted(s.DATABASES))"
    said = []
    for without in ({}, {"OWNER_DATABASE_URL"}):
        environment = {name: value for name, value in os.environ.items() if name not in without}
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        said.append(done.stdout)
    assert said == ["['default', 'owner']\n", "['default']\n"]


def test_secrets_come_from_files_to_the_settings_and_to_the_broker_and_stay_out_of_the_environment(tmp_path):
    secrets = {
        "SECRET_KEY": "k" * 50,
        "DATABASE_PASSWORD": "p@ss/word:1",
        "REDIS_PASSWORD": "p%41 #",
        "EMAIL_URL": "smtp+tls://u:mailword@host:587",
        "SMS_URL": "json+https://u:smsword@host/path",
    }
    given = {"DATABASE_URL": "postgresql://reception_app@db:5432/c", "REDIS_URL": "redis://broker:6379/0"}
    for name, value in secrets.items():
        file = tmp_path / name
        file.write_text(f"{value}\n")
        file.chmod(0o440)
        given[f"{name}_FILE"] = str(file)
    code = (
        "import os; from config import settings as s, celery; d = s.DATABASES['default'];"
        "print(s.SECRET_KEY, d['USER'], d['PASSWORD'], s.EMAIL_HOST_PASSWORD, s.SMS_URL, s.REDIS_URL, celery.app.conf.broker_url, sep='\\n');"
        "print([name for name, value in os.environ.items() if 'word' in value or 'kkkk' in value])"
    )
    environment = {
        name: value for name, value in os.environ.items() if name not in (*secrets, *given, "OWNER_DATABASE_URL")
    } | given
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    redis = "redis://:p%2541%20%23@broker:6379/0"
    assert done.stdout.splitlines() == [
        "k" * 50,
        "reception_app",
        "p@ss/word:1",
        "mailword",
        "json+https://u:smsword@host/path",
        redis,
        redis,
        "[]",
    ]


def test_a_secret_in_its_file_and_beside_it_is_refused(tmp_path):
    file = tmp_path / "secret"
    file.write_text("k" * 50)
    file.chmod(0o400)
    done = load(SECRET_KEY_FILE=str(file))
    assert (done.returncode, "both SECRET_KEY and SECRET_KEY_FILE are set" in done.stderr) == (1, True)
    assert load(SECRET_KEY_FILE=str(file), SECRET_KEY=None).stdout == "loaded\n"
