"""Two counties alike, with something in each that every address can name. The people of one knock at everything of both."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType

from petitions.actions import documents, letters, limits
from petitions.models import Agenda, Case, DocumentKind, Export, ExportKind, Limit
from reception import beginnings, scope
from reception.actions import absences, asking, attendance, calendar, drafts, feeds, screen, substitutions
from reception.actions.proposals import Line
from reception.models import (
    Answer,
    Attendance,
    CalendarRow,
    Department,
    Entry,
    GuideStep,
    Leader,
    Place,
    Post,
    ReceptionDay,
    Release,
    Rotation,
    Sitting,
    Substitution,
    Tenure,
    Topic,
    User,
    YearConfirmation,
)
from reception.opened import KEPT, OPEN_FOR
from scheduling.deadlines import Roll, Term, Unit
from tests.access import bundles, people
from tests.access.bundles import RELATED, RELATIONS, UNRELATED, Around, Bundle
from tests.petitions.receptions import AT, DAY
from tests.reception import bookers, builders
from tests.reception.actions.test_drafts import MATTER, PEOPLE, PERSON
from tests.reception.builders import NOW, Bureau

OWN, OTHER = "own", "other"
ABSENT = {"kind": "meeting", "note": ""}


@dataclass
class Side:
    """One county: its people, its matters, and the ids of its things; of some there is one that concerns the leader, and one that does not."""

    office: Bureau
    actors: dict[str, people.Actor] = field(default_factory=dict)
    bundles: dict[str, Bundle] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)

    def find(self, kind: str, relation: str) -> Any:
        """What an address is told for a thing of this kind; plain words stand for themselves."""
        bundle = self.bundles[relation]
        if kind in bundle.ids:
            return bundle.ids[kind]
        found = self.things.get(kind, kind)
        return found.get(relation, found[UNRELATED]) if isinstance(found, dict) else found


def side(slug: str) -> Side:
    office = builders.bureau(slug)
    builders.published(office)
    county = office.county
    bookers.topic(office)
    leader = bookers.sitting(office).leader
    with scope.county(county):
        unit = Department.objects.create(code="D02", name="住房和城乡建设局", name_en="Housing Bureau")
        other = Department.objects.create(code="D03", name="交通运输局", name_en="Transport Bureau")
    made = Side(office, people.everyone(county, leader, unit))
    with scope.county(county):
        paper = documents.issue(kind=DocumentKind.AGENDA, said={"title": "议题"}, on=DAY, county=county, by=office.clerk, at=AT)
        agenda = Agenda.objects.create(meets_on=DAY, document=paper, made_by=office.chief, made_at=AT)
    users = {name: actor.user for name, actor in made.actors.items() if actor.user}
    stepped_back = [user for name, user in users.items() if name not in (people.UNINVOLVED, people.NOBODY)]
    around = Around(office, leader, unit, other, users, stepped_back)
    made.bundles = {relation: bundles.make(relation, n, around) for n, relation in enumerate(RELATIONS, start=1)}
    made.things = {"slug": slug, "agenda": agenda.pk, "content": ContentType.objects.get_for_model(Case).pk}
    made.things |= _roster(made, leader) | _tables(made) | _forms(made)
    return made


def _roster(made: Side, leader: Leader) -> dict[str, Any]:
    """Days, sittings, answers, absences, substitutions: with an eye to whose they are."""
    office, county = made.office, made.office.county
    who = {"county": county, "by": office.clerk, "at": AT}
    with scope.county(county):
        rows = Sitting.objects.select_related("day", "leader", "post").order_by("day__day")
        held = {RELATED: rows.get(day__day=DAY, leader=leader), UNRELATED: rows.get(day__day=DAY, rotation__code="R1")}
        coming = rows.filter(day__day__gt=DAY + timedelta(days=60))
        later = {RELATED: coming.filter(leader=leader).first(), UNRELATED: coming.filter(rotation__code="R1").first()}
        answers = {
            of: Answer.objects.create(sitting=one, leader=one.leader, day=one.day.day, asked_at=NOW) for of, one in later.items()
        }
        away = {
            of: absences.record(leader=one.leader, starts_on=date(2027, 6, 1), ends_on=date(2027, 6, 9), **ABSENT, **who)[0]
            for of, one in later.items()
        }
        free = coming.filter(rotation__code="R2").exclude(leader=leader)[:2]
        offers = {of: substitutions.request(sitting=one, reason="meeting", **who) for of, one in zip(later, free, strict=True)}
        for of, row in offers.items():
            Substitution.objects.filter(pk=row.pk).update(leader=later[of].leader, post=later[of].post)
        attendance.choose(sitting=later[RELATED], departments=[Department.objects.get(code="D02")], **who)
        feed = feeds.make(leader=leader, county=county, by=made.actors["leader"].user, at=AT)
        return {
            "day": held[RELATED].day_id,
            "sitting": {of: one.pk for of, one in held.items()},
            "answer": {of: one.pk for of, one in answers.items()},
            "absence": {of: one.pk for of, one in away.items()},
            "substitution": {of: one.pk for of, one in offers.items()},
            "attendance": Attendance.objects.first().pk,
            "hall": screen.token(held[RELATED].day, county=county),
            "link": asking.token(answers[RELATED]),
            "feed": feed,
        }


def _tables(made: Side) -> dict[str, Any]:
    """A row of each table that has a page of the staff's site, under the table's name."""
    office, county = made.office, made.office.county
    uninvolved = made.actors[people.UNINVOLVED].user
    with scope.county(county):
        change = calendar.propose(
            document="县政府办通知", lines=[Line(date(2026, 5, 15), False, "供电检修")], county=county, by=office.clerk, at=AT
        )
        term = Term(10, Unit.DAYS, Roll.NONE, "县规第一条")
        said = {"kind": "D1", "valid_from": date(2027, 4, 1), "is_confirmed": True, "reason": "县委常委会决定"}
        limits.propose(term=term, **said, county=county, by=office.clerk, at=AT)
        YearConfirmation.objects.create(year=2031, document="通知", confirmed_by=office.clerk, confirmed_at=AT)
        GuideStep.objects.bulk_create(GuideStep(**row) for row in beginnings.guide())
        asked = {"kind": ExportKind.REPORT_CSV, "period": "2026-01", "language": "zh-hans"}
        export = Export.objects.create(asked_by=uninvolved, asked_at=AT, **asked)
        firsts = [
            Department,
            Place,
            Post,
            Leader,
            Tenure,
            Rotation,
            CalendarRow,
            YearConfirmation,
            Topic,
            GuideStep,
            Entry,
            Limit,
            Release,
        ]
        rows = {model._meta.model_name: model.objects.order_by("pk").first().pk for model in firsts}
        extra = ReceptionDay.objects.create(day=date(2026, 11, 5), month=date(2026, 11, 1), kind="extra", status="confirmed")
    rows |= {"calendarchange": change.pk, "county": county.pk, "receptionday": extra.pk, "user": office.clerk.pk}
    return rows | {"export": export.uid, "guide": "court"}


def _forms(made: Side) -> dict[str, Any]:
    """A citizen's forms in one browser, on their way and sent; and what two browsers opened by number and code."""
    county = made.office.county
    who = {"county": county, "by": User.objects.system(), "at": AT}
    secret = f"a browser in {county.slug}"
    with scope.county(county):
        sitting = Sitting.objects.select_related("day").filter(rotation__code="R1", day__day__gt=DAY).order_by("day__day").first()
        begun = []
        for person in (PERSON, {**PERSON, "name": "居民乙", "phone": "13800000099"}):
            draft = drafts.start(sitting=sitting, wait=False, secret=secret, network="", **who)
            for page, typed in (("matter", MATTER), ("person", person), ("people", PEOPLE), ("material", {})):
                draft, _why = drafts.write(draft=draft, page=page, typed=typed, **who)
            begun.append(draft)
        booked = drafts.submit(draft=begun[1], wait=False, **who)
        typed = {**MATTER, **PERSON, **PEOPLE, "addressed_to": "L1", "id_number": "", "other_paper": ""}
        written = [letters.start(typed=typed, secret=secret, network="", **who) for _two in range(2)]
        letters.send(draft=written[1], **who)
    made.actors[people.CITIZEN].cookies = {"booking": secret}
    _opened(made.actors[people.CITIZEN], made.bundles[RELATED].case, "case")
    _opened(made.actors[people.VISITOR], booked.booking, "booking")
    names = ("form", "sent", "letter", "posted")
    return dict(zip(names, [draft.uid for draft in (*begun, *written)], strict=True))


def _opened(actor: people.Actor, row: Any, kind: str) -> None:
    """As after a number and its code."""
    session = actor.client.session
    session[KEPT] = {"county": row.county_id, "kind": kind, "uid": str(row.uid), "until": (AT + OPEN_FOR).isoformat()}
    session.save()
    actor.cookies |= {"sessionid": session.session_key}


@dataclass
class World:
    """Whose people knock is `own`; the other county is made of the same parts."""

    own: Side
    other: Side

    def hidden(self, actor: people.Actor, sees: Any) -> list[str]:
        """The marks that must be nowhere in what this person is shown: of the other county, and of what they may not know of."""
        kept = [self.other.office.clerk.username, *(mark for bundle in self.other.bundles.values() for mark in bundle.marks)]
        return kept + [mark for relation, bundle in self.own.bundles.items() if not sees(actor, relation) for mark in bundle.marks]


def build() -> World:
    made = World(side("chenghe"), side("linhe"))
    for actor in made.own.actors.values():
        if actor.user:
            people.sign_in(actor)
    return made
