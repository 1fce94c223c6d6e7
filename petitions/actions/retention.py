"""What the county keeps no longer: ended cases are archived after its years, and who the people were is destroyed for good.

The law names no period (Regulations on Petition Work; county archives have their own tables), so the years are the county's setting. A
case's matter, steps and documents stay, and the journal's chain still verifies: none of them says who the petitioner is. What destroys an
identity is destroying its data key, in the vault and so in every backup that lacks the key file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from petitions.actions import cases
from petitions.models import Case, Material, Representative
from petitions.workflow import ARCHIVABLE, Action, Status
from reception import scope
from reception.actions import identities, journal, uploads
from reception.actions.permissions import require
from reception.models import Booking, County, Identity, Upload, User
from reception.models import Representative as BookingRepresentative
from reception.workflows.booking import COMING, IN_HALL

BATCH = 200
REASON = "保存期限届满"


@dataclass
class Kept:
    """What a run did, or would do: counts only."""

    archived: int = 0
    shredded: int = 0
    files: int = 0


def run(*, county: County, by: User, at: datetime, dry: bool = False) -> Kept:
    """Archive what is due and destroy what nobody needs any more. Again does nothing more; `dry` only counts.

    In pieces of their own transactions: what is stopped half way goes on from there.
    """
    with scope.county(county):
        require("case.archive", county=county, by=by, at=at)
        until = ends_before(county, at.astimezone(county.zone).date())
        ended = list(due(until, county).values_list("pk", flat=True))
    kept = Kept(archived=len(ended))
    if not dry:
        for piece in _pieces(ended):
            with scope.county(county):
                for case in Case.objects.filter(pk__in=piece).order_by("pk"):
                    _archive(case, until, county, by, at)
    with scope.county(county):
        people = list(destroyable(until, county, archiving=ended if dry else []).values_list("pk", flat=True))
        files = _materials(ended if dry else []).values_list("pk", flat=True)
        kept.shredded = len(people)
        kept.files = _uploads(people).count() + len(files)
        if dry:
            return kept
        for row in _materials([]):
            _destroy(row, county, by, at)
    for piece in _pieces(people):
        with scope.county(county):
            for sent in _uploads(piece):
                uploads.discard(sent, county=county)
            for identity in Identity.objects.filter(pk__in=piece).order_by("pk"):
                identities.shred(identity=identity, county=county, by=by, at=at, reason=REASON)
    return kept


def ends_before(county: County, on: date) -> date:
    """What ended before this day is over its years on the day `on`; a 29 February counts as the 28th."""
    try:
        return on.replace(year=on.year - county.case_retention_years)
    except ValueError:
        return on.replace(year=on.year - county.case_retention_years, day=28)


def due(until: date, county: County) -> "QuerySet[Case]":
    """Cases that are settled for good, whose last step was before a day; one that was merged only after the case it joined."""
    first = datetime.combine(until, datetime.min.time(), county.zone)
    rows: QuerySet[Case] = Case.objects.filter(status__in=sorted(ARCHIVABLE)).annotate(last=Max("steps__at")).filter(last__lt=first)
    busy = Case.objects.exclude(status__in=sorted({*ARCHIVABLE, Status.ARCHIVED.value}))
    late = Case.objects.annotate(last=Max("steps__at")).filter(last__gte=first).exclude(status=Status.ARCHIVED.value)
    joined = Q(joins__in=busy.order_by().values("pk")) | Q(joins__in=late.order_by().values("pk"))
    return rows.exclude(joined).order_by("pk")


def destroyable(until: date, county: County, *, archiving: list[int]) -> "QuerySet[Identity]":
    """Identities that only archived cases have, and bookings without a case whose day was before `until`."""
    live = Case.objects.exclude(status=Status.ARCHIVED.value).exclude(pk__in=archiving).order_by()
    visits = Booking.objects.filter(Q(day__gte=until) | Q(state__in=[*COMING, *IN_HALL]), case__isnull=True).order_by()
    of_cases, of_visits = live.values("pk"), (visits | Booking.objects.filter(case__in=live.values("pk")).order_by()).values("pk")
    first = datetime.combine(until, datetime.min.time(), county.zone)
    rows: QuerySet[Identity] = Identity.objects.filter(wrapped__isnull=False, kept_at__lt=first)
    needed: Any
    for needed in (
        live.values("identity"),
        Representative.objects.filter(case__in=of_cases).order_by().values("identity"),
        Booking.objects.filter(pk__in=of_visits).order_by().values("identity"),
        BookingRepresentative.objects.filter(booking__in=of_visits).order_by().values("identity"),
    ):
        rows = rows.exclude(pk__in=needed)
    return rows.order_by("pk")


def _archive(case: Case, until: date, county: County, by: User, at: datetime) -> None:
    row = cases.locked(case)
    # Something may have been done to it since it was found.
    if due(until, county).filter(pk=row.pk).exists():
        cases.move(row, Action.ARCHIVE, county=county, by=by, at=at, reason=str(_("保存期限届满，归档")))


def _materials(archiving: list[int]) -> "QuerySet[Material]":
    """Files of archived cases that can still be opened."""
    over = Q(case__status=Status.ARCHIVED.value) | Q(case__in=archiving)
    rows: QuerySet[Material] = Material.objects.filter(over).exclude(wrapped=b"").select_related("case")
    return rows


def _uploads(people: list[int]) -> "QuerySet[Upload]":
    """Files that came with the bookings of these people."""
    rows: QuerySet[Upload] = Upload.objects.filter(booking__identity__in=people)
    return rows


def _destroy(row: Material, county: County, by: User, at: datetime) -> None:
    """The row says that there was a file; its key goes now, the file once that is sure."""
    row.key_name, row.wrapped = "", b""
    row.save(update_fields=["key_name", "wrapped"])
    uploads.unlink_later(row, county=county)
    facts = {"material": str(row.uid)}
    journal.record(act="material.shred", object=f"case {row.case.number}", by=by, at=at, reason=REASON, facts=facts)


def _pieces(keys: list[int]) -> Iterator[list[int]]:
    for first in range(0, len(keys), BATCH):
        yield keys[first : first + BATCH]
