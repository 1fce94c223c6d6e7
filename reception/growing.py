"""Migration operations for tables that people work on meanwhile: `tests/config/test_migrations.py` asks for them.

A table that many wait for is never locked for longer than a moment: an index is made beside the work, and a constraint holds for new rows
at once and is looked through for the old ones afterwards.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

from reception.walls import TableOperation

LEFT = "SELECT 1 FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relname = %s AND NOT indisvalid"


class AddIndexBeside(AddIndexConcurrently):
    """Make an index while everybody works on. In a migration with ``atomic = False``, alone.

    Who dies in the middle of making one leaves it there, unfinished: used by nobody, kept up to date by everybody, and in the way of
    whoever makes it again. So what was left is taken away first.
    """

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        name = self.index.name
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(LEFT, [name])
            if cursor.fetchone():
                schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {schema_editor.quote_name(name)}")
        super().database_forwards(app_label, schema_editor, from_state, to_state)


class LookedOverOften(TableOperation):
    """The database counts a large table's rows anew after so many changes, however large it has become. Nobody is kept waiting for it.

    By itself it does that after a tenth of the table has changed. Of a county that it has not heard of it expects one row at most, so
    until then it would read all that county's rows to find the steps of one case: a county that joins a province would be slow for years.
    """

    CHANGES = 1_000

    def forwards(self, model: type[models.Model]) -> list[str]:
        options = f"autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = {self.CHANGES}"
        return [f"ALTER TABLE {model._meta.db_table} SET ({options})"]

    def backwards(self, model: type[models.Model]) -> list[str]:
        return [f"ALTER TABLE {model._meta.db_table} RESET (autovacuum_analyze_scale_factor, autovacuum_analyze_threshold)"]
