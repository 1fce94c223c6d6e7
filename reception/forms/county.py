"""The county's settings, with what its ladder of reminders must hold."""

from typing import Any

from django.utils.translation import gettext as _

from reception.forms.base import PortalForm

# From the unit to the joint meeting: whoever stands higher is not told sooner.
RUNGS = ("remind_head_days_after", "remind_chief_days_after", "remind_leader_days_after", "remind_joint_days_after")


class CountyForm(PortalForm):
    """Days are named once, and what is overdue climbs."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for name in ("remind_days_before", "remind_visitors_days_before"):
            days = self.cleaned_data.get(name) or []
            twice = sorted({day for day in days if days.count(day) > 1}, reverse=True)
            if twice:
                said = _("同一天只写一次：%(days)s 写了不止一次。") % {"days": _("、").join(str(day) for day in twice)}
                self.add_error(name, said)
        before = 0
        for name in RUNGS:
            days = self.cleaned_data.get(name)
            if days and days < before:
                said = _("逐级上报，天数应当由少到多：这一级不能早于上一级的 %(days)d 天。") % {"days": before}
                self.add_error(name, said)
            before = max(before, days or 0)
        return cleaned
