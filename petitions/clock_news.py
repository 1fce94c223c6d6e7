"""What a clock's reminder says, as things stand when it is read: nothing of a clock that has stopped, or of a case the reader may not see."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from petitions import clock_words, words
from petitions.clock_words import Colour
from petitions.models import Case, Deadline, Pause
from petitions.models.documents import Document
from reception import codes
from reception.actions import messages
from reception.models import County, Message, User
from reception.news import Line
from reception.roles import opens_staff_site
from reception.words import long_date


def lines(rows: Sequence[Message], person: User, county: County, on: date) -> dict[int, Line]:
    """The lines of clocks that run, of cases the reader may see on a day; the county is in scope."""
    wanted = {int(row.facts["deadline"]): row for row in rows}
    paused = Pause.objects.filter(ends_on__isnull=True, deadline__in=list(wanted)).order_by().values("deadline")
    clocks = Deadline.objects.running().filter(pk__in=wanted).exclude(pk__in=paused)
    seen = set(Case.objects.visible_to(person, on=on).filter(deadlines__in=list(wanted)).values_list("pk", flat=True))
    running = {clock.pk: clock for clock in clocks.select_related("case")}
    at_tables = opens_staff_site(person.roles(on=on))
    found = {}
    for row in rows:
        clock = running.get(int(row.facts["deadline"]))
        if clock is not None and clock.case_id in seen:
            found[row.pk] = _line(clock, on, at_tables)
    return found


def _line(clock: Deadline, on: date, at_tables: bool) -> Line:
    colour = clock_words.colour_of(clock.due_on, on)
    said = {
        "number": codes.show_number(clock.case.number),
        "clock": words.name(clock.kind),
        "day": long_date(clock.due_on),
        "word": clock_words.colour_words(colour, clock, on),
    }
    text = _("信访事项 %(number)s：%(clock)s %(day)s届满，%(word)s") % said
    # Leaders and their secretaries work at the desk and see no tables.
    path = reverse("admin:petitions_case_change", args=[clock.case_id]) if at_tables else reverse("reception:desk")
    return Line(text, path, colour is Colour.OVERDUE)


def document(message: Message) -> dict[str, Any]:
    """A document for the petitioner; quiet once it is gone."""
    row = Document.objects.filter(pk=message.facts["document"], for_petitioner=True).first()
    if row is None:
        raise messages.Quiet("overtaken")
    return {"document": row}


def right(message: Message) -> dict[str, Any]:
    """The clock of a petitioner's right; quiet once it stopped."""
    clock = Deadline.objects.running().filter(pk=message.facts["deadline"]).first()
    if clock is None:
        raise messages.Quiet("overtaken")
    return {"clock": clock}
