"""Store a checked workbook: all of it or nothing. Rows are matched by their codes; what is there is updated, nothing is deleted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from reception import lineage, scope
from reception.actions import beginnings, history, journal, planning
from reception.actions import substitution_needs as needs
from reception.actions.permissions import require
from reception.errors import Refused
from reception.models import (
    Absence,
    CalendarRow,
    County,
    Department,
    Leader,
    Place,
    Post,
    Pulse,
    RoleGrant,
    Rotation,
    Seat,
    Tenure,
    User,
)
from reception.roles import Role

Values = Mapping[str, Any]
Found = Mapping[str, Mapping[str, Any]]


class Clean(Protocol):
    """A checked workbook, as `reception.workbooks.checking` gives it."""

    @property
    def county(self) -> Values: ...

    def rows(self, sheet: str) -> list[dict[str, Any]]: ...


@dataclass
class Stored:
    """What an import did: how many rows of each sheet are new, changed, or as they were."""

    county: County
    made: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    same: dict[str, int] = field(default_factory=dict)

    def count(self, sheet: str, outcome: str) -> None:
        counts: dict[str, int] = getattr(self, outcome)
        counts[sheet] = counts.get(sheet, 0) + 1


def known_codes(slug: str) -> dict[str, set[str]]:
    """The codes a county already has, by sheet, for checking a workbook that adds to them."""
    county = County.objects.filter(slug=slug).first()
    if county is None:
        return {}
    with scope.county(county):
        tables: dict[str, type[Any]] = {
            "places": Place,
            "departments": Department,
            "posts": Post,
            "leaders": Leader,
            "rotations": Rotation,
        }
        return {sheet: set(table.objects.values_list("code", flat=True)) for sheet, table in tables.items()}


def store(*, clean: Clean, by: User, at: datetime) -> Stored:
    """Store a workbook that has no problems. Raises `Refused`, and stores nothing, where the database knows better."""
    try:
        with transaction.atomic():
            return _store(clean, by, at)
    except IntegrityError as error:
        raise Refused(_sentence(error)) from error


def _store(clean: Clean, by: User, at: datetime) -> Stored:
    given = _given(clean.county)
    slug = given.pop("slug")
    county, new = County.objects.get_or_create(slug=slug, defaults=given)
    stored = Stored(county)
    with scope.county(county):
        require("county.import", county=county, by=by, at=at)
        planning.lock(county)
        if new:
            stored.count("county", "made")
            # From the first day a backup that is restored is known as one, also before anybody has sent for this county.
            Pulse.objects.create(county=county, history=lineage.history())
        else:
            _update(county, given, stored, "county")
        _put(stored, "places", Place, clean, ("code",))
        _departments(stored, clean)
        _put(stored, "posts", Post, clean, ("code",))
        _put(stored, "leaders", Leader, clean, ("code",))
        found: dict[str, dict[str, Any]] = {
            "place": {row.code: row for row in Place.objects.all()},
            "post": {row.code: row for row in Post.objects.all()},
            "leader": {row.code: row for row in Leader.objects.all()},
            "department": {row.code: row for row in Department.objects.all()},
        }
        _put(stored, "tenures", Tenure, clean, ("post", "leader", "starts_on"), found)
        _rotations(stored, clean, found)
        _put(stored, "absences", Absence, clean, ("leader", "starts_on"), found, {"recorded_by": by, "recorded_at": at})
        _put(stored, "calendar", CalendarRow, clean, ("day", "level"), {}, {"entered_by": by, "entered_at": at, "level": 3})
        beginnings.lay_out(county=county, by=by, at=at)
        _accounts(stored, clean, found, at)
        for outcome in history.store(rows=clean.rows("history"), county=county, by=by, at=at):
            stored.count("history", outcome)
        needs.meet(county=county, by=by, at=at)
        # A constraint that is checked at the end of the transaction must speak now, while it can still be a sentence.
        _check_now()
        if stored.made or stored.changed:
            journal.record(
                act="county.import", object=f"county {slug}", by=by, at=at, facts={"made": stored.made, "changed": stored.changed}
            )
    return stored


def _given(row: Values) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "#"}


def _update(row: models.Model, values: Values, stored: Stored, sheet: str) -> None:
    """Change what differs, and count."""
    differing = {key: value for key, value in values.items() if getattr(row, key) != value}
    if not differing:
        stored.count(sheet, "same")
        return
    if isinstance(row, CalendarRow) and row.change_id is not None:
        raise Refused(_("日历中 %(day)s 的规定是经审定的变更，不能由导入改写。请到节假日页提出变更。") % {"day": row.day})
    for key, value in differing.items():
        setattr(row, key, value)
    row.save()
    stored.count(sheet, "changed")


def _put(
    stored: Stored,
    sheet: str,
    table: type[Any],
    clean: Clean,
    same: tuple[str, ...],
    found: Found | None = None,
    besides: Values | None = None,
) -> None:
    """Make or update a row of `table` for each row of the sheet; codes become the rows they name."""
    rows = CalendarRow.objects.in_force() if table is CalendarRow else table.objects.all()
    there = {tuple(getattr(row, key) for key in same): row for row in rows}
    new = []
    for given in clean.rows(sheet):
        values: Values = {
            key: (found or {}).get(key, {}).get(value, value) if isinstance(value, str) else value
            for key, value in _given(given).items()
        }
        if table is CalendarRow:
            values = {**values, "works": bool(values["works"]), "level": int(values.get("level", 3))}
        row = there.get(tuple(values.get(key) for key in same))
        if row is None:
            new.append(table(**{**(besides or {}), **values}))
            stored.count(sheet, "made")
        else:
            _update(row, values, stored, sheet)
    table.objects.bulk_create(new)


def _departments(stored: Stored, clean: Clean) -> None:
    """Departments first, their superiors after: a superior may stand further down the sheet."""
    plain = [{key: value for key, value in row.items() if key != "superior"} for row in clean.rows("departments")]
    _put(stored, "departments", Department, _Rows({"departments": plain}), ("code",))
    by_code = {row.code: row for row in Department.objects.all()}
    for row in clean.rows("departments"):
        unit, superior = by_code[row["code"]], by_code.get(row.get("superior", ""))
        if superior is not None and unit.superior_id != superior.pk:
            unit.superior = superior
            unit.save()


@dataclass
class _Rows:
    sheets: dict[str, list[dict[str, Any]]]

    @property
    def county(self) -> Values:
        return {}

    def rows(self, sheet: str) -> list[dict[str, Any]]:
        return self.sheets[sheet]


def _rotations(stored: Stored, clean: Clean, found: Found) -> None:
    plain = [{key: value for key, value in row.items() if key != "posts"} for row in clean.rows("rotations")]
    _put(stored, "rotations", Rotation, _Rows({"rotations": plain}), ("code",), found)
    for row in clean.rows("rotations"):
        rotation = Rotation.objects.get(code=row["code"])
        wanted = row.get("posts", [])
        if wanted != list(rotation.seats.values_list("post__code", flat=True)):
            rotation.seats.all().delete()
            Seat.objects.bulk_create(
                Seat(rotation=rotation, post=found["post"][code], position=position)
                for position, code in enumerate(wanted, start=1)
            )


def _accounts(stored: Stored, clean: Clean, found: Found, at: datetime) -> None:
    """Accounts without a password: whoever they are for sets one by the link they are sent, or is given one by the security admin."""
    since = at.astimezone(stored.county.zone).date()
    for row in clean.rows("accounts"):
        person = User.objects.filter(username=row["username"]).first()
        if person is None:
            person = User(username=row["username"], county=stored.county, created_at=at)
            person.set_unusable_password()
        elif person.county_id != stored.county.pk:
            raise Refused(_("用户名“%(name)s”已被占用，请换一个。") % {"name": row["username"]})
        person.name, person.email = row["name"], row.get("email", "")
        person.save()
        leader = found["leader"].get(row.get("leader", ""))
        if row["role"] == Role.LEADER and leader is not None and leader.user_id != person.pk:
            leader.user = person
            leader.save()
        _grant(stored, person, row, leader, found["department"].get(row.get("department", "")), since)


def _grant(stored: Stored, person: User, row: Values, leader: Any, department: Any, since: date) -> None:
    serves = leader if row["role"] == Role.SECRETARY else None
    if RoleGrant.objects.filter(user=person, role=row["role"], leader=serves).on(since).exists():
        stored.count("accounts", "same")
        return
    RoleGrant.objects.create(user=person, role=row["role"], leader=serves, department=department, starts_on=since)
    stored.count("accounts", "made")


def _check_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


SENTENCES: dict[str, Callable[[], str]] = {
    "tenure_one_holder": lambda: _(
        "某一职务在同一段时间内有两位任职者：库中已有的任职与工作簿中的重叠。请先在库中填写前任的离任日期。"
    ),
    "absence_once": lambda: _("某位领导的请假与库中已有的请假重叠。请在库中修改原有记录。"),
    "calendar_row_once": lambda: _("日历中有一天在同一层级已有规定。请先在库中撤销原有的一行。"),
    "reception_county_code": lambda: _("这个行政区划代码已被另一个县使用。"),
    "reception_user_username": lambda: _("有用户名已被占用，请换一个。"),
}


def _sentence(error: IntegrityError) -> str:
    """The words for the constraint that spoke."""
    for name, sentence in SENTENCES.items():
        if name in str(error):
            return str(sentence())
    return _("库中已有的内容与工作簿矛盾，没有导入任何内容。（%(constraint)s）") % {"constraint": _constraint(error)}


def _constraint(error: IntegrityError) -> str:
    diagnosis = getattr(error.__cause__, "diag", None)
    return str(getattr(diagnosis, "constraint_name", "") or "")
