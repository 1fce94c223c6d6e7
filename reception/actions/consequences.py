"""What a published change means for those who have booked: their bookings follow, they are told and may choose, nobody is lost.

Runs inside the publication, which it never makes fail. Booking takes the roster's lock beside others (`planning.beside`), publishing
takes it alone: a booking is made wholly before a release or wholly after it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import ngettext

from reception import effects
from reception.actions import bookings, choices
from reception.models import Booking, Choice, County, User

Document = Mapping[str, Any]
# Where bookings of one person wait for an instant while they change places with each other.
ASIDE = date(9000, 1, 1)
ASIDE_APART = timedelta(days=100)


def locked(county: County, before: Document | None, after: Document, *, at: datetime) -> list[Booking]:
    """Every booking to come that a release may concern, locked before the journal is, as every action on a booking does."""
    today = at.astimezone(county.zone).date()
    rows = Booking.objects.coming().filter(Q(sitting__day__day__gte=today) | Q(sitting__uid__in=_changed(before, after, today)))
    return list(rows.select_for_update(of=("self",)).select_related("sitting__day", "sitting__leader", "leader").order_by("pk"))


def follow(
    *, rows: Iterable[Booking], release: int, before: Document | None, after: Document, county: County, by: User, at: datetime
) -> list[Choice]:
    """Bring the bookings in line with what has just been published, and open a choice for each that a change concerns."""
    changed = _changed(before, after, at.astimezone(county.zone).date())
    rows = list(rows)
    open_ones = {choice.booking_id: choice for choice in Choice.objects.filter(booking__in=rows).open()}
    made, grown = [], {}
    for row, trouble in _followed(rows):
        changes, known = changed.get(str(row.sitting.uid), []), open_ones.get(row.pk)
        told = [change for change in changes if change["what"] != "capacity"]
        if told or (trouble and (known is None or known.trouble != trouble)):
            made.append(choices.offer(booking=row, changes=told, trouble=trouble, release=release, by=by, at=at))
        if any(change["what"] == "capacity" for change in changes):
            grown[row.sitting_id] = row.sitting
    for sitting in grown.values():
        bookings.promote(sitting=sitting, county=county, at=at)
    return made


def _followed(rows: list[Booking]) -> list[tuple[Booking, str]]:
    """Each booking and its trouble. What stands in the way of another may itself be on its way, so those are tried together."""
    troubles = {row.pk: choices.follow(row) for row in rows}
    stuck = defaultdict(list)
    for row in rows:
        if troubles[row.pk] == "twice":
            stuck[row.person_index].append(row)
    for alike in stuck.values():
        if _exchanged(alike):
            troubles |= dict.fromkeys((row.pk for row in alike), "")
        else:
            troubles |= {row.pk: choices.follow(row) for row in alike}
    return [(row, troubles[row.pk]) for row in rows]


def _exchanged(alike: list[Booking]) -> bool:
    """Put one person's bookings where they belong all at once, as two leaders who swapped days ask for; False where that can't be."""
    before = [(row.leader, row.day) for row in alike]
    try:
        with transaction.atomic():
            for place, row in enumerate(alike):
                row.day = ASIDE + place * ASIDE_APART
                row.save(update_fields=["day"])
            if not any(choices.follow(row) for row in alike):
                return True
            raise IntegrityError
    except IntegrityError:
        for row, (leader, day) in zip(alike, before, strict=True):
            row.leader, row.day = leader, day
        return False


def _changed(before: Document | None, after: Document, today: date) -> dict[str, list[dict[str, Any]]]:
    """What changed of each sitting to come, by its uid, as data."""
    old = _by_sitting(before or {"days": []})
    found = {}
    for uid, (day, sitting) in _by_sitting(after).items():
        if uid in old and max(day["day"], old[uid][0]["day"]) >= today.isoformat():
            changes = list(_changes(*old[uid], day, sitting))
            if changes:
                found[uid] = changes
    return found


def _by_sitting(document: Document) -> dict[str, tuple[Document, Document]]:
    return {sitting["uid"]: (day, sitting) for day in document["days"] for sitting in day["sittings"]}


def _changes(old_day: Document, old: Document, day: Document, new: Document) -> Iterable[dict[str, Any]]:
    """Each change that matters to whoever has booked."""
    was, now = (any(row["state"] == "cancelled" for row in pair) for pair in ((old_day, old), (day, new)))
    if was != now:
        yield {"what": "cancelled" if now else "restored", "old": old_day["day"], "new": day["day"]}
    if old_day["day"] != day["day"]:
        yield {"what": "day", "old": old_day["day"], "new": day["day"]}
    if old["leader"]["name"]["zh"] != new["leader"]["name"]["zh"]:
        kept = ("name", "post")
        yield {"what": "leader", "old": {key: old["leader"][key] for key in kept}, "new": {key: new["leader"][key] for key in kept}}
    if (old["from"], old["to"]) != (new["from"], new["to"]):
        yield {"what": "hours", "old": f"{old['from']}–{old['to']}", "new": f"{new['from']}–{new['to']}"}
    if old["place"] != new["place"]:
        yield {"what": "place", "old": old["place"], "new": new["place"]}
    if new["capacity"] > old["capacity"]:
        yield {"what": "capacity", "old": old["capacity"], "new": new["capacity"]}


@effects.finder(effects.Kind.BOOKING)
def of_calendar(comparison: effects.Comparison) -> list[effects.Move]:
    """How many bookings go along where a change of the calendar moves a day. Published as a release, the change tells each of them."""
    moved = {answer.row.pk: answer for answer in effects.answers(comparison) if answer.day != answer.row.day}
    counts = Counter(Booking.objects.coming().filter(sitting__day__in=moved).values_list("sitting__day", flat=True))
    return [
        effects.Move(
            effects.Kind.BOOKING,
            f"bookings of day {moved[pk].row.uid}",
            moved[pk].row.day,
            moved[pk].day,
            public=True,
            words=ngettext(
                "%(count)d 个预约随之改期，逐一通知，可保留、改期或取消。",
                "%(count)d 个预约随之改期，逐一通知，可保留、改期或取消。",
                count,
            )
            % {"count": count},
        )
        for pk, count in sorted(counts.items())
    ]
