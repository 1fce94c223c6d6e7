"""Migrations whose many small steps are taken together.

Django makes every model anew after each step of a migration, which took nine tenths of a new county's setting up. Steps that make new
tables, or that only add to tables that are there, don't look at what the ones beside them did: their models are made once for all.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

NEW = (migrations.CreateModel,)
MORE = (migrations.AddField, migrations.AddConstraint, migrations.AddIndex)


def together(operations: Sequence[Operation]) -> list[Operation]:
    """These operations in their order, neighbours that make tables as one, and neighbours that add fields, constraints or indexes as one."""
    found: list[Operation] = []
    for kind, neighbours in groupby(operations, key=_kind):
        some = list(neighbours)
        found += [Together(some)] if kind and len(some) > 1 else some
    return found


def _kind(operation: Operation) -> tuple[type[Operation], ...]:
    return next((kind for kind in (NEW, MORE) if isinstance(operation, kind)), ())


class Together(Operation):
    """Operations of one kind, done one after another with the models as they are after all of them."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.operations], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        # Models that were made are kept up to date step by step; what is not made yet costs nothing.
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return "; ".join(operation.describe() for operation in self.operations)
