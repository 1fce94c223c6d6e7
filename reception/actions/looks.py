"""Who looks at much: a person who opens very many identities and files within an hour is told of to the auditors.

Nobody is kept from their work: on a reception day a counter may well open as many. It is looked at by somebody who did not do it.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from reception import scope
from reception.actions import decrees, messages
from reception.actions.permissions import require
from reception.models import County, Entry, User
from reception.roles import Role

# So many within an hour, and whoever looks again a day later is news again.
MANY, HOUR = 50, timedelta(hours=1)
# How far back each sweep looks: sweeps that were missed for so long miss nothing.
LOOKED_BACK = timedelta(days=1)
# Of so many entries, the newest: the journal has no index of moments, and a county writes some hundred a day.
NEWEST = 5_000
# An entry of the journal for each look; the room above adds its own.
ACTS = {"identity.read", "material.read", "booking.find"}
AUDITORS = (Role.AUDITOR, Role.CHIEF)


def most_within_an_hour(moments: Sequence[datetime]) -> int:
    """The most of these moments, in order, that lie within one hour, both ends included."""
    most, first = 0, 0
    for last, moment in enumerate(moments):
        while moment - moments[first] > HOUR:
            first += 1
        most = max(most, last - first + 1)
    return most


def tell_of_many(*, county: County, by: User, at: datetime) -> int:
    """Tell the auditors and the chief, but for the person themselves, once for each person and day; of how many people there is to tell."""
    with scope.county(county):
        require("messages.derive", county=county, by=by, at=at)
        today = at.astimezone(county.zone).date()
        looks: dict[tuple[str, str], list[datetime]] = defaultdict(list)
        newest = Entry.objects.order_by("-n").values("pk")[:NEWEST]
        rows = Entry.objects.filter(pk__in=newest, act__in=ACTS, at__gt=at - LOOKED_BACK, at__lte=at).order_by("at")
        for actor, moment in rows.values_list("actor", "at"):
            looks[actor, str(moment.astimezone(county.zone).date())].append(moment)
        counts = {one: most_within_an_hour(moments) for one, moments in looks.items()}
        many = {one: count for one, count in counts.items() if count >= MANY}
        if not many:
            return 0
        readers, accounts = decrees.people(AUDITORS, today), User.objects.filter(username__in={actor for actor, _day in many})
        known = {person.username: person for person in accounts}
        found = {(known[actor], day): count for (actor, day), count in many.items() if actor in known}
        for (person, day), count in found.items():
            facts, to = {"person": person.pk, "day": day, "count": count}, [one for one in readers if one.pk != person.pk]
            messages.queue_all(kind="looked_much", cause=f"looks {person.pk} {day}", to=to, due_at=at, facts=facts, once=True)
        return len(found)
