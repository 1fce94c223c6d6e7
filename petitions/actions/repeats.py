"""Repeat petitions: the same person and basically the same matter. The machine proposes, a person decides.

The same person: blind indexes of the petitioner's or a representative's identity equal those of one of an earlier case. Basically the
same matter: how alike the texts are, by `petitions.likeness`.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from petitions.actions import cases
from petitions.likeness import ALIKE, likeness
from petitions.models import Case, Minutes, Opinion, OpinionState
from petitions.workflow import RUNNING, Action
from reception.actions import journal
from reception.actions.permissions import require
from reception.errors import MovedOn, Refused
from reception.models import County, Identity, User

# What a person is known by once their identity was destroyed: nobody.
NOBODY = "0" * 24


@dataclass(frozen=True)
class Earlier:
    """An earlier case of one of the same people: how alike its matter is, whether it still runs, and what was answered."""

    case: Case
    likeness: float
    minutes: Minutes | None
    opinions: tuple[Opinion, ...]

    @property
    def is_alike(self) -> bool:
        return self.likeness >= ALIKE

    @property
    def is_open(self) -> bool:
        return self.case.status in RUNNING

    @property
    def percent(self) -> int:
        return round(self.likeness * 100)


def people(case: Case) -> list[Identity]:
    """Whoever a case is from: the petitioner and the representatives, but for those whose identity was destroyed."""
    found = [case.identity, *(row.identity for row in case.representatives.all())]
    return [one for one in found if one.person_index != NOBODY]


def proposed(*, case: Case, user: User, on: date) -> list[Earlier]:
    """Earlier cases of the same people that `user` may see on a day, the most alike first, each with its earlier answers."""
    known = people(case)
    same = _same(known, "identity__") | _same(known, "representatives__identity__")
    before = Q(received_on__lt=case.received_on) | Q(received_on=case.received_on, pk__lt=case.pk)
    alike = Case.objects.filter(before, pk__in=Case.objects.filter(same).values("pk"))
    # Mostly there are none, and then nobody has to be asked what they may see.
    if not known or not alike.exists():
        return []
    rows = list(Case.objects.visible_to(user, on=on).filter(pk__in=alike.values("pk")).select_related("topic"))
    minutes = {row.case_id: row for row in Minutes.objects.current().filter(case__in=rows).select_related("leader")}
    issued: dict[int, list[Opinion]] = {}
    for opinion in Opinion.objects.filter(case__in=rows, state=OpinionState.ISSUED).order_by("case", "version"):
        issued.setdefault(opinion.case_id, []).append(opinion)
    found = [
        Earlier(row, likeness(row.matter + row.wish, case.matter + case.wish), minutes.get(row.pk), tuple(issued.get(row.pk, ())))
        for row in rows
    ]
    return sorted(found, key=lambda one: (-one.likeness, -one.case.pk))


def mark(*, case: Case, of: Case | None, county: County, by: User, at: datetime) -> None:
    """Say that a case repeats an earlier one of the same people, or, with None, that it does not after all. It goes its own way."""
    require("case.screen", county=county, by=by, at=at)
    if case.status not in RUNNING:
        raise MovedOn(_("这一事项已有结果（%(state)s），不再改变重复标记。") % {"state": case.get_status_display()})
    if of is not None:
        _of_the_same(case, of, county=county, by=by, at=at)
    if case.repeats == of:
        return
    case.repeats = of
    case.is_simple = case.is_simple and of is None
    case.save(update_fields=["repeats", "is_simple"])
    journal.record(act="case.repeats", object=f"case {case.number}", by=by, at=at, facts={"of": of.number if of else None})


def merge(*, case: Case, into: Case, county: County, by: User, at: datetime) -> None:
    """T6, for a case under screening: it goes on within an earlier one of the same people that still runs."""
    _of_the_same(case, into, county=county, by=by, at=at)
    main = cases.locked(into)
    if main.status not in RUNNING:
        raise Refused(
            _("%(number)s 现在是“%(state)s”，已有结果，不能并入。可以标记为重复事项，单独办理。")
            % {"number": main.number, "state": main.get_status_display()}
        )
    cases.merge(case=case, into=main, county=county, by=by, at=at)


def no_longer(*, case: Case, earlier: Case, county: County, by: User, at: datetime) -> None:
    """Raises `Refused` unless the earlier case is one of the same people that was concluded (T5 needs one)."""
    _of_the_same(case, earlier, county=county, by=by, at=at)
    if not earlier.steps.filter(action=Action.CONCLUDE.value).exists():
        raise Refused(
            _("%(number)s 现在是“%(state)s”，没有经过复核终结，不能作为不再受理的依据。")
            % {"number": earlier.number, "state": earlier.get_status_display()}
        )


def _same(known: list[Identity], way: str) -> Q:
    """One of these people: by paper, or by name and telephone where a paper was shown only once."""
    same = Q(**{f"{way}person_index__in": [one.person_index for one in known]})
    same |= Q(**{f"{way}id_index__in": [one.id_index for one in known if one.id_index]})
    for one in known:
        if one.phone_index:
            same |= Q(**{f"{way}name_index": one.name_index, f"{way}phone_index": one.phone_index})
    return same


def _of_the_same(case: Case, other: Case, *, county: County, by: User, at: datetime) -> None:
    on = at.astimezone(county.zone).date()
    if other.pk not in {one.case.pk for one in proposed(case=case, user=by, on=on)}:
        raise Refused(_("只能选择同一信访人（或同一代表）以前提出的事项。"))
