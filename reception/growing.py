"""Migration operations for tables that people work on meanwhile: `tests/config/test_migrations.py` asks for them.

A table that many wait for is never locked for longer than a moment: an index is made beside the work, and a constraint holds for new rows
at once and is looked through for the old ones afterwards.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

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
