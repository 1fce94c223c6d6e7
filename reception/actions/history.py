"""Past receptions as facts: days held, who received, and for whom they stood in."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from reception.actions.planning import reasons
from reception.errors import Refused
from reception.models import (
    Attendance,
    County,
    DayKind,
    DayState,
    DayStatus,
    Department,
    Leader,
    Post,
    ReceptionDay,
    Rotation,
    Sitting,
    SittingState,
    Substitution,
    SubstitutionState,
    Tenure,
    User,
)
from reception.models.calendar import work_calendar
from scheduling import days as rule


def store(*, rows: list[dict[str, Any]], county: County, by: User, at: datetime) -> Iterator[str]:
    """Store the receptions of the county in scope that are not there yet; for each row ``made`` or ``same``.

    Raises `Refused` for a day that is not over, and for one that contradicts what is already recorded.
    """
    today = at.astimezone(county.zone).date()
    calendar, day_rule = work_calendar(county), rule.DayRule(county.nominal_day)
    posts = {row.code: row for row in Post.objects.all()}
    leaders = {row.code: row for row in Leader.objects.all()}
    rotations = {row.code: row for row in Rotation.objects.select_related("place")}
    departments = {row.code: row for row in Department.objects.all()}
    days = {row.day: row for row in ReceptionDay.objects.all()}
    there = {
        (s.day.day, s.rotation.code): s
        for s in Sitting.objects.filter(rotation__isnull=False).select_related("day", "rotation", "post", "leader")
        if s.rotation
    }
    portfolios = _portfolios()
    for row in sorted(rows, key=lambda row: row["day"]):
        on: date = row["day"]
        if on >= today:
            raise Refused(_("“历次接访”中的 %(day)s 还没有过去。将来的接访由排班产生。") % {"day": on})
        known = there.get((on, row["rotation"]))
        if known:
            if (known.post.code, known.leader.code) != (row["post"], row["leader"]):
                raise Refused(_("%(day)s 的接访已有记录，与工作簿不同。已举行的接访不能修改。") % {"day": on})
            yield "same"
            continue
        if on not in days:
            days[on] = _day(on, day_rule, calendar)
        elif days[on].state != DayState.HELD:
            raise Refused(_("%(day)s 已在排班中，不能作为历史导入。") % {"day": on})
        rotation = rotations[row["rotation"]]
        sitting = Sitting.objects.create(
            day=days[on],
            rotation=rotation,
            post=posts[row["post"]],
            leader=leaders[row["leader"]],
            **portfolios(row["post"], row["leader"], on, "portfolio", "portfolio_en"),
            place=rotation.place,
            starts=rotation.starts,
            ends=rotation.ends,
            capacity=rotation.capacity,
            state=SittingState.HELD,
        )
        Attendance.objects.bulk_create(
            Attendance(sitting=sitting, department=departments[code]) for code in row.get("departments", [])
        )
        if row.get("substitute"):
            Substitution.objects.create(
                sitting=sitting,
                state=SubstitutionState.IN_FORCE,
                reason=row["reason"],
                post=posts[row["substitute_post"]],
                leader=leaders[row["substitute"]],
                **portfolios(row["substitute_post"], row["substitute"], on, "portfolio", "portfolio_en"),
                coordinators=row.get("coordinators", ""),
                requested_by=by,
                requested_at=at,
            )
        yield "made"


def _day(on: date, day_rule: rule.DayRule, calendar: Any) -> ReceptionDay:
    """The day of a past reception: its month's reception day where it is that, else a day that was added."""
    month = rule.Month(on.year, on.month)
    # A day pushed over the end of its month belongs to the month before.
    before = rule.Month(month.year - (month.month == 1), (month.month - 2) % 12 + 1)
    for candidate in (month, before):
        found = rule.reception_day(candidate, day_rule, calendar)
        if found.day == on:
            made: ReceptionDay = ReceptionDay.objects.create(
                kind=DayKind.MONTHLY,
                month=date(candidate.year, candidate.month, 1),
                nominal_on=found.nominal,
                day=on,
                status=DayStatus.CONFIRMED,
                state=DayState.HELD,
                reasons=reasons(found),
            )
            return made
    added: ReceptionDay = ReceptionDay.objects.create(
        kind=DayKind.EXTRA,
        month=on.replace(day=1),
        day=on,
        status=DayStatus.CONFIRMED,
        state=DayState.HELD,
        reasons=[],
    )
    return added


def _portfolios() -> Any:
    """What a leader was in charge of in a post on a day."""
    tenures = list(Tenure.objects.select_related("post", "leader"))

    def found(post: str, leader: str, on: date, *names: str) -> Mapping[str, str]:
        for tenure in tenures:
            lasts = tenure.starts_on <= on and (tenure.ends_on is None or on < tenure.ends_on)
            if lasts and (tenure.post.code, tenure.leader.code) == (post, leader):
                return {name: getattr(tenure, name) for name in names}
        return dict.fromkeys(names, "")

    return found
