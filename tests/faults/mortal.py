"""``python -m tests.faults.mortal N:now|after``: migrate, and die in the N-th operation, or when the migration it belongs to was just done.

Without a word it does not die.
"""

import os
import signal
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db.backends.base.schema import BaseDatabaseSchemaEditor  # noqa: E402
from django.db.migrations.migration import Migration  # noqa: E402


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def mortal(count, when):
    """Count what is said to the database."""
    execute, apply = BaseDatabaseSchemaEditor.execute, Migration.apply
    said = 0

    def executed(self, *args, **kwargs):
        nonlocal said
        said += 1
        if said == count and when == "now":
            die()
        return execute(self, *args, **kwargs)

    def applied(self, *args, **kwargs):
        state = apply(self, *args, **kwargs)
        if said >= count:
            die()
        return state

    BaseDatabaseSchemaEditor.execute, Migration.apply = executed, applied


if __name__ == "__main__":
    if sys.argv[1]:
        number, moment = sys.argv[1].split(":")
        mortal(int(number), moment)
    call_command("migrate", database="owner", verbosity=0)
