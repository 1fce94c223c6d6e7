"""The tables of the staff's site as the bureau thinks of them, not as the code is divided."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

# Every table that has a page is in one of them.
GROUPS = (
    (_("信访事项"), ("case", "topic", "guidestep", "limit")),
    (_("接访安排"), ("receptionday", "release", "substitution", "answer", "absence", "rotation")),
    (_("节假日与调休"), ("calendarrow", "calendarchange", "yearconfirmation")),
    (_("人员与机构"), ("leader", "post", "tenure", "department", "place")),
    (_("本县、账号与记录"), ("county", "user", "message", "entry")),
)


def grouped(apps: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What Django lists of each app, as groups of tables in their order; groups of which the reader sees nothing are left out."""
    found = {model["model"]._meta.model_name: model for app in apps for model in app["models"]}
    listed = [{"name": name, "models": [found[table] for table in tables if table in found]} for name, tables in GROUPS]
    return [group for group in listed if group["models"]]
