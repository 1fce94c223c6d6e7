"""One visit for the calendar of a phone: when, where, with whom. Not who comes, nor about what."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from reception import words
from reception.models import Booking, County, Leader


def calendar(booking: Booking, county: County, *, leader: Leader) -> Calendar:
    """A file with the one event, reminding the day before."""
    sitting = booking.sitting
    day = sitting.day.day
    made = Calendar()
    made.add("prodid", "-//Reception Day//Visit//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add_component(Timezone.from_tzinfo(county.zone, first_date=day, last_date=day + timedelta(days=1)))
    event = Event()
    event.add("uid", f"{booking.uid}@{county.slug}.reception-day")
    event.add("dtstamp", booking.submitted_at)
    event.add("dtstart", datetime.combine(day, sitting.starts, county.zone))
    event.add("dtend", datetime.combine(day, sitting.ends, county.zone))
    event.add("summary", _("领导接访：%(name)s") % {"name": words.said({"zh": leader.name, "en": leader.name_en})})
    place = sitting.place
    parts = [words.said({"zh": place.name, "en": place.name_en}), words.said({"zh": place.address, "en": place.address_en})]
    event.add("location", " ".join(filter(None, parts)))
    event.add("description", _("请带身份证件和受理单。咨询电话：%(phone)s") % {"phone": county.phone})
    made.add_component(event)
    return made
