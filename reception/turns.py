"""Why a turn is whose it is, in words for staff: with names, kinds and dates of absences, which the public is not told."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reception import language
from reception.models import AbsenceKind


def sentences(turn: dict[str, Any] | None) -> list[str]:
    """One sentence for each post passed over, and one for the turn itself. Empty for a sitting that was not planned in turn."""
    if turn is None:
        return []
    said = [_passed(passed) for passed in turn["passed_over"]]
    said.append(_("排在最前，轮到。") if turn["first_in_queue"] else _("前面的都不能出席，依次轮到。"))
    return said


def _passed(passed: dict[str, Any]) -> str:
    post = passed["name"]["en"] or passed["name"]["zh"] if get_language() == "en" else passed["name"]["zh"]
    if passed["reason"] == "vacant":
        return _("%(post)s空缺，跳过，仍排在最前。") % {"post": post}
    if passed["reason"] == "taken":
        return _("%(post)s当日已在另一场接访，仍排在最前。") % {"post": post}
    kind, starts_on, ends_on = passed["away"]
    last = date.fromisoformat(ends_on) - timedelta(days=1)
    return _("%(post)s %(first)s 至 %(last)s 不能出席（%(kind)s），仍排在最前。") % {
        "post": post,
        "first": starts_on,
        "last": last.isoformat(),
        "kind": language.within(AbsenceKind(kind).label),
    }
