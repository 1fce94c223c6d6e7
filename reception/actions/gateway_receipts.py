"""What an SMS gateway says later of a short message it took: that it arrived, or that it did not. Append-only, and states go forward only."""

import re
from datetime import datetime

from reception import scope
from reception.actions import messages
from reception.actions.permissions import require
from reception.models import Attempt, County, Message, MessageState, Outcome, User

REFERENCE = re.compile(r"([1-9][0-9]{0,17})-([0-9a-f]{64})")

# Where a receipt leads from where. What failed, or a person has seen to, stays; and what is to be sent again is sent, though an earlier
# attempt came back.
DELIVERED = dict.fromkeys((MessageState.WAITING, MessageState.SENDING, MessageState.UNKNOWN), MessageState.SENT)
RETURNED = dict.fromkeys((MessageState.SENDING, MessageState.UNKNOWN, MessageState.SENT), MessageState.FAILED)


def county_of(reference: str) -> County | None:
    """The county that a reference names; None where it names none of ours."""
    found = REFERENCE.fullmatch(reference)
    return County.objects.filter(pk=int(found[1])).first() if found else None


def receive(*, reference: str, is_delivered: bool, said: str, county: County, by: User, at: datetime) -> None:
    """Take down one receipt. The same receipt again changes nothing, and neither does one for a message that is not there.

    It may come before the gateway's answer is handled: whoever is sending then finds the message settled. `said` is the gateway's word.
    """
    found = REFERENCE.fullmatch(reference)
    outcome = Outcome.DELIVERED if is_delivered else Outcome.RETURNED
    with scope.county(county):
        require("messages.derive", county=county, by=by, at=at)
        row = Message.objects.select_for_update().filter(key=found[2]).first() if found else None
        if row is None or row.channel != "sms" or not row.fence:
            return
        if Attempt.objects.filter(key=row.key, fence=row.fence, outcome=outcome).exists():
            return
        Attempt.objects.create(key=row.key, fence=row.fence, at=at, outcome=outcome, said=said[:40])
        state = (DELIVERED if is_delivered else RETURNED).get(MessageState(row.state))
        if state is None:
            return
        if state == MessageState.SENT:
            row.error, row.sent_at = "", at
        else:
            row.error = said[:40]
        row.state, row.lease_until = state, None
        row.save(update_fields=["state", "error", "sent_at", "lease_until"])
        if state == MessageState.SENT:
            messages.follow([row], county=county, at=at)
