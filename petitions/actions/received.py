"""What comes by letter, by telephone or by the form on the net, before it is a case: who writes, what about, and what is not taken.

Source: Regulations on Petition Work, art. 19 (what is said is written down by staff), art. 20 (representatives, at most five),
art. 28 (whoever has a direct interest steps back), art. 30 (never shown to whom it accuses).
"""

import json
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from petitions.models import Case, WayIn
from reception.actions import envelopes, identities, submissions
from reception.actions.identities import Person
from reception.errors import Refused
from reception.models import County, Department, Leader, RoleGrant, Topic, User
from reception.roles import UNIT_ROLES, Role

WAYS = (WayIn.LETTER, WayIn.PHONE, WayIn.WEB)
# A day of receipt further back is a slip of the pen.
LONGEST_AGO = timedelta(days=366)


@dataclass(frozen=True)
class Received:
    """One letter, call or form. Texts come clean and within their lengths; `received_on` is the day it came, in the county.

    `addressed_to` is the leader it is written to. `read_back` says that the record of a call was read to the caller.
    """

    way_in: WayIn
    person: Person
    topic: Topic
    matter: str
    wish: str
    received_on: date
    people: int = 1
    representatives: tuple[Person, ...] = field(default=())
    addressed_to: Leader | None = None
    accused_leader: Leader | None = None
    accused_department: Department | None = None
    accused_user: User | None = None
    read_back: bool = False

    @property
    def addressee(self) -> Leader | None:
        """Who it goes to besides the bureau: never whom it complains of (art. 30)."""
        return None if self.addressed_to == self.accused_leader else self.addressed_to

    def digest(self, county: County) -> str:
        """A keyed fingerprint: the same form sent again has the same, and nothing can be read from it."""
        things = (self.topic, self.addressed_to, self.accused_leader, self.accused_department, self.accused_user)
        said = [
            identities.person_index(self.person, county=county),
            [identities.person_index(person, county=county) for person in self.representatives],
            [str(self.way_in), self.matter, self.wish, self.received_on.isoformat(), self.people, self.read_back],
            [thing.pk if thing else None for thing in things],
        ]
        return envelopes.keyring().blind(json.dumps(said, ensure_ascii=False), county=county.pk, purpose="letter")


@dataclass(frozen=True)
class Receipt:
    """A case and its tracking code in clear: told to whoever wrote or called, kept nowhere."""

    case: Case
    code: str

    def __repr__(self) -> str:
        return f"<Receipt {self.case.number}>"


def code_of(key: uuid.UUID, county: County) -> str:
    """The tracking code of a form's case: it follows from the form's key, so whoever still has the form sees it again."""
    return submissions.code_of(key, county)


def allow(received: Received, *, county: County, by: User, at: datetime) -> None:
    """Raises `Refused` for what can't be registered so, or not by this person."""
    today = at.astimezone(county.zone).date()
    if received.way_in not in WAYS:
        raise Refused(_("领导接访由接访记录登记；这里只登记来信、电话和网上来信。"))
    if not received.matter.strip() or not received.wish.strip():
        raise Refused(_("请写明反映的问题和希望怎样解决。"))
    if received.received_on > today:
        raise Refused(_("收到日期 %(day)s 还没有到。请填写实际收到的日期。") % {"day": received.received_on})
    if received.received_on < today - LONGEST_AGO:
        raise Refused(_("收到日期 %(day)s 距今已超过一年，请核对年份。") % {"day": received.received_on})
    if received.way_in == WayIn.PHONE and not received.read_back:
        raise Refused(_("电话反映的，请把记录念给来电人听，确认无误后再登记（《信访工作条例》第十九条）。"))
    submissions.allow_group(received.people, len(received.representatives))
    _not_concerned(received, by, today)


def _not_concerned(received: Received, by: User, today: date) -> None:
    """Whoever is complained of, serves them or works for them, takes nothing down."""
    grants = RoleGrant.objects.filter(user=by).on(today)
    accused = {received.accused_leader.pk} if received.accused_leader else set()
    leaders = {grant.leader_id for grant in grants if grant.role == Role.SECRETARY}
    leaders |= set(Leader.objects.filter(user=by).values_list("pk", flat=True))
    units = {grant.department_id for grant in grants if grant.role in UNIT_ROLES}
    department = received.accused_department
    if accused & leaders or received.accused_user == by or (department is not None and department.pk in units):
        raise Refused(_("反映的是您本人、您服务的领导或您所在的单位，应当回避，请由其他工作人员登记。"))
