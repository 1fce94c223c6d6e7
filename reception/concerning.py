"""What a release means for one person who works with the roster: the changes of their own days, or all of them."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from reception import changelog, differences
from reception.actions.permissions import own_leaders
from reception.models import Leader, Release, Sitting, User
from reception.notices import ChangeNotice
from scheduling.releases import difference

MOST = 20


def sentences(number: int, person: User, *, on: date) -> list[str]:
    """The changes as sentences in the active language, at most twenty and then how many more.

    A leader and a secretary read of the leader's own sittings, those newly published too; everyone else reads the whole change notice.
    """
    items = list(changelog.in_scope().of_release(number))
    leaders = own_leaders(person, on=on)
    if leaders:
        own = _own(leaders)
        said = [item.sentence for item in items if _uids(item) & own] + _published(number, own)
    else:
        said = [item.sentence for item in items]
    more = len(said) - MOST
    return [*said[:MOST], _("另有 %(count)d 项，请见网页。") % {"count": more}] if more > 0 else said


def _own(leaders: list[Leader]) -> set[str]:
    """The sittings these leaders receive at or were planned for, by uid. A substitution of any state counts: it may have ended just now."""
    rows = Sitting.objects.filter(Q(leader__in=leaders) | Q(substitutions__leader__in=leaders))
    return {str(uid) for uid in rows.values_list("uid", flat=True)}


def _uids(item: ChangeNotice) -> set[str]:
    """The sittings an item is about: one, or all of its day."""
    sittings = [item.old_sitting, item.new_sitting] if item.old_sitting or item.new_sitting else []
    if not sittings:
        sittings = [sitting for day in (item.old, item.new) if day for sitting in day["sittings"]]
    return {sitting["uid"] for sitting in sittings if sitting}


def _published(number: int, own: set[str]) -> list[str]:
    """Their sittings on days that the release publishes for the first time."""
    known = {row.number: row.document for row in Release.objects.published().filter(number__in=[number - 1, number])}
    if number not in known:
        return []
    return [
        _("%(date)s %(hours)s，%(place)s，由%(leader)s接访。")
        % {
            "date": differences.date_and_weekday(day.new["day"]),
            "hours": f"{sitting['from']}–{sitting['to']}",
            "place": differences.place(sitting["place"]),
            "leader": differences.leader(sitting["leader"]),
        }
        for day in difference(known.get(number - 1), known[number]).added
        if day.new
        for sitting in day.new["sittings"]
        if sitting["uid"] in own
    ]
