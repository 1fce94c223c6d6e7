"""Migration operations that build the county wall and the append-only tables into PostgreSQL itself.

Used by migrations of both apps. A new table of a county gets its `CountyWall` in the migration that makes it; a test fails where
one is missing.
"""

from abc import ABC, abstractmethod
from typing import Any

from django.conf import settings
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

COUNTY = "nullif(current_setting('app.county', true), '')::bigint"
DOOR = "current_setting('app.door', true) = 'accounts'"


def in_each_county(statements: str, *, declare: str = "") -> str:
    """A block of SQL that does these statements in every county, named by `county`: the wall shows the owner too no row but those of the county that is named."""
    return f"""
DO $body$
DECLARE
    county bigint;
    {declare}
BEGIN
    FOR county IN SELECT id FROM reception_county LOOP
        PERFORM set_config('app.county', county::text, true);
        {statements}
    END LOOP;
    PERFORM set_config('app.county', '', true);
END
$body$
"""


class TableOperation(Operation, ABC):
    """An operation on one table, done by SQL that knows the table's name."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.model_name], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    @abstractmethod
    def forwards(self, model: type[models.Model]) -> list[str]: ...

    @abstractmethod
    def backwards(self, model: type[models.Model]) -> list[str]: ...

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for statement in self.forwards(to_state.apps.get_model(app_label, self.model_name)):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for statement in self.backwards(from_state.apps.get_model(app_label, self.model_name)):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"{type(self).__name__} for {self.model_name}"


class CountyWall(TableOperation):
    """Row-level security by county, forced on the owner too, and foreign keys that can't point into another county.

    PostgreSQL checks a foreign key without regard to row-level security, so each one between two tables of a county is doubled
    by one that includes the county. `is_referred` is false for a table whose rows nothing can point to.
    """

    def __init__(self, model_name: str, *, is_referred: bool = True) -> None:
        super().__init__(model_name)
        self.is_referred = is_referred

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.model_name], {} if self.is_referred else {"is_referred": False}

    def forwards(self, model: type[models.Model]) -> list[str]:
        table = model._meta.db_table
        statements = [
            *([f"ALTER TABLE {table} ADD CONSTRAINT {table}_in_county UNIQUE (county_id, id)"] if self.is_referred else []),
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY county_wall ON {table} USING (county_id = {COUNTY}) WITH CHECK (county_id = {COUNTY})",
        ]
        return [*statements, *(same_county(table, field) for field in self._doubled(model))]

    def backwards(self, model: type[models.Model]) -> list[str]:
        table = model._meta.db_table
        return [
            *(f"ALTER TABLE {table} DROP CONSTRAINT {table}_{field.name}_same_county" for field in self._doubled(model)),
            f"DROP POLICY county_wall ON {table}",
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
            *([f"ALTER TABLE {table} DROP CONSTRAINT {table}_in_county"] if self.is_referred else []),
        ]

    @staticmethod
    def _doubled(model: type[models.Model]) -> list[Any]:
        """Foreign keys to tables that carry a county that is never null (accounts are not among them: the system has none)."""
        found = []
        for field in model._meta.local_concrete_fields:
            target = field.related_model
            if (
                isinstance(target, type)
                and field.name != "county"
                and any(f.name == "county" and not f.null for f in target._meta.local_concrete_fields)
            ):
                found.append(field)
        return found


def same_county(table: str, field: Any) -> str:
    """The foreign key doubled by one that includes the county."""
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{field.name}_same_county "
        f"FOREIGN KEY (county_id, {field.column}) REFERENCES {field.related_model._meta.db_table} (county_id, id) "
        f"DEFERRABLE INITIALLY DEFERRED"
    )


class SameCounty(TableOperation):
    """Foreign keys that came to a table after its `CountyWall`: each doubled by one that includes the county."""

    def __init__(self, model_name: str, *fields: str) -> None:
        super().__init__(model_name)
        self.fields = fields

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.model_name, *self.fields], {}

    def forwards(self, model: type[models.Model]) -> list[str]:
        return [same_county(model._meta.db_table, model._meta.get_field(name)) for name in self.fields]

    def backwards(self, model: type[models.Model]) -> list[str]:
        table = model._meta.db_table
        return [f"ALTER TABLE {table} DROP CONSTRAINT {table}_{name}_same_county" for name in self.fields]


class AccountsWall(TableOperation):
    """Accounts are seen by their own county, and through the door that sign-in opens. The system's own account is seen by all."""

    def forwards(self, model: type[models.Model]) -> list[str]:
        table = model._meta.db_table
        return [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            (
                f"CREATE POLICY accounts_wall ON {table} USING (county_id = {COUNTY} OR county_id IS NULL OR {DOOR}) "
                f"WITH CHECK (county_id = {COUNTY} OR {DOOR})"
            ),
        ]

    def backwards(self, model: type[models.Model]) -> list[str]:
        table = model._meta.db_table
        return [
            f"DROP POLICY accounts_wall ON {table}",
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ]


