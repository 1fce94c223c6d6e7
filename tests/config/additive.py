"""What a migration may do while the portal of before it works on: `objections` finds what it may not.

The code of before it meets the tables of after it, on every web process that is not replaced yet, and again where one goes back. So a
table may be added to, in ways that code which knows nothing of it never notices, without anybody being kept waiting for it.
"""

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.models import NOT_PROVIDED

from reception import walls
from reception.growing import LookedOverOften
from reception.together import Together

# Names and words for people: the database has nothing of these.
WORDS = (migrations.AlterModelOptions, migrations.AlterModelManagers)
GONE = (
    migrations.RemoveField,
    migrations.DeleteModel,
    migrations.RemoveConstraint,
    migrations.RemoveIndex,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.RenameIndex,
    migrations.AlterModelTable,
    migrations.AlterUniqueTogether,
)


def flat(operations):
    """The operations that reach the database, one by one."""
    for operation in operations:
        if isinstance(operation, Together):
            yield from flat(operation.operations)
        elif isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from flat(operation.database_operations)
        else:
            yield operation


def objections(migration, before):
    """What is wrong with a migration, in sentences; `before` is the state of the models before it."""
    found, state, made = [], before.clone(), set()
    whole = list(migration.operations)
    slow = [operation for operation in flat(whole) if isinstance(operation, (AddIndexConcurrently, ValidateConstraint))]
    if slow and (migration.atomic or len(list(flat(whole))) > len(slow)):
        found.append(
            "what is done beside the work (an index, a look through old rows) is a migration of its own, with atomic = False"
        )
    for operation in whole:
        for each in flat([operation]):
            found += _objections(each, migration, state, made)
        operation.state_forwards(migration.app_label, state)
        if not operation.reversible:
            found.append(f"{operation.describe()}: nobody can go back")
    return found


def _objections(each, migration, state, made):
    what = each.describe()
    table = getattr(each, "model_name", "").lower()
    is_new = table in made
    if isinstance(each, migrations.CreateModel):
        made.add(each.name.lower())
    elif isinstance(each, (*WORDS, LookedOverOften)) or is_new:
        pass
    elif isinstance(each, migrations.AddField):
        yield from _added(what, each.field)
    elif isinstance(each, migrations.AlterField):
        yield from _altered(what, state.models[migration.app_label, table].fields[each.name], each.field)
    elif isinstance(each, GONE):
        yield f"{what}: the code of before asks for it; stop using it now, take it away in a later release"
    elif isinstance(each, migrations.AddIndex) and not isinstance(each, AddIndexConcurrently):
        yield f"{what}: nobody can write meanwhile; use reception.growing.AddIndexBeside"
    elif isinstance(each, migrations.AddConstraint) and not isinstance(each, AddConstraintNotValid):
        yield f"{what}: every row is looked through meanwhile; use AddConstraintNotValid, and ValidateConstraint in the next migration"
    elif isinstance(each, (migrations.RunPython, migrations.RunSQL, walls.TableOperation)):
        yield f"{what}: what this does to the work of before can't be known here"


def _added(what, field):
    if isinstance(field, models.ManyToManyField):
        return
    if not field.null and field.db_default is NOT_PROVIDED:
        yield f"{what}: the code of before leaves it out; make it null=True, or give it a db_default"
    if field.unique or field.db_index:
        yield f"{what}: its index is made while nobody can write; use reception.growing.AddIndexBeside"


def _altered(what, old, new):
    if old.null and not new.null:
        yield f"{what}: the code of before leaves it empty"
    kinds = [
        getattr(field, "max_length", None) if isinstance(field, models.CharField) else field.get_internal_type()
        for field in (old, new)
    ]
    if old.get_internal_type() != new.get_internal_type() or (
        isinstance(old, models.CharField) and (kinds[1] or 10**9) < (kinds[0] or 10**9)
    ):
        yield f"{what}: a column keeps its kind and never gets narrower"
    for name in ("unique", "db_index"):
        if getattr(new, name) and not getattr(old, name):
            yield f"{what}: its index is made while nobody can write; use reception.growing.AddIndexBeside"
    if old.remote_field and new.remote_field and old.remote_field.model != new.remote_field.model:
        yield f"{what}: it points elsewhere"
