"""By unit: what was referred to it and how that ended; and which units and fields people complain of most."""

from collections import Counter

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from petitions.models import Grade, Rating, Referral
from petitions.models.opinions import RatedBody
from petitions.models.referrals import ReferralState
from petitions.reports import going
from petitions.reports.shape import Asked, Row, Table
from reception.models import Department
from reception.words import named

MOST = 10


def by_unit(asked: Asked) -> Table:
    """For each responsible unit: what it received, sent back, ended in time or not, has overdue now, and how it was rated."""
    sent = Referral.objects.filter(case__in=asked.seen, is_lead=True, **asked.within("received_on")).order_by()
    counted = sent.values_list("department").annotate(
        moved=Count("pk", filter=Q(is_assigned=False)),
        assigned=Count("pk", filter=Q(is_assigned=True)),
        returned=Count("pk", filter=Q(state=ReferralState.RETURNED)),
    )
    referred = {unit: numbers for unit, *numbers in counted}
    ended, overdue = going.ended(asked, "deadline__case__department"), going.overdue(asked, "case__department")
    rated = Rating.objects.filter(case__in=asked.seen, body=RatedBody.DEPARTMENT, **asked.within_moments("at"))
    grades = Counter(rated.order_by().values_list("department", "grade"))
    ids = {*referred, *ended, *overdue, *(unit for unit, _grade in grades)} - {None}
    rows = []
    for unit in Department.objects.filter(pk__in=ids).order_by("code"):
        how = ended.get(unit.pk, Counter())
        numbers = (
            *referred.get(unit.pk, (0, 0, 0)),
            how[going.IN_TIME],
            how[going.EXTENDED],
            how[going.LATE],
            overdue.get(unit.pk, 0),
            *(grades[unit.pk, grade.value] for grade in Grade),
        )
        rows.append(Row(named(unit), numbers))
    columns = (
        _("转送"),
        _("交办"),
        _("退回"),
        _("按期"),
        _("延期后按期"),
        _("超期办结"),
        _("已超期未办结"),
        *(str(one.label) for one in Grade),
    )
    return Table("unit", _("责任单位办理情况"), _("单位"), columns, tuple(rows))


def complained_of(asked: Asked) -> Table:
    """The units that most of the period's cases complain of, as far as the reader may see those."""
    rows = asked.seen.filter(accused_department__isnull=False, **asked.within("received_on")).order_by()
    counts = Counter(dict(rows.values_list("accused_department").annotate(n=Count("pk")))).most_common(MOST)
    units = Department.objects.in_bulk([unit for unit, _n in counts])
    return Table(
        "complained",
        _("反映较多的单位"),
        _("单位"),
        (_("件数"),),
        tuple(Row(named(units[unit]), (n,)) for unit, n in counts),
        has_total=False,
        note=_("最多列 %(most)d 个。只是有人反映，不是认定的结论。") % {"most": MOST},
    )
