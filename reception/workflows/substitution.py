"""A leader can't come: from the request to another leader who receives, and every way it can end.

Source: the county's provisions: the petition bureau arranges another leader together with the party committee office (for a party
post) or the government office (for a government post); the joint meeting's office coordinates when the two can't.

`escalate` is no transition: it marks a substitution that is late and tells the joint meeting's office, in whatever state it is.
"""

from reception.workflows import Workflow, step

# Before there is a row: a sitting that nobody has asked a substitute for.
NOTHING = "nothing"
UNDER_WAY = ("requested", "proposed", "endorsed", "accepted")
ENDED = ("declined", "withdrawn", "lapsed", "superseded")
STATES = (NOTHING, *UNDER_WAY, "in_force", *ENDED)

# The office that agrees, by the side of the post whose holder can't come. The joint meeting's may always, and alone once the
# responsible office has passed it on.
ENDORSE = ("substitution.endorse_party", "substitution.endorse_government", "substitution.endorse_referred")
REFER = ("substitution.refer_party", "substitution.refer_government")

WORKFLOW = Workflow(
    STATES,
    [
        # A new row each time; the state is that of the sitting's last one. Over one in force it begins a chain.
        step("request", (NOTHING, "in_force", *ENDED), "requested", "substitution.request", "substitution.request_own"),
        step("propose", ("requested", "proposed"), "proposed", "substitution.propose"),
        step("propose_swap", ("requested", "proposed"), "proposed", "substitution.propose"),
        step("endorse", "proposed", "endorsed", *ENDORSE),
        step("object", "proposed", "requested", *ENDORSE),
        step("refer", "proposed", "proposed", *REFER),
        step("accept", "endorsed", "accepted", "substitution.answer", "substitution.answer_own"),
        step("decline", ("proposed", "endorsed", "accepted"), "declined", "substitution.answer", "substitution.answer_own"),
        step("settle", "accepted", "in_force", "substitution.settle"),
        step("emergency", STATES, "in_force", "substitution.emergency"),
        # Of what the chief put in force alone; the state stays, `endorsed_at` or `objected_at` says which.
        step("endorse_later", "in_force", "in_force", *ENDORSE),
        step("object_later", "in_force", "in_force", *ENDORSE),
        step("withdraw", (*UNDER_WAY, "in_force"), "withdrawn", "substitution.withdraw", "substitution.request_own"),
        # What follows of itself: another one comes into force, or the day is over, moved or cancelled.
        step("supersede", (*UNDER_WAY, "in_force"), "superseded", "substitution.settle", "substitution.emergency"),
        step("lapse", UNDER_WAY, "lapsed", "substitution.sweep", "day.decide"),
    ],
)

# Buttons of the page, in their order; those that need a reason in words.
BUTTONS = ("endorse", "object", "refer", "accept", "decline", "settle", "endorse_later", "object_later", "withdraw")
WITH_REASON = frozenset({"object", "refer", "object_later", "withdraw"})


def permission(action: str, *, side: str, referred: bool = False) -> str:
    """The permission that the staff need for an action on a substitution.

    `side` is that of the post whose holder can't come, `referred` whether it was passed on to the joint meeting's office. A leader
    and their secretary act by the second permission of the table's row, in what concerns that leader.
    """
    permissions = WORKFLOW.transition(action).permissions
    if permissions == ENDORSE:
        return "substitution.endorse_referred" if referred else f"substitution.endorse_{side}"
    if permissions == REFER:
        return f"substitution.refer_{side}"
    return permissions[0]
