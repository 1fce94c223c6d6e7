"""What the bureau does with a booking: guide it to the right path, decline it, move it up, move it, take a telephone call.

Nobody handles a booking that complains of them, of the leader they serve or of their unit: they don't even know of it.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reception.actions import booking_steps, bookings, identities, journal, places, windows
from reception.actions.candidates import receives
from reception.actions.identities import Person
from reception.actions.permissions import require
from reception.actions.whole import whole
from reception.errors import Forbidden, Refused
from reception.models import Booking, BookingState, County, Identity, Sitting, SittingState, User
from reception.models.calendar import work_calendar

# Where a matter belongs that the leaders' reception can't settle. Source: Regulations on Petition Work, art. 21, 22 and 31.
PATHS = {
    "court": gettext_lazy("应由人民法院处理（诉讼、执行），请向有管辖权的人民法院提出。"),
    "procuratorate": gettext_lazy("应由人民检察院处理，请向人民检察院提出。"),
    "arbitration": gettext_lazy("属于劳动人事或土地承包等争议，请先申请仲裁；对裁决不服的，再向人民法院起诉。"),
    "review": gettext_lazy("对行政行为不服的，请向行政复议机构申请行政复议，一般在知道该行为之日起六十日内提出。"),
    "discipline": gettext_lazy("检举公职人员违纪违法的，请向纪检监察机关反映（电话 12388）。"),
    "department": gettext_lazy("该事项由主管部门直接办理更快，已为您指明部门和联系方式。"),
    "appeal": gettext_lazy("对信访处理意见不服的，请自收到之日起三十日内向上一级行政机关申请复查；对复查意见不服的，申请复核。"),
}
# Why a place is not given. Source: Regulations on Petition Work, art. 31 and 36; the county's notice on receptions.
GROUNDS = {
    "ended": gettext_lazy("该事项已经复查、复核终结，依规不再受理。"),
    "under_way": gettext_lazy("该事项正在办理，还没有到规定期限。"),
    "same_matter": gettext_lazy("同一事项您已另有预约或正在办理，不重复安排。"),
    "elsewhere": gettext_lazy("该事项已经或依法应当通过诉讼、仲裁、行政复议等途径解决。"),
    "beyond": gettext_lazy("该事项不属于本县职权范围。"),
}
LONGEST_REASON = 500


@dataclass(frozen=True)
class Alike:
    """Another booking by the same person, by blind index alone: a hint, never a decision."""

    booking: Booking
    same_words: bool


def guide(*, booking: Booking, path: str, said: str, county: County, by: User, at: datetime) -> Booking:
    """Tell the citizen where the matter belongs, in words they can act on; the place goes to whoever waits."""
    if path not in PATHS:
        raise Refused(_("请选择办理途径。"))
    return _end("guide", booking, _sentences(str(PATHS[path]), said), county=county, by=by, at=at)


def decline(*, booking: Booking, ground: str, path: str, said: str, county: County, by: User, at: datetime) -> Booking:
    """Give no place, for a ground of the list, and say which way is open instead. Raises `Refused` without either."""
    if ground not in GROUNDS:
        raise Refused(_("请选择不予安排的理由。"))
    if path not in PATHS and not said.strip():
        raise Refused(_("请写明来访人接下来可以走什么途径。"))
    reason = _sentences(str(GROUNDS[ground]), str(PATHS[path]) if path in PATHS else "", said)
    return _end("decline", booking, reason, county=county, by=by, at=at)


def cancel(*, booking: Booking, reason: str, county: County, by: User, at: datetime) -> Booking:
    """The citizen gave the booking up by telephone or at the counter. Raises `Refused` without a word on how it was said."""
    if not reason.strip():
        raise Refused(_("请写明来访人何时、以什么方式要求取消。"))
    return _end("cancel", booking, reason, county=county, by=by, at=at)


@whole
def confirm(*, booking: Booking, county: County, by: User, at: datetime) -> Booking:
    """Confirm a booking that holds its place already."""
    row = _row(booking, county, by, at)
    bookings.change(row, "confirm", county=county, by=by, at=at)
    return row


@whole
def promote(*, booking: Booking, county: County, by: User, at: datetime) -> Booking:
    """Give a free place to someone who waits. Raises `Refused` where none is free, and where someone has waited longer."""
    row = _row(booking, county, by, at)
    booking_steps.possible(row, "promote")
    before = Booking.objects.filter(sitting=row.sitting, state=BookingState.WAITLISTED, submitted_at__lt=row.submitted_at).count()
    if before:
        raise Refused(_("前面还有 %(count)d 位候补，请按顺序递补。") % {"count": before})
    try:
        places.take(sitting=row.sitting, booking=row, holder=None, at=at)
    except places.Full as full:
        raise Refused(_("这一场没有空余名额，有人取消或改期后会按顺序自动递补。")) from full
    bookings.change(row, "promote", county=county, by=by, at=at)
    return row


@whole
def move(*, booking: Booking, to: Sitting, key: uuid.UUID, county: County, by: User, at: datetime) -> Booking:
    """Move the booking for a citizen who asked for it; the new place first. Gives the booking as it is now."""
    require("booking.manage", county=county, by=by, at=at)
    row = _row(booking, county, by, at)
    return bookings.move(booking=row, to=to, key=key, county=county, by=by, at=at)


@whole
def look_up(*, person: Identity, booking: Booking, reason: str, county: County, by: User, at: datetime) -> Person:
    """Who someone of a booking is: the petitioner or a representative. The reading is in the journal with its reason."""
    row = _row(booking, county, by, at)
    if person.pk != row.identity_id and not row.representatives.filter(identity=person).exists():
        raise Refused(_("这份身份信息不属于这个预约。"))
    return identities.read(identity=person, reason=reason, county=county, by=by, at=at)


@whole
def find(*, county: County, by: User, at: datetime, phone: str = "", name: str = "") -> list[Booking]:
    """The bookings of whoever gave this phone or this name, the newest first; that somebody looked is in the journal, for whom is not."""
    require("booking.manage", county=county, by=by, at=at)
    if not phone.strip() and not name.strip():
        return []
    identities_found = identities.find(county=county, phone=phone.strip(), name=name.strip())
    on = at.astimezone(county.zone).date()
    rows = list(
        Booking.objects.visible_to(by, on=on)
        .filter(identity__in=identities_found)
        .select_related("identity", "leader", "topic")
        .order_by("-day", "-pk")[:50]
    )
    by_what = [word for word, given in (("phone", phone), ("name", name)) if given.strip()]
    journal.record(act="booking.find", object="bookings", by=by, at=at, facts={"by": by_what, "found": len(rows)})
    return rows


def alike(booking: Booking, *, by: User, at: datetime, county: County) -> list[Alike]:
    """Other bookings of the same person that the reader may know of, the newest first."""
    others = Booking.objects.visible_to(by, on=at.astimezone(county.zone).date())
    others = others.filter(person_index=booking.person_index).exclude(pk=booking.pk).exclude(moved_to__isnull=False)
    said = identities.skeleton(booking.matter)
    return [
        Alike(other, identities.skeleton(other.matter) == said)
        for other in others.select_related("leader", "topic").order_by("-submitted_at")[:20]
    ]


def choices(booking: Booking, *, county: County, at: datetime) -> list[tuple[Sitting, int]]:
    """The sittings a booking could move to, each with its free places: open for booking, and not with the leader it complains of."""
    rows = open_sittings(county=county, at=at)
    return [(row, free) for row, free in rows if row.pk != booking.sitting_id and receives(row).pk != booking.accused_leader_id]


def open_sittings(*, county: County, at: datetime) -> list[tuple[Sitting, int]]:
    """The sittings that can be booked now, each with its free places, the soonest first."""
    on = at.astimezone(county.zone).date()
    rows = Sitting.objects.filter(state=SittingState.PUBLISHED, day__day__gte=on).select_related(
        "day", "leader", "post", "rotation", "place"
    )
    rows = rows.order_by("day__day", "rotation__position", "starts")
    calendar = work_calendar(county)
    return [(row, places.left(row, at=at)) for row in rows if windows.bookable(row, county, at=at, calendar=calendar)]


@whole
def _end(action: str, booking: Booking, reason: str, *, county: County, by: User, at: datetime) -> Booking:
    row = _row(booking, county, by, at)
    bookings.change(row, action, county=county, by=by, at=at, reason=reason)
    places.give_back(booking=row)
    bookings.promote(sitting=row.sitting, county=county, at=at)
    return row


def _row(booking: Booking, county: County, by: User, at: datetime) -> Booking:
    """The booking, locked. Raises `Forbidden` for whoever may not know of it."""
    if not Booking.objects.visible_to(by, on=at.astimezone(county.zone).date()).filter(pk=booking.pk).exists():
        raise Forbidden(_("您不能办理这个预约。"))
    return booking_steps.locked(booking)


def _sentences(*parts: str) -> str:
    text = "".join(part.strip() for part in parts)
    if len(text) > LONGEST_REASON:
        raise Refused(_("说明太长，请控制在 %(most)d 字以内。") % {"most": LONGEST_REASON})
    return text
