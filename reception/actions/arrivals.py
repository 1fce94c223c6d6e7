"""Who stands at the table: found by the number they say, the code that is scanned, or their name. Every search by name is on record."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from reception import codes
from reception.actions import identities, journal, line
from reception.actions.identities import Person
from reception.actions.permissions import require
from reception.errors import Refused
from reception.models import Booking, County, Identity, ReceptionDay, User

# A number as typed, or anywhere in the address that a slip's QR code holds.
NUMBER = re.compile(r"(?<!\d)\d[\d\- ]{9,20}\d(?!\d)")
LONGEST = 500


@dataclass(frozen=True)
class Found:
    """A booking of the day and who it is, masked."""

    booking: Booking
    who: dict[str, str]


def read(text: str) -> str:
    """The booking number in what was typed or scanned; empty where there is none."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST])
    for candidate in NUMBER.findall(plain):
        try:
            return codes.read_number(candidate)
        except codes.Mistyped:
            continue
    return ""


def is_a_number(text: str) -> bool:
    """Whether what was typed was meant as a number: digits and what stands between them, so that a slip in it is told as one."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).strip()
    return any(c.isdecimal() for c in plain) and all(c.isdecimal() or c in " -–—" for c in plain)


def by_number(number: str, *, county: County, by: User, at: datetime) -> Booking:
    """The booking of a number, of whatever day. Raises `Refused` where the county has none that the person may know of."""
    rows = Booking.objects.unaccusing(by, on=at.astimezone(county.zone).date()).filter(number=number)
    found: Booking | None = rows.select_related("sitting__day").first()
    if found is None:
        raise Refused(_("本县没有编号为 %(number)s 的预约。请核对编号，或按姓名查找。") % {"number": codes.show_number(number)})
    return found


def by_name(name: str, *, day: ReceptionDay, county: County, by: User, at: datetime) -> list[Found]:
    """The day's bookings whose petitioner or representative bears the name, or a part of it. One journal entry for the search.

    Raises `Refused` for less than one character that can be seen.
    """
    require("identity.read", county=county, by=by, at=at)
    wanted = identities.skeleton(name[:LONGEST])
    if not wanted:
        raise Refused(_("请输入编号、姓名，或扫描凭条上的二维码。"))
    rows = Booking.objects.unaccusing(by, on=at.astimezone(county.zone).date()).filter(sitting__day=day)
    rows = rows.exclude(state__in=line.ELSEWHERE).select_related("identity", "sitting__day")
    found = []
    for row in rows.prefetch_related("representatives__identity").order_by("sitting_id", "ticket", "pk"):
        people = [person_of(row, county), *(_person(rep.identity, county) for rep in row.representatives.all())]
        if any(person and wanted in identities.skeleton(person.name) for person in people):
            found.append(Found(row, identities.masked(row.identity, county=county)))
    journal.record(
        act="identity.search",
        object=f"day {day.uid}",
        by=by,
        at=at,
        reason=str(_("接访日签到")),
        facts={"found": [row.booking.number for row in found]},
    )
    return found


def person_of(booking: Booking, county: County) -> Person | None:
    """For the machine's own use; None where the identity was destroyed."""
    return _person(booking.identity, county)


def _person(identity: Identity, county: County) -> Person | None:
    try:
        return identities.opened(identity, county=county)
    except Refused:
        return None
