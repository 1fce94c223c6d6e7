from reception.models.bookings import Booking, BookingState, BookingStep, Representative, Slot, Topic, Way
from reception.models.calendar import CalendarRow, Level, YearConfirmation
from reception.models.counties import County, IdentityNumber, Scoped
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
from reception.models.guesses import Guess
from reception.models.identities import Identity
from reception.models.journal import Entry
from reception.models.messages import Channel, Message, MessageState
from reception.models.people import Department, DepartmentKind, Leader, Place, Post, RoleGrant, Side, Tenure, User
from reception.models.roster import Release, ReleaseState

__all__ = [
    "Absence",
    "AbsenceKind",
    "Attendance",
    "Booking",
    "BookingState",
    "BookingStep",
    "CalendarRow",
    "Channel",
    "County",
    "DayKind",
    "DayState",
    "DayStatus",
    "Department",
    "DepartmentKind",
    "Entry",
    "Guess",
    "Identity",
    "IdentityNumber",
    "Leader",
    "Level",
    "Message",
    "MessageState",
    "Place",
    "Post",
    "ReceptionDay",
    "Release",
    "ReleaseState",
    "Representative",
    "RoleGrant",
    "Rotation",
    "Scoped",
    "Seat",
    "Side",
    "Sitting",
    "SittingState",
    "Slot",
    "Substitution",
    "SubstitutionState",
    "Tenure",
    "Topic",
    "User",
    "Way",
    "YearConfirmation",
]
