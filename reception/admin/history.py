"""What was done to a substitution, in words: who, for whom, what, why."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from reception.models import Entry, Leader, Substitution, User

ACTS = {
    "request": lambda: _("申请替代"),
    "propose": lambda: _("提出替代人选"),
    "propose_swap": lambda: _("提出对调"),
    "endorse": lambda: _("会商同意"),
    "object": lambda: _("会商不同意，退回另选"),
    "refer": lambda: _("无法协调，转联席会议办公室"),
    "escalate": lambda: _("临近仍未落实，提请联席会议办公室协调"),
    "accept": lambda: _("替代者同意"),
    "decline": lambda: _("替代者谢绝"),
    "settle": lambda: _("生效"),
    "emergency": lambda: _("应急替代，即时生效"),
    "endorse_later": lambda: _("补会商同意"),
    "object_later": lambda: _("事后不同意"),
    "withdraw": lambda: _("撤回"),
    "supersede": lambda: _("被另一次替代取代"),
    "lapse": lambda: _("失效"),
}


@dataclass(frozen=True)
class Line:
    """One deed: `who` did `what`, `acting_for` a leader or nobody, and why, where a reason was given."""

    at: datetime
    who: str
    acting_for: str
    what: str
    reason: str


def of(substitution: Substitution) -> list[Line]:
    """The deeds of a substitution in their order."""
    entries = list(Entry.objects.filter(object=f"substitution {substitution.pk}").order_by("n"))
    names = {user.username: user.name for user in User.objects.filter(username__in={entry.actor for entry in entries})}
    leaders = {f"leader {leader.code}": leader.name for leader in Leader.objects.all()}
    return [
        Line(
            entry.at,
            names.get(entry.actor) or entry.actor,
            leaders.get(entry.acting_for, ""),
            _what(entry.act),
            entry.reason,
        )
        for entry in entries
    ]


def _what(act: str) -> str:
    known = ACTS.get(act.removeprefix("substitution."))
    return known() if known else act
