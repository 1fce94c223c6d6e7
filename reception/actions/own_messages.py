"""What a person does with their own messages: reads them, and says whether they want them gathered in a letter."""

from datetime import datetime

from reception.actions import journal
from reception.models import County, Message, User


def read(*, message: Message, county: County, by: User, at: datetime) -> None:
    """Note that its recipient has read it. Another's message stays as it is."""
    Message.objects.filter(pk=message.pk, recipient=by, county=county, read_at=None).update(read_at=at)


def read_all(*, county: County, by: User, at: datetime) -> int:
    """Note that a person has read everything they were told by now; how many were new."""
    return int(Message.objects.of(by, at=at).filter(county=county, read_at=None).update(read_at=at))


def want_letters(*, wanted: bool, county: County, by: User, at: datetime) -> None:
    """Say whether one wants one's reminders by e-mail too. Said in the journal; nothing where it was so already."""
    if User.objects.filter(pk=by.pk, county=county).exclude(wants_letters=wanted).update(wants_letters=wanted):
        journal.record(act="user.letters", object=f"user {by.pk}", by=by, at=at, facts={"wanted": wanted})
