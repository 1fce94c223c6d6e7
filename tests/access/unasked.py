"""T23 (ASVS 15.3.3): a form sets what it shows and nothing else. Each form is sent as its page gives it, and again with a value for every
column of every table that it does not show; what is written must be the same.

What comes by chance (keys, hashes, numbers) is what differs between two sendings that are alike, and is left out column by column.
"""

from collections import Counter

from django.apps import apps
from django.db import connection, models, transaction

from reception import scope
from reception.models import County
from tests.access.strange_texts import WHOLE, posted, pressed

ROOMS = ("reception", "petitions")
# How often what is suspected is sent again.
AGAIN = 6
WRITTEN = """
SELECT relname FROM pg_stat_xact_user_tables WHERE relname LIKE ANY(ARRAY['reception_%', 'petitions_%']) AND relname <> 'reception_session'
    AND n_tup_ins + n_tup_upd + n_tup_del > 0
"""


def _value(column, other):
    """What nobody asked for: of the column's kind, and as far as may be one that would be taken."""
    if isinstance(column, models.ForeignKey):
        # The other county, so that it would be seen; and of everything else the last there is.
        rows = column.related_model._base_manager.order_by("pk").values_list("pk", flat=True)
        return str(other.pk if column.related_model is County else rows.last() or 1)
    if column.choices:
        return str(list(column.flatchoices)[-1][0])
    kinds = {
        models.BooleanField: "on",
        models.DateTimeField: "2091-07-13 08:00",
        models.DateField: "2091-07-13",
        models.TimeField: "03:07",
        models.IntegerField: "4321",
        models.UUIDField: "00000000-0000-4000-8000-000000004321",
        models.EmailField: "unasked@example.invalid",
        models.JSONField: '{"unasked": 1}',
    }
    return next((value for kind, value in kinds.items() if isinstance(column, kind)), "unasked")


def columns(world):
    """A value for every column of ours, under the name a form would give it and under the database's."""
    found = {}
    with scope.county(world.own.office.county):
        for room in ROOMS:
            for model in apps.get_app_config(room).get_models():
                for column in model._meta.concrete_fields:
                    value = _value(column, world.other.office.county)
                    found |= {column.name: value, column.attname: value}
                    if isinstance(column, models.DateTimeField):
                        found |= {f"{column.name}_0": value.split()[0], f"{column.name}_1": value.split()[1]}
    return found


def more(form, unasked):
    """What is sent besides: at the top, and within each row of each table that a form has."""
    prefixes = [name.removesuffix("-TOTAL_FORMS") for name in form["data"] if name.endswith("-TOTAL_FORMS")]
    rows = [f"{prefix}-{n}-" for prefix in prefixes for n in range(int(form["data"][f"{prefix}-TOTAL_FORMS"] or 0))]
    everywhere = {f"{row}{name}": value for row in ["", *rows] for name, value in unasked.items()}
    # The row that a line of a table stands for is told by the line itself.
    return {name: value for name, value in everywhere.items() if name not in form["data"] and not name.endswith("-id")}


class Standing:
    """What each table holds while nothing was sent, and what it holds after something was, as one who belongs to the county sees it."""

    def __init__(self, county, visit):
        self.county, self.visit, self.known = county, visit, {}

    def _rows(self, table):
        with scope.county(self.county), connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [described[0] for described in cursor.description]
            return [dict(zip(names, map(str, row), strict=True)) for row in cursor.fetchall()]

    def _is_as_before(self, table, rows):
        if table not in self.known:
            with transaction.atomic():
                self.known[table] = _counted(self._rows(table))
        return _counted(rows) == self.known[table]

    def sent(self, actor, path, data):
        """The tables that a form changed, each with its rows; all of it undone."""
        with transaction.atomic():
            self.visit(actor, "POST", path, data)
            with connection.cursor() as cursor:
                cursor.execute(WRITTEN)
                tables = [table for (table,) in cursor.fetchall()]
            found = {table: self._rows(table) for table in tables}
            transaction.set_rollback(True)
        return {table: rows for table, rows in found.items() if not self._is_as_before(table, rows)}


def _counted(rows):
    return Counter(tuple(sorted(row.items())) for row in rows)


def differences(send, more):
    """The tables a form changes; and the columns that are otherwise with what nobody asked for and alike without, and the tables that are
    changed only then. Fewer changed tables, or rows, are of a form that was refused for it. A form that is refused as it stands is sent
    with more by `FORMS=whole` alone.

    Some chance has few sides (how long a packed file is), and two sendings that are alike by it tell nothing: what is suspected is sent
    several times more, and stays so where the value was never seen without."""
    once = send({})
    if not once and not WHOLE:
        return set(), []
    without, besides = [once, send({}) if once else {}], send(more)
    wrong = [f"{table} is changed only so" for table in besides if table not in once]
    suspected = {(table, name) for table, name in _columns(without, besides) if not _varies(without, table, name)}
    for _time in range(AGAIN if suspected else 0):
        without.append(send({}))
        besides = send(more)
        suspected &= _columns(without, besides)
    return set(once), wrong + [f"{table}.{name}" for table, name in sorted(suspected)]


def _values(found, table, name):
    return Counter(row[name] for row in found.get(table, ()))


def _columns(without, besides):
    """The columns whose values were never so in a sending without more."""
    return {
        (table, name)
        for table, rows in besides.items()
        # Fewer rows are of a refusal.
        if rows and all(table in found and len(rows) >= len(found[table]) > 0 for found in without)
        for name in rows[0]
        if all(_values(besides, table, name) != _values(found, table, name) for found in without)
    }


def _varies(without, table, name):
    return len({tuple(sorted(_values(found, table, name).items())) for found in without}) > 1


def forms(opened):
    """Every form that changes something, with who sees it and one of its buttons; each of them by `FORMS=whole`. Where a choice is open,
    as it stands and with the first there is."""
    for n, (page, actor, where, form) in enumerate(posted(opened)):
        as_it_stands = {**form["data"], **dict.fromkeys(form["unset"], "")}
        for data in (as_it_stands, form["data"]) if form["unset"] else (form["data"],):
            for button in pressed(form, n):
                yield page, actor, where, {**form, "data": {**data, **button}}
