"""Who may do what, in one place: roles are code, reviewed in a difference, not rows that someone edits.

A permission is ``<noun>.<verb>``. A person holds a role in one county through a `RoleGrant` with a first and a last day.
"""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    CLERK = "clerk"
    CHIEF = "chief"
    COORDINATOR = "coordinator"
    PARTY_OFFICE = "party_office"
    GOVERNMENT_OFFICE = "government_office"
    JOINT_OFFICE = "joint_office"
    LEADER = "leader"
    SECRETARY = "secretary"
    OFFICER = "officer"
    DEPARTMENT_HEAD = "department_head"
    REVIEWER = "reviewer"
    AUDITOR = "auditor"
    SECURITY_ADMIN = "security_admin"
    SYSTEM_ADMIN = "system_admin"
    SYSTEM = "system"


LABELS = {
    Role.CLERK: _("信访局登记员"),
    Role.CHIEF: _("信访局局长"),
    Role.COORDINATOR: _("接访协调员"),
    Role.PARTY_OFFICE: _("县委办"),
    Role.GOVERNMENT_OFFICE: _("县政府办"),
    Role.JOINT_OFFICE: _("联席会议办公室"),
    Role.LEADER: _("领导"),
    Role.SECRETARY: _("领导秘书"),
    Role.OFFICER: _("承办单位人员"),
    Role.DEPARTMENT_HEAD: _("承办单位负责人"),
    Role.REVIEWER: _("复查复核机关人员"),
    Role.AUDITOR: _("审计员"),
    Role.SECURITY_ADMIN: _("安全管理员"),
    Role.SYSTEM_ADMIN: _("系统管理员"),
    Role.SYSTEM: _("系统"),
}

# No account holds two of these: whoever grants rights does not also run the machine or audit it.
SEPARATED = (Role.AUDITOR, Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN)

_BUREAU = frozenset({Role.CLERK, Role.CHIEF, Role.COORDINATOR})
_OFFICES = frozenset({Role.PARTY_OFFICE, Role.GOVERNMENT_OFFICE, Role.JOINT_OFFICE})
_OWN = frozenset({Role.LEADER, Role.SECRETARY})
# Who works for a unit: their grant names it.
UNIT_ROLES = (Role.OFFICER.value, Role.DEPARTMENT_HEAD.value)
_UNITS = frozenset({Role.OFFICER, Role.DEPARTMENT_HEAD})
_READERS = _BUREAU | _OFFICES | {Role.AUDITOR}

