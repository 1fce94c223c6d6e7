"""The receipt: number and code, the day, what to bring; the calendar file and the slip of paper. For the browser that sent the form."""

from django.conf import settings
from django.http import HttpResponse

from reception import browsers, codes, printing, qr, receipts, visits, words
from reception.actions import drafts
from reception.actions.candidates import receives
from reception.http import prefix
from reception.models import BookingState
from reception.views.booking_seat import Seat, open_draft


@open_draft
def receipt(seat: Seat) -> HttpResponse:
    """What to write down and what to do; reachable again for half an hour."""
    if seat.draft.booking is None:
        return seat.onward()
    sent = drafts.receipt(seat.draft, county=seat.county)
    address = _tracking(sent.booking.number)
    context = {
        "booking": sent.booking,
        "leader": receives(sent.booking.sitting),
        "number": codes.show_number(sent.booking.number),
        "code": codes.show_code(sent.code),
        "qr": qr.code(address),
        "address": address,
        "waits": sent.booking.state == BookingState.WAITLISTED,
        "until": seat.draft.expires_at,
        "bring": words.said({"zh": seat.county.notice, "en": seat.county.notice_en}).splitlines(),
    }
    response = seat.page("booking/receipt.html", context)
    # This browser knows the number from now on: others who guess at it can't lock its owner out.
    browsers.remember(response, seat.request, sent.booking.number)
    return response


@open_draft
def slip(seat: Seat) -> HttpResponse:
    """The same on paper, in large type. It is kept nowhere."""
    if seat.draft.booking is None:
        return seat.onward()
    sent = drafts.receipt(seat.draft, county=seat.county)
    data = receipts.of(
        sent.booking, sent.code, seat.county, leader=receives(sent.booking.sitting), address=_tracking(sent.booking.number)
    )
    pdf = printing.compile("booking_receipt", data, lang="en" if words.english() else "zh", at=sent.booking.submitted_at)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{sent.booking.number}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@open_draft
def visit_ics(seat: Seat) -> HttpResponse:
    """The visit as one event for the phone's calendar: when, where, with whom; not who comes, nor about what."""
    if seat.draft.booking is None:
        return seat.onward()
    booking = seat.draft.booking
    made = visits.calendar(booking, seat.county, leader=receives(booking.sitting))
    response = HttpResponse(made.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{booking.day}.ics"'
    return response


def _tracking(number: str) -> str:
    """Where the booking can be followed: the number alone, never the code."""
    return f"{settings.SITE_URL}{prefix()}/track/?n={number}"
