"""The county wall, in Python: whose rows the present piece of work may touch.

Every table that belongs to a county is read and written inside ``with scope.county(county):``. The block is a transaction;
it names the county to Python (the managers refuse to work without one) and to PostgreSQL (row-level security shows no row
without one). The setting is local to the transaction, so a pooled connection carries nothing to the next user.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

_held: ContextVar[bool] = ContextVar("held", default=False)


class HasId(Protocol):
    pk: int


# Tables whose rows bear a public number and have a `NumberDoor`; the room above adds its own when it is loaded.
number_tables = ["reception_booking"]

_county: ContextVar[int | None] = ContextVar("county", default=None)
_alias: ContextVar[str] = ContextVar("alias", default=DEFAULT_DB_ALIAS)


class Unscoped(RuntimeError):
    """A county's rows were asked for outside `scope.county(...)`: a defect in the calling code."""


class Unheld(RuntimeError):
    """Inside `scope.held(...)` something was asked of the database: do the work again inside `scope.county(...)`."""


def current() -> int:
    """The id of the county in scope. Raises `Unscoped` when there is none."""
    county_id = _county.get()
    if county_id is None:
        raise Unscoped("no county is in scope: wrap the work in scope.county(county)")
    return county_id


def _connection() -> BaseDatabaseWrapper:
    return connections[_alias.get()]


class Reads:
    """Django's router for a portal with a replica: models are read where `asking(...)` says, and written in the database itself."""

    def db_for_read(self, model: object, **hints: object) -> str:
        return _alias.get()


@contextmanager
def asking(alias: str) -> Iterator[None]:
    """Let models be read, and counties be opened, in another database of the same rows: a replica. For reading alone."""
    token = _alias.set(alias)
    try:
        yield
    finally:
        _alias.reset(token)


def _tell_database(name: str, value: str) -> str:
    """Set a transaction-local setting and return what it was."""
    with _connection().cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true), set_config(%s, %s, true)", [name, name, value])
        return cursor.fetchone()[0] or ""


@contextmanager
def _setting(name: str, value: str) -> Iterator[None]:
    inside = _connection().in_atomic_block
    with transaction.atomic(using=_alias.get()):
        before = _tell_database(name, value)
        yield
        # Not in a `finally`: a rollback takes the setting back by itself, and a broken transaction could not be told. The end of
        # the whole transaction does too.
        if inside:
            _tell_database(name, before)


@contextmanager
def county(county: HasId | int) -> Iterator[None]:
    """Open a transaction in which the rows of one county, and no other's, are visible and writable."""
    county_id = county if isinstance(county, int) else county.pk
    if _county.get() == county_id and _connection().in_atomic_block and not _held.get():
        # An action inside its edge's transaction: PostgreSQL has been told, and a savepoint is all there is to open.
        with transaction.atomic(using=_alias.get()):
            yield
        return
    outer = _held.set(False)
    try:
        with _setting("app.county", str(county_id)):
            token = _county.set(county_id)
            try:
                yield
            finally:
                _county.reset(token)
    finally:
        _held.reset(outer)


@contextmanager
def held(county: HasId) -> Iterator[None]:
    """Name a county for work that needs nothing from the database, as a page made from a release that is held in the process.

    Asking anyway raises `Unheld`: without the county's transaction PostgreSQL would show no row, and a page would be silently empty.
    """
    token, outer = _county.set(county.pk), _held.set(True)
    try:
        with _connection().execute_wrapper(_refuse_when_held):
            yield
    finally:
        _county.reset(token)
        _held.reset(outer)


def _refuse_when_held(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
    if _held.get():
        raise Unheld("the database was asked inside scope.held(...)")
    return execute(sql, params, many, context)


@contextmanager
def accounts() -> Iterator[None]:
    """Open a transaction that may look up accounts of every county: for signing in, before a county is known."""
    with _setting("app.door", "accounts"):
        yield


@contextmanager
def person(user: HasId) -> Iterator[None]:
    """Open a transaction that may read and write what belongs to one person alone: their second factors and addresses."""
    with _setting("app.person", str(user.pk)):
        yield


def county_of_number(number: str) -> int | None:
    """The id of the county that a public number belongs to; None for a number that does not exist.

    For someone who has a number and no county: row-level security shows the one row that bears the number, and no other.
    """
    with _setting("app.number", number), _connection().cursor() as cursor:
        for table in number_tables:
            cursor.execute(f"SELECT county_id FROM {table} WHERE number = %s", [number])  # noqa: S608  names of our own tables
            found = cursor.fetchone()
            if found:
                return int(found[0])
    return None
