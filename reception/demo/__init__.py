"""The demo county: fictitious people and what they did."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

WORKBOOK = Path(__file__).with_name("chenghe.xlsx")
PASSWORD = "demo-reception-day"  # noqa: S105  known to all, works only where settings.DEMO says so

# What makes more of the demo once the county and its roster are there: each is told the county and the moment, and gives how many
# it made. The room above adds its own when it is loaded. No models here: the workbook is made without the portal.
MORE: list[Callable[[Any, datetime], int]] = []
