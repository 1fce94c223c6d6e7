"""The world of the matrix, made once for a file, in a database of its own; every visit to it is undone."""

import logging
from typing import Any

import argon2
import pytest
import time_machine
from django.test import override_settings
from django.utils import timezone, translation

from reception import printing
from reception.actions import tracking
from reception.auth import RoleBackend
from tests.access import world as worlds
from tests.databases import own_database
from tests.petitions.receptions import AT
from tests.reception.conftest import clock, sign_in

__all__ = ["clock", "sign_in"]

# A session is in the browser's cookie here: one question less of each cell.
SESSIONS = "django.contrib.sessions.backends.signed_cookies"
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def standing():
    """The clock stands still; passwords and codes cost nothing; of a paper what goes into it is read, and it is not set."""
    with pytest.MonkeyPatch.context() as patch, time_machine.travel(AT, tick=False):
        patch.setattr("reception.clock.now", timezone.now)
        patch.setattr(tracking, "HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(printing, "_typeset", lambda _template, text, _at, _standards: text.encode())
        printing._kept.cache_clear()
        known: dict[int, Any] = {}
        asked = RoleBackend.get_user
        # Who somebody is does not change here, and is asked as often as there are cells.
        patch.setattr(RoleBackend, "get_user", lambda self, pk: known[pk] if pk in known else known.setdefault(pk, asked(self, pk)))
        logging.disable(logging.CRITICAL)
        with override_settings(PASSWORD_HASHERS=HASHERS, SESSION_ENGINE=SESSIONS), translation.override("zh-hans"):
            yield
        logging.disable(logging.NOTSET)
        printing._kept.cache_clear()


@pytest.fixture(scope="module")
def uploads(tmp_path_factory):
    with override_settings(UPLOADS_DIR=tmp_path_factory.mktemp("uploads")):
        yield


@pytest.fixture(scope="module")
def world(template_database, django_db_setup, django_db_blocker, standing, uploads):
    with own_database(template_database, django_db_blocker):
        yield worlds.build()
