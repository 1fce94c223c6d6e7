"""A matter with everything that hangs on it, put straight where it belongs: booking, minutes, case, papers, clocks, files, messages.

Three in each county. `related` is the leader's who received it and of the unit it was referred to, is under review and on a joint
meeting's agenda; `unrelated` is none of that; `accused` is all of it and complains of that leader and that unit, and whoever else there is
has stepped back from it. Only the chief whom nothing concerns sees all three.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from petitions.actions import documents, materials
from petitions.models import (
    Agenda,
    AgendaItem,
    Case,
    DocumentKind,
    Improvement,
    MaterialKind,
    Opinion,
    Recusal,
    Referral,
    Review,
    Supervision,
    SupervisionGround,
)
from reception import codes, scope
from reception.actions import messages, uploads
from reception.materials import Material
from reception.models import Booking, Choice, Department, Leader, Message, Topic, User
from reception.models.messages import Channel
from tests.access.people import UNINVOLVED
from tests.petitions.receptions import AT, DAY, called, conclude, task
from tests.reception import bookers

RELATED, UNRELATED, ACCUSED = "related", "unrelated", "accused"
RELATIONS = [RELATED, UNRELATED, ACCUSED]
WORDS = {RELATED: "桂花井", UNRELATED: "梧桐巷", ACCUSED: "金丝雀"}


@dataclass
class Bundle:
    """One matter; `marks` are the words and numbers that nobody may meet who may not know of it."""

    case: Case
    booking: Booking
    marks: list[str]
    ids: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Around:
    """What a matter is made among: the leader and the unit that are concerned, the other unit, an agenda, everyone who is told."""

    office: object
    leader: Leader
    unit: Department
    other: Department
    told: dict[str, User]
    stepped_back: Iterable[User]


def make(relation: str, n: int, around: Around) -> Bundle:
    office, county = around.office, around.office.county
    mark = f"{WORDS[relation]}{county.name[0]}渗水"
    near = relation != UNRELATED
    topic = bookers.topic(office, f"T{n}")
    with scope.county(county):
        Topic.objects.filter(pk=topic.pk).update(department=around.unit if near else None)
    booking = called(
        office,
        n,
        person=bookers.person(n, name=f"{mark}居民"),
        where=bookers.sitting(office, "R2" if relation == RELATED else "R1"),
        topic=topic,
        matter=mark,
        wish=mark,
        **({"accused_leader": around.leader, "accused_department": around.unit} if relation == ACCUSED else {}),
    )
    with scope.county(county):
        Booking.objects.filter(pk=booking.pk).update(ticket=n)
    minutes = conclude(
        office, booking, asked=mark, said=mark, tasks=(task(office, around.unit.code if relation == RELATED else "D03"),)
    )
    with scope.county(county):
        case = minutes.case
        made = Bundle(case, booking, [mark, case.number, codes.show_number(case.number)])
        made.ids |= {"case": case.pk, "booking": booking.pk, "minutes": minutes.pk, "clock": case.deadlines.first().pk}
        if near:
            _near(made, mark, around)
        if relation == ACCUSED:
            Recusal.objects.bulk_create(
                Recusal(county=county, case=case, user=user, reason="亲属", by=office.chief, at=AT) for user in around.stepped_back
            )
        _papers(made, mark, around, around.unit if near else around.other)
        _told(made, around)
    return made


def _near(made: Bundle, mark: str, around: Around) -> None:
    """Referred to the unit, instructed by the leader, under review, supervised, on an agenda: what lets each of them see it."""
    case, office = made.case, around.office
    Case.objects.filter(pk=case.pk).update(instructed_by=around.leader)
    step = case.steps.last()
    referral = Referral.objects.create(
        case=case, step=step, round=1, department=around.unit, is_lead=True, is_assigned=False, received_on=DAY, state="accepted"
    )
    said = {"facts": mark, "basis": mark, "remedy_body": "县人民政府", "drafted_by": office.clerk, "drafted_at": AT}
    opinion = Opinion.objects.create(case=case, referral=referral, version=1, **said)
    Review.objects.create(case=case, opinion=opinion, level="review", body="县人民政府", requested_on=DAY, request=mark)
    letter = documents.issue(
        kind=DocumentKind.SUPERVISION,
        said={"title": "督办函", "facts": [], "paragraphs": []},
        on=DAY,
        case=case,
        county=office.county,
        by=office.clerk,
        at=AT,
    )
    Supervision.objects.create(
        case=case,
        department=around.unit,
        ground=SupervisionGround.values[0],
        text=mark,
        due_on=DAY,
        begun_on=DAY,
        document=letter,
        by=office.chief,
    )
    agenda = Agenda.objects.first()
    AgendaItem.objects.create(agenda=agenda, position=agenda.items.count() + 1, case=case, why=mark)


def _papers(made: Bundle, mark: str, around: Around, unit: Department) -> None:
    """A document for the petitioner, files of the case and of the booking, a proposal for improvement."""
    case, office = made.case, around.office
    who = {"county": office.county, "by": office.clerk, "at": AT}
    said = {"title": mark, "facts": [], "paragraphs": [mark]}
    guidance = documents.issue(kind=DocumentKind.GUIDANCE, said=said, on=DAY, case=case, for_petitioner=True, **who)
    proposal = documents.issue(
        kind=DocumentKind.IMPROVEMENT, said={"title": "建议书", "facts": [], "paragraphs": []}, on=DAY, case=case, **who
    )
    drawn = Material("image/jpeg", b"x")
    file = materials.keep(case=case, kind=MaterialKind.EVIDENCE, files=[("a.jpg", drawn)], **who)[0]
    upload = uploads.add(name="a.jpg", material=drawn, booking=made.booking, **who)
    improvement = Improvement.objects.create(
        case=case, department=unit, text=mark, due_on=date(2026, 3, 31), document=proposal, by=office.chief, made_on=DAY
    )
    made.ids |= {"document": guidance.uid, "material": file.uid, "upload": upload.uid, "improvement": improvement.pk}


def _told(made: Bundle, around: Around) -> None:
    """A booking somebody has to be called about; a letter and a reminder to everyone, whether they may know of it or not."""
    Choice.objects.create(booking=made.booking, release=1, changes=[], trouble="cancelled", made_at=AT)
    number = made.case.number
    messages.queue_all(
        kind="release_step", cause=f"canary {number}", to=around.told.values(), due_at=AT, facts={"case": number, "release": 1}
    )
    messages.queue_all(
        kind="clock",
        cause=f"clock {number}",
        to=around.told.values(),
        due_at=AT,
        facts={"case": number, "deadline": made.ids["clock"]},
        channel=Channel.INBOX,
    )
    made.ids["message"] = Message.objects.get(facts__case=number, kind="release_step", recipient=around.told[UNINVOLVED]).pk
