from reception.models.calendar import CalendarRow, Level, YearConfirmation
from reception.models.counties import County, Scoped
from reception.models.days import (
    Absence,
    AbsenceKind,
    Attendance,
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
)
from reception.models.feeds import FeedToken
from reception.models.journal import Entry
from reception.models.messages import Channel, Message, MessageState
from reception.models.people import Department, DepartmentKind, Leader, Place, Post, RoleGrant, Side, Tenure, User
from reception.models.roster import Release, ReleaseState

__all__ = [
    "Absence",
    "AbsenceKind",
    "Attendance",
    "CalendarRow",
    "Channel",
    "County",
    "DayKind",
    "DayState",
    "DayStatus",
    "Department",
    "DepartmentKind",
    "Entry",
    "FeedToken",
    "Leader",
    "Level",
    "Message",
    "MessageState",
    "Place",
    "Post",
    "ReceptionDay",
    "Release",
    "ReleaseState",
    "RoleGrant",
    "Rotation",
    "Scoped",
    "Seat",
    "Side",
    "Sitting",
    "SittingState",
    "Substitution",
    "SubstitutionState",
    "Tenure",
    "User",
    "YearConfirmation",
]
