"""What a person who came or wrote wishes of us: whether they are sent short messages."""

from datetime import datetime

from reception.actions import journal
from reception.models import County, Identity, User


def want_sms(*, identity: Identity, wanted: bool, county: County, by: User, at: datetime) -> None:
    """Send a person short messages of this matter from now on, or none. Said in the journal; nothing where it was so already."""
    rows = Identity.objects.filter(pk=identity.pk, county=county).exclude(wants_sms=wanted)
    if rows.update(wants_sms=wanted):
        journal.record(act="identity.sms", object=f"identity {identity.uid}", by=by, at=at, facts={"wanted": wanted})
