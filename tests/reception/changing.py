"""Change a published roster and publish it again, as short as a test needs it."""

from datetime import timedelta

from reception import scope
from reception.actions import releases
from reception.models import Choice, Leader, ReceptionDay, Sitting, Substitution, Tenure
from tests.reception.builders import NOW


def publish(office, *, at=NOW):
    """What the working tables say now, published; late where it is."""
    draft = releases.draft(county=office.county, by=office.clerk, at=at, note="调整")
    releases.submit(release=draft, county=office.county, by=office.clerk, at=at)
    releases.approve(release=draft, county=office.county, by=office.chief, at=at)
    return releases.publish(release=draft, county=office.county, by=office.chief, at=at, late_reason="临时公务")


def substitute(office, sitting, leader, *, at=NOW):
    """Another leader receives, at once in force; a substitution before it gives way."""
    with scope.county(office.county):
        found = Leader.objects.get(code=leader)
        tenure = Tenure.objects.filter(leader=found).select_related("post").first()
        Substitution.objects.filter(sitting=sitting, state="in_force").update(state="superseded")
        Substitution.objects.create(
            sitting=sitting,
            state="in_force",
            reason="meeting",
            leader=found,
            post=tenure.post,
            requested_by=office.clerk,
            requested_at=at,
        )


def move_day(office, sitting, to):
    with scope.county(office.county):
        ReceptionDay.objects.filter(pk=sitting.day_id).update(day=to, reasons=[], reason="调整")


def cancel_day(office, sitting):
    with scope.county(office.county):
        ReceptionDay.objects.filter(pk=sitting.day_id).update(state="cancelled", reason="防汛")


def alter(office, sitting, **fields):
    with scope.county(office.county):
        Sitting.objects.filter(pk=sitting.pk).update(**fields)


def open_choice(office, booking):
    with scope.county(office.county):
        return Choice.objects.filter(booking=booking).open().select_related("booking").first()


LATER = NOW + timedelta(hours=1)
