"""The demo county: fictitious people and what they did."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

# What makes more of the demo once the county and its roster are there: each is told the county and the moment, and gives how many
# it made. The room above adds its own when it is loaded. No models here: the workbook is made without the portal.
MORE: list[Callable[[Any, datetime], int]] = []
