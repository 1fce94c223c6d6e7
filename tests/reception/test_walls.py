"""The county wall: every table of a county is behind it, in Python and in PostgreSQL."""

from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction

from reception import scope
from reception.models import County, Department, Entry, Leader, Post, Scoped, Tenure, User
from tests.reception import builders

pytestmark = pytest.mark.django_db

SCOPED = sorted((model for model in apps.get_models() if issubclass(model, Scoped)), key=lambda model: model.__name__)

# Tables of the sign-in library.
OF_ONE_PERSON = {"account_emailaddress", "account_emailconfirmation", "mfa_authenticator"}
# Nobody's rows: the list of counties, which is public; Django's own names of tables and rights; sessions, found by their secret key
# and holding an account's number; Django's log and groups, which are never written.
OPEN = {
    # Keyed fingerprints of numbers and networks; nobody can be found by them.
    "reception_guess",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_admin_log",
    "django_content_type",
    "django_migrations",
    "django_session",
    "reception_session",
    "reception_county",
    # Numbers and moments of the sending of messages; how far the clock was moved, in tests.
    "reception_pulse",
    "reception_clock",
}


@pytest.fixture
def chenghe() -> County:
    return builders.county("chenghe")


@pytest.fixture
def linhe() -> County:
    return builders.county("linhe")


def rows(sql: str, *params: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def test_the_suite_runs_as_a_role_that_owns_nothing() -> None:
    owned = rows("SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)")
    mighty = rows("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
    assert (owned, mighty) == ([(0,)], [(False, False)])


def test_every_table_with_a_county_has_forced_row_level_security() -> None:
    with_county = {row[0] for row in rows("SELECT table_name FROM information_schema.columns WHERE column_name = 'county_id'")}
    walled = {row[0] for row in rows("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")}
    assert with_county == {model._meta.db_table for model in SCOPED} | {"reception_user"}
    assert walled == with_county | OF_ONE_PERSON


def test_every_table_is_walled_or_is_known_to_hold_nobody_s_rows() -> None:
    tables = {row[0] for row in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    walled = {row[0] for row in rows("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")}
    assert tables - walled == OPEN


@pytest.mark.parametrize("table", sorted(OF_ONE_PERSON))
def test_what_belongs_to_one_person_is_seen_by_them_and_through_the_door(chenghe: County, table: str) -> None:
    one, other = builders.user("one", chenghe), builders.user("other", chenghe)
    with scope.accounts():
        for person in (one, other):
            Authenticator.objects.create(user=person, type="totp", data={})
            address = EmailAddress.objects.create(user=person, email=person.email)
            EmailConfirmation.objects.create(email_address=address, created=address.user.created_at, key=person.username)
        assert rows(f"SELECT count(*) FROM {table}") == [(2,)]
    with scope.county(chenghe):
        assert rows(f"SELECT count(*) FROM {table}") == [(0,)]
        with scope.person(one):
            assert rows(f"SELECT count(*) FROM {table}") == [(1,)]
    assert rows(f"SELECT count(*) FROM {table}") == [(0,)]


def test_nobody_writes_a_second_factor_for_another(chenghe: County) -> None:
    one, other = builders.user("one", chenghe), builders.user("other", chenghe)
    with pytest.raises(ProgrammingError, match="row-level security"), scope.county(chenghe), scope.person(one):
        Authenticator.objects.create(user=other, type="totp", data={})


def test_every_foreign_key_between_tables_of_a_county_includes_the_county() -> None:
    expected = {
        (model._meta.db_table, field.column)
        for model in SCOPED
        for field in model._meta.local_concrete_fields
        if isinstance(field.related_model, type) and issubclass(field.related_model, Scoped)
    }
    found = rows(
        "SELECT conrelid::regclass::text, a.attname FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[2]"
        " WHERE contype = 'f' AND cardinality(conkey) = 2"
    )
    assert set(found) == expected


@pytest.mark.parametrize("model", SCOPED, ids=lambda model: model.__name__)
def test_no_query_goes_without_a_county(model: type[Scoped]) -> None:
    with pytest.raises(scope.Unscoped):
        list(model.objects.all())


def test_another_county_s_rows_are_invisible_to_the_manager_and_to_raw_sql(chenghe: County, linhe: County) -> None:
    with scope.county(linhe):
        Department.objects.create(code="D01", name="临河信访局")
    with scope.county(chenghe):
        Department.objects.create(code="D01", name="澄河信访局")
        by_manager = list(Department.objects.values_list("name", flat=True))
        by_sql = rows("SELECT name FROM reception_department")
    assert (by_manager, by_sql) == (["澄河信访局"], [("澄河信访局",)])
    assert rows("SELECT name FROM reception_department") == []


def test_scopes_nest_and_the_outer_county_is_back_after_the_inner(chenghe: County, linhe: County) -> None:
    with scope.county(chenghe):
        Department.objects.create(code="D01", name="澄河信访局")
        with scope.county(linhe):
            assert rows("SELECT name FROM reception_department") == []
        with pytest.raises(ZeroDivisionError), scope.county(linhe):
            raise ZeroDivisionError
        assert rows("SELECT name FROM reception_department") == [("澄河信访局",)]
        assert scope.current() == chenghe.pk


def test_a_row_can_t_be_written_into_another_county(chenghe: County, linhe: County) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), scope.county(chenghe):
        Department.objects.create(county=linhe, code="D02", name="越界")


def test_a_foreign_key_can_t_point_into_another_county(chenghe: County, linhe: County) -> None:
    with scope.county(linhe):
        foreign = Post.objects.create(code="P1", name="县长", side="government")
    with pytest.raises(IntegrityError, match="same_county"), transaction.atomic(), scope.county(chenghe):
        leader = Leader.objects.create(code="L1", name="县长甲")
        Tenure.objects.create(post=foreign, leader=leader, starts_on="2026-01-01")
        connection.check_constraints()


def test_accounts_of_another_county_are_seen_only_through_the_door(chenghe: County, linhe: County) -> None:
    builders.user("li-clerk", linhe)
    with scope.county(chenghe):
        inside = set(User.objects.values_list("username", flat=True))
    with scope.accounts():
        through = set(User.objects.values_list("username", flat=True))
    assert (inside, through) == ({"system"}, {"system", "li-clerk"})


@pytest.fixture
def entry(chenghe: County) -> Iterator[Entry]:
    with scope.county(chenghe):
        yield builders.entry()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE reception_entry SET act = 'nothing'",
        "DELETE FROM reception_entry",
        "TRUNCATE reception_entry",
        "SET session_replication_role = replica",
        "ALTER TABLE reception_entry DISABLE TRIGGER ALL",
    ],
)
def test_the_application_can_t_rewrite_the_journal(entry: Entry, sql: str) -> None:
    with pytest.raises((ProgrammingError, InternalError, IntegrityError)), transaction.atomic():
        rows(sql)
    entry.refresh_from_db()
    assert entry.act == "roster.plan"


def test_an_entry_that_does_not_follow_the_last_is_refused(entry: Entry) -> None:
    with pytest.raises(IntegrityError, match="does not follow"), transaction.atomic():
        Entry.objects.create(n=entry.n + 2, at=entry.at, actor="x", act="x", object="x", previous=entry.hash, hash="0" * 64)
    with pytest.raises(IntegrityError, match="does not follow"), transaction.atomic():
        Entry.objects.create(n=entry.n + 1, at=entry.at, actor="x", act="x", object="x", previous="1" * 64, hash="0" * 64)
