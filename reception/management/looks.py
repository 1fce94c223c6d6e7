"""What was looked at, as a table."""

import sys
from collections.abc import Iterable
from typing import IO, Any, cast

from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from reception.backups.restored import Look


def show(looks: Iterable[Look], out: Any) -> None:
    """Print what was looked at, what was found, whether it is well, and the seconds."""
    table = Table(show_lines=False)
    for title in (_("查了什么"), _("结果"), _("内容")):
        table.add_column(title, overflow="fold")
    table.add_column(_("秒"), justify="right")
    for look in looks:
        table.add_row(look.what, _("通过") if look.is_well else _("不通过"), look.found, f"{look.seconds:.1f}")
    Console(file=cast("IO[str]", out), width=None if sys.stdout.isatty() else 140).print(table)
