"""Ten years of cases of one county, in bulk: the texts, the steps of their ways, units, and clocks that run."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from random import Random
from typing import TypeAlias

from petitions.actions import clocks
from petitions.models import Case, CaseStep, Kind, Referral, ReferralState, WayIn
from petitions.province.corpus import Corpus
from petitions.workflow import BY_ACTION, Action, Status
from reception import codes, scope
from reception.actions import identities
from reception.actions.identities import Person
from reception.models import County, Department, Topic, User

YEARS, BATCH, PEOPLE = 10, 500, 200
REFERRED = (Action.REGISTER, Action.SCREEN, Action.TRANSFER)
HANDLED = (*REFERRED, Action.ACCEPT, Action.HANDLE)
# The ways that cases have gone, and how many of a hundred; what was told long ago rests, and few are on their way.
WAYS: tuple[tuple[tuple[Action, ...], int], ...] = (
    ((Action.REGISTER, Action.SCREEN, Action.GUIDE), 58),
    ((Action.REGISTER, Action.SCREEN, Action.RESOLVE_ON_SPOT), 20),
    (REFERRED, 10),
    ((*HANDLED, Action.WITHDRAW), 6),
    (HANDLED, 5),
    ((Action.REGISTER,), 1),
)
Drawn: TypeAlias = list[tuple[date, tuple[Action, ...], tuple[int, str, str]]]
FACTS = {Action.REGISTER: {"way": "letter"}, Action.SCREEN: {"kind": "claim"}}


@dataclass
class Made:
    """What the journal tells of: whose deed, on what, when."""

    act: str
    object: str
    actor: str
    at: datetime


@dataclass
class Desk:
    """What cases of one county are made from."""

    county: County
    topics: list[int]
    units: list[int]
    people: list[int]
    clerk: User
    number: int


def desk(county: County, *, number: int, at: datetime) -> Desk:
    """The county's topics and units, and people to be petitioners. The county is in scope."""
    people = [
        identities.keep(
            person=Person(name=f"居民{n}", phone="13800000000", id_number="", address="虚拟路1号"), county=county, at=at
        ).pk
        for n in range(PEOPLE)
    ]
    return Desk(
        county,
        list(Topic.objects.values_list("pk", flat=True)),
        list(Department.objects.values_list("pk", flat=True)),
        people,
        User.objects.get(username=f"demo-clerk-{number:03}"),
        number,
    )


def make(made_for: Desk, count: int, *, done: int, last: date, seed: int) -> Iterator[list[Made]]:
    """Cases from the oldest to the newest, but for those that are done; gives what was done to each batch, in its order.

    Each batch is a transaction of its own, in which it is given: numbers are locked one by one, and a server has so many locks.
    """
    chance, texts = Random(seed), islice(Corpus(seed=seed).texts(), done, None)  # noqa: S311  repeatable, no secret
    ways, weights = [way for way, _share in WAYS], [share for _way, share in WAYS]
    begins = last - timedelta(days=YEARS * 365)
    for first in range(done, count, BATCH):
        days = [begins + timedelta(days=n * YEARS * 365 // count) for n in range(first, min(first + BATCH, count))]
        with scope.county(made_for.county):
            drawn = [(day, chance.choices(ways, weights)[0], next(texts)) for day in days]
            yield _batch(made_for, drawn, chance, first)


def _batch(made_for: Desk, drawn: Drawn, chance: Random, first: int) -> list[Made]:
    rows = []
    for n, (day, way, (topic, matter, wish)) in enumerate(drawn, start=first):
        # Drawn by lot as real ones are, some of so many would meet.
        digits = f"{day.year % 100:02}{made_for.number:03}{n:05}"
        unit = chance.choice(made_for.units) if Action.TRANSFER in way else None
        rows.append(
            Case(
                number=digits + codes.check_digit(digits),
                code_hash="",
                status=_status(way).value,
                kind=Kind.CLAIM.value if Action.SCREEN in way else None,
                way_in=chance.choice((WayIn.LETTER, WayIn.PHONE, WayIn.WEB)).value,
                topic_id=made_for.topics[topic % len(made_for.topics)],
                matter=matter,
                wish=wish,
                identity_id=chance.choice(made_for.people),
                received_on=day,
                registered_at=_moment(made_for, day, 0),
                department_id=unit,
                county=made_for.county,
            )
        )
    Case.objects.bulk_create(rows)
    steps = [step for case, (day, way, _text) in zip(rows, drawn, strict=True) for step in _steps(made_for, case, day, way)]
    # A step follows the one before it, which must be there: one round for each place in the way.
    for n in range(1, max(step.n for step in steps) + 1):
        CaseStep.objects.bulk_create([step for step in steps if step.n == n])
    _refer(made_for, rows, steps)
    return [
        Made(f"case.{step.action}", f"case {step.case.number}", step.actor, step.at)
        for step in sorted(steps, key=lambda step: step.at)
    ]


def _status(way: tuple[Action, ...]) -> Status:
    after = BY_ACTION[way[-1]].after
    assert after is not None
    return after


def _steps(made_for: Desk, case: Case, day: date, way: tuple[Action, ...]) -> Iterator[CaseStep]:
    before = ""
    for n, action in enumerate(way, start=1):
        after = _status((action,)).value
        yield CaseStep(
            case=case,
            n=n,
            action=action.value,
            before=before,
            after=after,
            actor=made_for.clerk.username,
            at=_moment(made_for, day, n),
            facts=FACTS.get(action, {}),
            county=made_for.county,
        )
        before = after


def _refer(made_for: Desk, rows: list[Case], steps: list[CaseStep]) -> None:
    """The referrals of what was transferred; a clock for what a unit has, as it is counted."""
    of = {(step.case_id, step.action): step for step in steps}
    referred = []
    for case in rows:
        step = of.get((case.pk, Action.TRANSFER.value))
        if step:
            state = {Status.TRANSFERRED: ReferralState.SENT, Status.IN_HANDLING: ReferralState.ACCEPTED}.get(
                Status(case.status), ReferralState.DONE
            )
            referred.append(
                Referral(
                    case=case,
                    step=step,
                    round=1,
                    department=case.department,
                    is_lead=True,
                    is_assigned=False,
                    received_on=case.received_on,
                    state=state,
                    county=made_for.county,
                )
            )
    Referral.objects.bulk_create(referred)
    for referral in referred:
        if referral.state == ReferralState.ACCEPTED:
            clocks.start(step=of[referral.case_id, Action.ACCEPT.value], kind="D5", on=referral.received_on, county=made_for.county)
            clocks.remember_due(referral.case)


def _moment(made_for: Desk, day: date, n: int) -> datetime:
    """On the day, so many hours after nine."""
    return datetime.combine(day, time(9), made_for.county.zone) + timedelta(hours=n)
