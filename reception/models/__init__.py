from reception.models.answers import Answer, AnswerState, DayNote, Way
from reception.models.bookings import Booking, BookingState, BookingStep, BookingWay, Representative, Slot, Topic
from reception.models.calendar import CalendarChange, CalendarRow, ChangeState, Level, YearConfirmation
from reception.models.choices import Call, CallOutcome, Choice, ChoiceAnswer, Told, Trouble
from reception.models.counties import County, IdentityNumber, Scoped
from reception.models.days import (
    Absence,
    AbsenceKind,
    Attendance,
    Coordination,
    DayKind,
    DayState,
    DayStatus,
    ReceptionDay,
    Rotation,
    Seat,
    Sitting,
    SittingState,
    Substitution,
    SubstitutionState,
    SubstitutionWay,
)
from reception.models.drafts import Draft
from reception.models.early_answers import EarlyAnswer, EarlyAnswerState
from reception.models.feeds import FeedToken
from reception.models.guesses import Guess
from reception.models.guides import GuideKind, GuideStep
from reception.models.identities import Identity
from reception.models.journal import Entry
from reception.models.messages import DIGEST, TO_SEE_TO, Attempt, Channel, Message, MessageState, Occasion, Outcome, Pulse
from reception.models.people import Department, DepartmentKind, Leader, Place, Post, RoleGrant, Side, Tenure, User
from reception.models.results import Result
from reception.models.roster import Release, ReleaseState
from reception.models.sessions import Session
from reception.models.uploads import Upload

__all__ = [
    "DIGEST",
    "TO_SEE_TO",
    "Absence",
    "AbsenceKind",
    "Answer",
    "AnswerState",
    "Attempt",
    "Attendance",
    "Booking",
    "BookingState",
    "BookingStep",
    "BookingWay",
    "CalendarChange",
    "CalendarRow",
    "Call",
    "CallOutcome",
    "ChangeState",
    "Channel",
    "Choice",
    "ChoiceAnswer",
    "Coordination",
    "County",
    "DayKind",
    "DayNote",
    "DayState",
    "DayStatus",
    "Department",
    "DepartmentKind",
    "Draft",
    "EarlyAnswer",
    "EarlyAnswerState",
    "Entry",
    "FeedToken",
    "Guess",
    "GuideKind",
    "GuideStep",
    "Identity",
    "IdentityNumber",
    "Leader",
    "Level",
    "Message",
    "MessageState",
    "Occasion",
    "Outcome",
    "Place",
    "Post",
    "Pulse",
    "ReceptionDay",
    "Release",
    "ReleaseState",
    "Representative",
    "Result",
    "RoleGrant",
    "Rotation",
    "Scoped",
    "Seat",
    "Session",
    "Side",
    "Sitting",
    "SittingState",
    "Slot",
    "Substitution",
    "SubstitutionState",
    "SubstitutionWay",
    "Tenure",
    "Told",
    "Topic",
    "Trouble",
    "Upload",
    "User",
    "Way",
    "YearConfirmation",
]
