"""Secrets from files: read whole, refused by name where they can't be believed, and never said."""

import os

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.secret_files import ADDRESSES, LARGEST, SECRETS, environment


@pytest.fixture
def file(tmp_path):
    def written(content, mode=0o440, name="secret"):
        path = tmp_path / name
        path.write_bytes(content)
        path.chmod(mode)
        return str(path)

    return written


@pytest.mark.parametrize("name", [name for name in SECRETS if name not in ADDRESSES.values()])
def test_each_secret_may_come_as_a_file(file, name):
    assert environment({f"{name}_FILE": file(b"a secret of one line\r\n")})[name] == "a secret of one line"


def test_only_the_end_of_the_line_is_taken_off(file):
    assert environment({"SECRET_KEY_FILE": file(b" a key \n")})["SECRET_KEY"] == " a key "


def test_what_names_no_secret_is_left_alone(file):
    given = {"KEYS_FILE": file(b"{}", 0o644), "BACKUP_KEY_FILE": "/nowhere", "SITE_URL_FILE": "/nowhere", "SECRET_KEY_FILE": ""}
    assert environment(given) == given


@pytest.mark.parametrize(
    ("content", "mode", "words"),
    [
        (b"", 0o440, "is empty"),
        (b"\n", 0o440, "is empty"),
        (b"   \n", 0o440, "is empty"),
        (b"sesame\n", 0o444, "everybody on the machine may read"),
        (b"sesame\n", 0o404, "everybody on the machine may read"),
        (b"sesame\nsesame\n", 0o440, "the secret alone, on one line"),
        (b"sesame\n\n", 0o440, "the secret alone, on one line"),
        (b"sesame\0", 0o440, "the secret alone, on one line"),
        (b"s" * (LARGEST + 1), 0o440, "the secret alone, on one line"),
        (b"sesame\xff", 0o440, "is no text"),
    ],
)
def test_a_file_that_can_t_be_believed_is_refused_by_name(file, content, mode, words):
    with pytest.raises(ImproperlyConfigured, match=words) as refused:
        environment({"SECRET_KEY_FILE": file(content, mode)})
    assert str(refused.value).startswith("SECRET_KEY_FILE: ")
    assert "sesame" not in str(refused.value)


def test_a_file_that_is_not_there_is_no_file_or_is_shut_is_refused(file, tmp_path):
    for path in (str(tmp_path / "nowhere"), str(tmp_path)):
        with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY_FILE: .* can't be read"):
            environment({"SECRET_KEY_FILE": path})
    if os.geteuid():
        with pytest.raises(ImproperlyConfigured, match="can't be read"):
            environment({"SECRET_KEY_FILE": file(b"sesame", 0o000)})


def test_a_secret_given_twice_is_refused(file):
    with pytest.raises(ImproperlyConfigured, match="both SMS_URL and SMS_URL_FILE are set"):
        environment({"SMS_URL": "null://", "SMS_URL_FILE": file(b"null://")})


@pytest.mark.parametrize(("name", "password"), ADDRESSES.items())
def test_a_password_is_put_into_its_address_and_quoted(file, name, password):
    given = {name: "x://who@%2Frun%2Fhere:1/db?sslmode=verify-full", f"{password}_FILE": file(b"a:b/c@d%e?f#g h")}
    assert environment(given)[name] == "x://who:a%3Ab%2Fc%40d%25e%3Ff%23g%20h@%2Frun%2Fhere:1/db?sslmode=verify-full"


def test_a_password_without_an_address_or_beside_another_is_refused(file):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_PASSWORD is set but DATABASE_URL is not"):
        environment({"DATABASE_PASSWORD_FILE": file(b"word")})
    for address in ("postgresql://a:b@c/d", "postgresql://a:@c/d"):
        with pytest.raises(ImproperlyConfigured, match="both DATABASE_URL and DATABASE_PASSWORD have a password"):
            environment({"DATABASE_URL": address, "DATABASE_PASSWORD_FILE": file(b"word")})