class PersonWall:
    """SQL for tables of the sign-in library: rows are seen by the person they belong to, and through the door that sign-in opens.

    Not an operation on a model: the tables belong to another app. `of` says in SQL whose row it is.
    """

    def __init__(self, table: str, of: str = "user_id") -> None:
        self.table, self.of = table, of

    @property
    def forwards(self) -> list[str]:
        seen = f"{self.of} = nullif(current_setting('app.person', true), '')::bigint OR {DOOR}"
        return [
            f"ALTER TABLE {self.table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {self.table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY person_wall ON {self.table} USING ({seen}) WITH CHECK ({seen})",
        ]

    @property
    def backwards(self) -> list[str]:
        return [
            f"DROP POLICY person_wall ON {self.table}",
            f"ALTER TABLE {self.table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {self.table} DISABLE ROW LEVEL SECURITY",
        ]


class NumberDoor(TableOperation):
    """One row can be seen by whoever names its public number, to learn its county; see `scope.county_of_number`."""

    def forwards(self, model: type[models.Model]) -> list[str]:
        table = model._meta.db_table
        return [
            f"CREATE POLICY number_door ON {table} FOR SELECT USING (number = nullif(current_setting('app.number', true), ''))",
        ]

    def backwards(self, model: type[models.Model]) -> list[str]:
        return [f"DROP POLICY number_door ON {model._meta.db_table}"]


class Trigger(TableOperation):
    """A row trigger that fires always, even in a session that plays the part of a replica. `body` is PL/pgSQL."""

    def __init__(self, model_name: str, name: str, when: str, body: str) -> None:
        super().__init__(model_name)
        self.name, self.when, self.body = name, when, body

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.model_name, self.name, self.when, self.body], {}

    def forwards(self, model: type[models.Model]) -> list[str]:
        table = model._meta.db_table
        level = "STATEMENT" if "TRUNCATE" in self.when else "ROW"
        return [
            f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $body$\nBEGIN\n{self.body}\nEND\n$body$",
            f"CREATE TRIGGER {self.name} {self.when} ON {table} FOR EACH {level} EXECUTE FUNCTION {self.name}()",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {self.name}",
        ]

    def backwards(self, model: type[models.Model]) -> list[str]:
        return [f"DROP TRIGGER {self.name} ON {model._meta.db_table}", f"DROP FUNCTION {self.name}()"]


class Untouchable(TableOperation):
    """The application may add and read rows of this table, and nothing else."""

    def forwards(self, model: type[models.Model]) -> list[str]:
        return [f'REVOKE UPDATE, DELETE, TRUNCATE ON {model._meta.db_table} FROM "{application_role()}"']

    def backwards(self, model: type[models.Model]) -> list[str]:
        return [f'GRANT UPDATE, DELETE ON {model._meta.db_table} TO "{application_role()}"']


def application_role() -> str:
    return str(settings.DATABASES["default"]["USER"]).replace('"', '""')