PERMISSIONS: dict[str, frozenset[Role]] = {
    # The year and its publication
    "roster.view": _READERS,
    "roster.plan": frozenset({Role.CLERK, Role.CHIEF, Role.COORDINATOR, Role.SYSTEM}),
    "roster.edit": frozenset({Role.CLERK, Role.CHIEF, Role.COORDINATOR}),
    "roster.draft": frozenset({Role.CLERK, Role.CHIEF, Role.COORDINATOR, Role.SYSTEM}),
    "roster.submit": frozenset({Role.CLERK, Role.CHIEF, Role.COORDINATOR, Role.SYSTEM}),
    "roster.approve": frozenset({Role.CHIEF, Role.JOINT_OFFICE, Role.SYSTEM}),
    "roster.publish": frozenset({Role.CHIEF, Role.SYSTEM}),
    "day.decide": frozenset({Role.CHIEF}),
    # A leader who can't come
    "substitution.request": _BUREAU | {Role.SYSTEM},
    "substitution.propose": _BUREAU,
    "substitution.endorse_party": frozenset({Role.PARTY_OFFICE, Role.JOINT_OFFICE}),
    "substitution.endorse_government": frozenset({Role.GOVERNMENT_OFFICE, Role.JOINT_OFFICE}),
    "substitution.endorse_referred": frozenset({Role.JOINT_OFFICE}),
    "substitution.refer_party": frozenset({Role.PARTY_OFFICE}),
    "substitution.refer_government": frozenset({Role.GOVERNMENT_OFFICE}),
    "substitution.emergency": frozenset({Role.CHIEF}),
    "substitution.sweep": frozenset({Role.SYSTEM}),
    "substitution.answer": _BUREAU,
    "substitution.settle": _BUREAU,
    "substitution.withdraw": _BUREAU,
    # A leader is asked whether they come. The system answers only for whoever followed the link that was sent to the leader.
    "sitting.ask": frozenset({Role.SYSTEM}),
    "sitting.answer": _BUREAU | {Role.SYSTEM},
    # Departments that attend, and notes on days that are over
    "attendance.choose": _BUREAU,
    "attendance.tell": frozenset({Role.SYSTEM}),
    "day.annotate": _BUREAU,
    # A leader and their secretary, in what concerns that leader alone
    "desk.view": _OWN,
    "sitting.answer_own": _OWN,
    "substitution.request_own": _OWN,
    "substitution.answer_own": _OWN,
    "absences.edit_own": _OWN,
    "feed.own": _OWN,
    # The people and the things the roster is made of
    "county.view": _READERS | {Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN},
    "county.edit": frozenset({Role.CHIEF}),
    "county.import": frozenset({Role.CHIEF, Role.SYSTEM}),
    "people.view": _READERS,
    "people.edit": frozenset({Role.CLERK, Role.CHIEF, Role.COORDINATOR}),
    "absences.view": _BUREAU | _OFFICES,
    "absences.edit": frozenset({Role.CLERK, Role.CHIEF, Role.COORDINATOR, Role.SYSTEM}),
    # Bookings, the day itself, and who people are
    "booking.view": _BUREAU | _UNITS,
    "booking.assist": _BUREAU | _UNITS,
    "booking.manage": frozenset({Role.CLERK, Role.CHIEF, Role.COORDINATOR, Role.SYSTEM}),
    "booking.decline": frozenset({Role.CHIEF, Role.CLERK}),
    "booking.own": frozenset({Role.SYSTEM}),
    # An answer before the day: written by the department, its words checked by the bureau, settled by the citizen alone
    "early_answer.write": _BUREAU | _UNITS,
    "early_answer.approve": _BUREAU,
    "tracking.reissue": frozenset({Role.CLERK, Role.CHIEF, Role.COORDINATOR}),
    "day.run": frozenset({Role.CLERK, Role.CHIEF, Role.COORDINATOR}),
    "identity.read": frozenset({Role.CLERK, Role.CHIEF}),
    "material.read": _BUREAU,
    # Minutes of receptions, and the cases they make
    "minutes.record": frozenset({Role.CLERK, Role.CHIEF, Role.COORDINATOR}),
    "minutes.correct": frozenset({Role.CLERK, Role.CHIEF}),
    "case.view": _BUREAU | {Role.AUDITOR},
    "case.list": _BUREAU | _UNITS | {Role.AUDITOR, Role.REVIEWER, Role.JOINT_OFFICE},
    "case.view_own": _UNITS | _OWN | {Role.REVIEWER, Role.JOINT_OFFICE},
    "case.register": frozenset({Role.CLERK, Role.CHIEF, Role.COORDINATOR, Role.SYSTEM}),
    "case.screen": frozenset({Role.CLERK, Role.CHIEF, Role.COORDINATOR}),
    # What refuses or reopens a matter is signed by the bureau's head
    "case.sign": frozenset({Role.CHIEF}),
    "case.refer": _BUREAU,
    "case.correct": _BUREAU | _UNITS | {Role.REVIEWER},
    # A responsible unit and its head, in what was referred to them alone
    "case.handle": _UNITS,
    "case.head": frozenset({Role.DEPARTMENT_HEAD}),
    # The bureau looks at an opinion's form, and closes; a unit never closes alone
    "case.check": frozenset({Role.CLERK, Role.CHIEF}),
    "case.close": frozenset({Role.CLERK, Role.CHIEF}),
    # The nightly work proposes to close what nobody asked to review in time; a person of the bureau confirms
    "case.close_finally": frozenset({Role.CLERK, Role.CHIEF, Role.SYSTEM}),
    "case.look_own": _OWN,
    "case.return_opinion": _OWN | {Role.CLERK, Role.CHIEF, Role.DEPARTMENT_HEAD},
    # That a document arrived, and that what was promised is done: whoever sent it, or the bureau
    "case.deliver": _UNITS | {Role.CLERK, Role.CHIEF, Role.REVIEWER},
    "case.carry_out": _UNITS | {Role.CLERK, Role.CHIEF},
    "case.own": frozenset({Role.SYSTEM}),
    "case.withdraw": frozenset({Role.CLERK, Role.CHIEF, Role.SYSTEM}),
    "case.request_review": frozenset({Role.CLERK, Role.CHIEF, Role.REVIEWER, Role.SYSTEM}),
    # A person decides whether a late request is taken, never the portal by itself
    "case.take_late": frozenset({Role.CLERK, Role.CHIEF, Role.REVIEWER}),
    "case.review": frozenset({Role.REVIEWER}),
    "case.supervise": frozenset({Role.CLERK, Role.CHIEF, Role.JOINT_OFFICE}),
    "case.archive": frozenset({Role.SYSTEM}),
    # Two of them open a case for someone behind the wall of accusations
    "case.disclose": frozenset({Role.CHIEF, Role.JOINT_OFFICE}),
    # Listed supervision is the joint meeting's
    "case.list_supervision": frozenset({Role.CHIEF, Role.JOINT_OFFICE}),
    "supervision.view": _BUREAU | _UNITS | {Role.JOINT_OFFICE, Role.AUDITOR},
    "review.view": frozenset({Role.REVIEWER, Role.CLERK, Role.CHIEF, Role.AUDITOR}),
    "agenda.make": frozenset({Role.JOINT_OFFICE, Role.CHIEF}),
    "agenda.view": _BUREAU | {Role.JOINT_OFFICE, Role.AUDITOR},
    "improvement.make": _BUREAU,
    "improvement.view": _BUREAU | _UNITS | {Role.JOINT_OFFICE, Role.AUDITOR},
    # Figures, of what the reader may see; tables of cases go out by the chief, of figures by whoever reads them
    "report.view": _BUREAU | _UNITS | {Role.JOINT_OFFICE, Role.AUDITOR},
    "report.export": _BUREAU | {Role.JOINT_OFFICE, Role.AUDITOR},
    "case.export": frozenset({Role.CHIEF}),
    "limit.view": _READERS | _UNITS,
    "limit.propose": frozenset({Role.CHIEF, Role.CLERK}),
    "limit.approve": frozenset({Role.CHIEF}),
    "clock.recount": frozenset({Role.CHIEF, Role.SYSTEM}),
    "briefing.view": _BUREAU,
    "briefing.view_own": _OWN,
    "briefing.tell": frozenset({Role.SYSTEM}),
    "topics.view": _BUREAU,
    "topics.edit": frozenset({Role.CHIEF, Role.COORDINATOR}),
    # The calendar
    "calendar.view": _READERS,
    "calendar.enter": _BUREAU | {Role.SYSTEM},
    "calendar.confirm": _BUREAU | {Role.SYSTEM},
    "calendar.approve": frozenset({Role.CHIEF, Role.SYSTEM}),
    # Accounts, journal and messages
    "accounts.view": frozenset({Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR, Role.CHIEF}),
    "accounts.edit": frozenset({Role.SECURITY_ADMIN, Role.SYSTEM}),
    "journal.view": frozenset({Role.AUDITOR, Role.CHIEF}),
    "messages.view": frozenset({Role.CLERK, Role.CHIEF, Role.SYSTEM_ADMIN}),
    # Numbers of the machine, and what to do: of no county and no citizen
    "machine.view": frozenset({Role.SYSTEM_ADMIN, Role.CHIEF}),
    # What could not be sent, and a leap of the clock, are for a person to settle; what should be sent is found by the machine
    "messages.settle": frozenset({Role.CLERK, Role.CHIEF}),
    "messages.derive": frozenset({Role.SYSTEM}),
}


