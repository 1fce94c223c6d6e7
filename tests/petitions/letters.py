"""Cases that came by letter, with fixed parts, straight into the table: for what does not care how they came."""

from datetime import date

from petitions.models import Case, WayIn
from petitions.workflow import Status
from reception import codes, scope
from reception.actions import identities
from tests.reception import bookers
from tests.reception.builders import NOW


def letter(office, matter, *, wish="请处理。", on=date(2026, 1, 5), n=1, person=None, status=Status.REGISTERED, **more):
    """One case, registered and nothing more."""
    topic = bookers.topic(office)
    with scope.county(office.county):
        identity = identities.keep(person=person or bookers.person(n), county=office.county, at=NOW)
        return Case.objects.create(
            number=codes.new_number(year=on.year),
            code_hash="",
            status=status.value,
            kind=None if status is Status.REGISTERED else "claim",
            way_in=WayIn.LETTER,
            topic=topic,
            matter=matter,
            wish=wish,
            identity=identity,
            received_on=on,
            registered_at=NOW,
            **more,
        )
