"""The migrations of the portal and, after them, an imagined release's: `tests.faults.next_settings` names this folder for them."""

from pathlib import Path

from reception import migrations

__path__.extend(migrations.__path__)
# The last of the portal's own.
LAST = max(path.stem for path in Path(migrations.__file__).parent.glob("0*.py"))