def permits(roles: frozenset[Role], permission: str) -> bool:
    """Whether one of the roles holds the permission. Raises `KeyError` for a permission that does not exist."""
    return bool(roles & PERMISSIONS[permission])


def opens_staff_site(roles: frozenset[Role]) -> bool:
    """Whether the tables are anything to these roles. Leaders and their secretaries work at the desk and see no tables."""
    return bool(roles - _OWN) or any(permits(roles, view) for view, _edit in TABLES.values())


def who_may(permission: str) -> str:
    """The roles of people that hold a permission, in words."""
    return _("、").join(str(LABELS[role]) for role in LABELS if role in PERMISSIONS[permission] and role is not Role.SYSTEM)


# For Django's admin: the permission to see a table, and the one to add and change its rows. No row of these tables is deleted
# by hand unless `DELETABLE` says so: what others refer to is ended, withdrawn or cancelled instead.
TABLES = {
    "county": ("county.view", "county.edit"),
    "department": ("people.view", "people.edit"),
    "place": ("people.view", "people.edit"),
    "post": ("people.view", "people.edit"),
    "leader": ("people.view", "people.edit"),
    "tenure": ("people.view", "people.edit"),
    "rotation": ("roster.view", "roster.edit"),
    "seat": ("roster.view", "roster.edit"),
    "absence": ("absences.view", "absences.edit"),
    "calendarchange": ("calendar.view", None),
    "calendarrow": ("calendar.view", None),
    "yearconfirmation": ("calendar.view", None),
    "receptionday": ("roster.view", "roster.edit"),
    "sitting": ("roster.view", "roster.edit"),
    "attendance": ("roster.view", "roster.edit"),
    "answer": ("roster.view", None),
    "substitution": ("roster.view", "substitution.request"),
    "release": ("roster.view", None),
    "topic": ("topics.view", "topics.edit"),
    "guidestep": ("topics.view", "topics.edit"),
    "booking": ("booking.view", None),
    "case": ("case.list", None),
    "limit": ("limit.view", None),
    "user": ("accounts.view", "accounts.edit"),
    "rolegrant": ("accounts.view", "accounts.edit"),
    "entry": ("journal.view", None),
    "message": ("messages.view", None),
}
DELETABLE = frozenset({"seat", "absence", "attendance"})


def for_table(perm: str) -> str | None:
    """Our permission for one of Django's, as ``reception.change_post``; None where nobody may."""
    label, _dot, codename = perm.partition(".")
    verb, _underscore, model = codename.partition("_")
    if label not in ("reception", "petitions") or model not in TABLES:
        return None
    view, edit = TABLES[model]
    if verb == "view":
        return view
    if verb in ("add", "change") or (verb == "delete" and model in DELETABLE):
        return edit
    return None
