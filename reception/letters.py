"""What each kind of letter says beyond its message's facts: looked up when it is written, so that it says how things stand then.

What is overtaken is not said: whoever was to be asked has answered, the step was taken, the sitting is another's.
"""

from collections.abc import Callable
from typing import Any

from django.utils import translation

from reception import concerning, news
from reception.actions import asking, messages
from reception.actions.candidates import receives
from reception.models import (
    DIGEST,
    Answer,
    AnswerState,
    Attendance,
    County,
    DayState,
    Message,
    Release,
    ReleaseState,
    Sitting,
    SittingState,
    Substitution,
    User,
)
from reception.workflows.substitution import UNDER_WAY


def _changes(message: Message, person: User, county: County) -> dict[str, Any]:
    """What the release changes for this person, in both languages of the letter."""
    number, found = int(message.facts["release"]), {}
    for key, language in (("zh", "zh-hans"), ("en", "en")):
        with translation.override(language):
            found[key] = concerning.sentences(number, person, on=message.due_at.date())
    return {"changes": found}


def _answer(message: Message, person: User, county: County) -> dict[str, Any]:
    """The sitting that is asked about, and for the leader alone the link, which exists only in the letter itself."""
    answer = Answer.objects.select_related("sitting__day", "sitting__place", "leader").get(pk=message.facts["answer"])
    own = answer.leader.user_id == message.recipient_id
    return {"answer": answer, "token": asking.token(answer) if own else ""}


def _substitution(message: Message, person: User, county: County) -> dict[str, Any]:
    """The sitting: when and where."""
    row = Substitution.objects.select_related("sitting__place").filter(pk=message.facts["substitution"]).first()
    return {"sitting": row.sitting if row else None}


def _attendance(message: Message, person: User, county: County) -> dict[str, Any]:
    rows = Attendance.objects.filter(sitting=message.facts["sitting"], department=message.facts["department"])
    found = rows.select_related("sitting__day", "sitting__place", "department").first()
    if found is None:
        raise messages.Quiet("overtaken")
    return {"attendance": found}


def _receives_next(message: Message, person: User, county: County) -> dict[str, Any]:
    """The sitting and who receives, unless either has changed since."""
    rows = Sitting.objects.select_related("day", "place", "leader").filter(state=SittingState.PUBLISHED)
    sitting = rows.filter(pk=message.facts["sitting"], day__day=message.facts["day"], day__state=DayState.PUBLISHED).first()
    leader = receives(sitting) if sitting else None
    if leader is None or leader.pk != message.facts["leader"]:
        raise messages.Quiet("overtaken")
    return {"sitting": sitting, "leader": leader}


def _looked_much(message: Message, person: User, county: County) -> dict[str, Any]:
    """Whose looks were so many, by their account."""
    return {"who": User.objects.get(pk=message.facts["person"])}


def _gathered(message: Message, person: User, county: County) -> dict[str, Any]:
    """What the person was told within the portal and not written to about, as far as it still holds."""
    lines = news.untold(person, county=county, at=message.first_due_at or message.due_at)
    if not lines:
        raise messages.Quiet("overtaken")
    return {"lines": lines}


# The state that each step of a release leads to.
AFTER = {
    "submitted": ReleaseState.SUBMITTED,
    "sent_back": ReleaseState.DRAFT,
    "approved": ReleaseState.APPROVED,
    "published": ReleaseState.PUBLISHED,
}

# What a kind of message says beyond its facts, looked up when it is written.
MORE: dict[str, Callable[[Message, User, County], dict[str, Any]]] = {
    "release_published": _changes,
    "answer_asked": _answer,
    "answer_asked_secretary": _answer,
    "answer_missing": _answer,
    "looked_much": _looked_much,
    "attendance": _attendance,
    "receives_next": _receives_next,
    "substitution_asked": _substitution,
    "substitution_in_force": _substitution,
    DIGEST: _gathered,
}

# Whose subject stands by the facts alone.
PLAIN = frozenset({"release_published"})


def holds(message: Message) -> None:
    """Raises `messages.Quiet` where what a letter asks was answered, taken or ended since. Asked when it is written, and not of its
    subject, which stays with a letter that was sent."""
    over, facts = False, message.facts
    if message.kind in ("answer_asked", "answer_asked_secretary", "answer_missing"):
        over = not Answer.objects.filter(pk=facts["answer"], state=AnswerState.ASKED).exists()
    elif message.kind == "release_step":
        over = not Release.objects.filter(pk=facts["draft"], state=AFTER[facts["step"]]).exists()
    elif message.kind == "substitution_asked":
        over = not Substitution.objects.filter(pk=facts["substitution"], state=facts["state"]).exists()
    elif message.kind == "substitution_step":
        # A step of what is in force is asked for as well: the agreement that follows an emergency.
        states = (*UNDER_WAY, "in_force")
        over = not Substitution.objects.filter(pk=facts["substitution"], state__in=states).exists()
    if over:
        raise messages.Quiet("overtaken")
