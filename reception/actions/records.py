"""Add, change and remove the rows that people keep by hand: posts, leaders, absences, calendar rows and the like."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import Model
from django.utils.translation import gettext as _

from reception import roles
from reception.actions import journal
from reception.actions.permissions import require
from reception.errors import Refused
from reception.models import County, User
from reception.roles import DELETABLE, TABLES

# Written down that they changed, never what they say.
PRIVATE = frozenset({"note", "password"})


def save(*, row: Model, changed: list[str], county: County, by: User, at: datetime) -> None:
    """Save a row of the county in scope. `changed` names the fields that were set; for a new row, all that were given.

    Raises `Forbidden` for a role that may not, `Refused` where the row contradicts another, and `KeyError` for a table that
    nobody edits.
    """
    require(_permission(row), county=county, by=by, at=at)
    new = row.pk is None
    try:
        row.save()
    except IntegrityError as error:
        raise Refused(words_of(error, row)) from error
    facts = {name: "…" if name in PRIVATE else _plain(getattr(row, name)) for name in changed if hasattr(row, name)}
    journal.record(act=f"{row._meta.model_name}.{'add' if new else 'change'}", object=name_of(row), by=by, at=at, facts=facts)


def remove(*, row: Model, county: County, by: User, at: datetime) -> None:
    """Remove a row that nothing else rests on. Raises `Forbidden` for a role that may not; `KeyError` where nothing is removed."""
    if row._meta.model_name not in DELETABLE:
        raise KeyError(row._meta.model_name)
    require(_permission(row), county=county, by=by, at=at)
    gone = name_of(row)
    row.delete()
    journal.record(act=f"{row._meta.model_name}.remove", object=gone, by=by, at=at)


def words_of(error: IntegrityError, row: Model) -> str:
    """Why a row could not be saved: the words of the constraint that spoke. Forms ask them beforehand, but not of two rows that arrive together."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    constraint = next((c for c in row._meta.constraints if c.name == name), None)
    return str(constraint.get_violation_error_message() if constraint else _("所填的与已有的内容矛盾，没有保存。"))


def name_of(row: Model) -> str:
    """How the journal names a row: its table and its id, not its words."""
    return f"{row._meta.model_name} {row.pk}"


def _permission(row: Model) -> str:
    permission = TABLES[str(row._meta.model_name)][1]
    if permission is None:
        raise KeyError(row._meta.model_name)
    assert permission in roles.PERMISSIONS
    return permission


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Model):
        return name_of(value)
    return value.isoformat() if isinstance(value, date) else str(value)
