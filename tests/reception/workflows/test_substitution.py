"""The table of substitutions is total: every state × action × role is possible and leads where it says, or is refused and changes nothing."""

from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from reception import scope
from reception.actions import emergency, substitutions
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import Entry, Leader, Message, Release, RoleGrant, Sitting, Substitution, SubstitutionState, Tenure, User
from reception.roles import PERMISSIONS, Role
from reception.workflows import day
from reception.workflows.substitution import BUTTONS, ENDED, NOTHING, STATES, UNDER_WAY, WITH_REASON, WORKFLOW, permission
from tests.reception import builders

# An hour and a half before the sitting, on its day: everything that is ever possible is possible now.
AT = datetime(2026, 2, 23, 23, 0, tzinfo=UTC)
DAY = "2026-02-24"
OFFICE_ACTIONS = ("endorse", "object", "refer", "endorse_later", "object_later")


class Undo(Exception):
    """Takes back what one cell of the table did."""


@pytest.fixture
def office(standing):
    return standing


class Cast:
    """Everyone who might act: one account for each role, and the leaders concerned with their secretaries."""

    def __init__(self, office):
        self.office = office
        county = office.county
        self.people = {
            role: builders.user(f"as-{role}", county, role) for role in Role if role not in (Role.SYSTEM, Role.SECRETARY)
        }
        self.people[Role.SYSTEM] = User.objects.system()
        with scope.county(county):
            self.sitting = Sitting.objects.select_related("day", "leader", "post").get(day__day=DAY, rotation__code="R2")
            substitute = Tenure.objects.select_related("post", "leader").get(post__code="P5")
            self.tenure = substitute
            self.other = Sitting.objects.filter(rotation__code="R2", day__day__gt=DAY).order_by("day__day").first()
        self.people |= {
            "planned": self._leader(self.sitting.leader, "planned"),
            "substitute": self._leader(substitute.leader, "stand-in"),
        }
        self.people |= {
            "planned's secretary": self._secretary(self.sitting.leader, "sec-planned"),
            "substitute's secretary": self._secretary(substitute.leader, "sec-stand-in"),
            "another's secretary": self._secretary(self._other_leader(), "sec-other"),
        }

    def _other_leader(self):
        with scope.county(self.office.county):
            return Leader.objects.get(code="L6")

    def _leader(self, leader, name):
        user = builders.user(name, self.office.county, Role.LEADER)
        with scope.county(self.office.county):
            leader.user = user
            leader.save()
        return user

    def _secretary(self, leader, name):
        user = builders.user(name, self.office.county)
        with scope.county(self.office.county):
            RoleGrant.objects.create(user=user, role=Role.SECRETARY.value, leader=leader, starts_on=date(2020, 1, 1))
        return user

    def may(self, who, action, state, *, side="government", referred=False):
        own = {
            "request": ("planned", "planned's secretary"),
            "accept": ("substitute", "substitute's secretary"),
            "decline": ("substitute", "substitute's secretary"),
        }
        if state == "in_force":
            # Who receives as things stand asks for the next of a chain.
            own["request"] = ("substitute", "substitute's secretary")
        if state in UNDER_WAY:
            own["withdraw"] = ("planned", "planned's secretary")
        if who in own.get(action, ()):
            return True
        return isinstance(who, Role) and who in PERMISSIONS[permission(action, side=side, referred=referred)]

    def row(self, state, **more):
        if state == NOTHING:
            return None
        tenure = self.tenure
        way = "emergency" if state == "in_force" else "substitute"
        return Substitution.objects.create(
            sitting=self.sitting,
            state=state,
            way=way,
            reason="meeting",
            post=tenure.post,
            leader=tenure.leader,
            coordinators="信访局接访科科长",
            requested_by=self.office.clerk,
            requested_at=AT,
            **more,
        )

    def act(self, action, row, by):
        who = {"county": self.office.county, "by": by, "at": AT}
        if action == "request":
            return substitutions.request(sitting=self.sitting, reason="leave", **who)
        if action == "emergency":
            # Not whoever is in force already.
            with scope.county(self.office.county):
                _candidate, tenure = substitutions.ranked(self.sitting)[0]
            return emergency.emergency(
                sitting=self.sitting, post=tenure.post, leader=tenure.leader, coordinators="某科", reason="illness", **who
            )
        who["substitution"] = row
        if action == "propose":
            return substitutions.propose(post=self.tenure.post, leader=self.tenure.leader, coordinators="某科", **who)
        if action == "propose_swap":
            return substitutions.propose_swap(other=self.other, coordinators="某科", **who)
        if action in WITH_REASON:
            who["reason"] = "另有安排"
        verb = {"object": "object_to"}.get(action, action)
        module = emergency if action.endswith("_later") else substitutions
        return getattr(module, verb)(**who)


def everything(office):
    """All that a step could change."""
    return (
        sorted(
            Substitution.objects.values_list("pk", "state", "way", "pair", "leader", "endorsed_at", "referred_at", "objected_at")
        ),
        Entry.objects.count(),
        Message.objects.count(),
        list(Release.objects.values_list("pk", "state")),
    )


ACTIONS = [action for action in WORKFLOW.actions if action not in ("supersede", "lapse")]


@pytest.mark.parametrize("action", ACTIONS)
def test_every_state_and_role(office, action):
    cast = Cast(office)
    allowed = refused = 0
    for state in STATES:
        if state == NOTHING and action not in ("request", "emergency"):
            continue
        possible = WORKFLOW.allows(action, state=state)
        for who, person in cast.people.items():
            may = cast.may(who, action, state)
            with pytest.raises(Undo), scope.county(office.county), transaction.atomic():
                row = cast.row(state)
                before = everything(office)
                if possible and may:
                    cast.act(action, row, person)
                    newest = Substitution.objects.filter(sitting=cast.sitting).order_by("-pk").first()
                    shown = newest if row is None or action in ("request", "emergency") else Substitution.objects.get(pk=row.pk)
                    assert shown.state == WORKFLOW.transition(action).after, (state, action, who)
                    assert Entry.objects.count() > before[1]
                    allowed += 1
                else:
                    with pytest.raises((Forbidden, MovedOn)) as refusal:
                        cast.act(action, row, person)
                    if not may and possible:
                        assert isinstance(refusal.value, Forbidden), (state, action, who)
                    assert refusal.value.sentence
                    assert everything(office) == before, (state, action, who)
                    refused += 1
                raise Undo
    assert allowed
    assert refused


@pytest.mark.parametrize("referred", [False, True])
@pytest.mark.parametrize("side", ["party", "government"])
@pytest.mark.parametrize("action", OFFICE_ACTIONS)
def test_which_office_agrees_or_objects(office, side, referred, action):
    """The office of the side of the post whose holder can't come; the joint meeting's for both, and alone once it was passed on."""
    cast = Cast(office)
    state = "in_force" if action.endswith("_later") else "proposed"
    for who, person in cast.people.items():
        with pytest.raises(Undo), scope.county(office.county), transaction.atomic():
            cast.sitting.post.side = side
            cast.sitting.post.save()
            row = cast.row(state, referred_at=AT if referred else None)
            before = everything(office)
            may = cast.may(who, action, state, side=side, referred=referred)
            if may and not (action == "refer" and referred):
                cast.act(action, row, person)
                assert everything(office) != before
            else:
                with pytest.raises(MovedOn if may else Forbidden):
                    cast.act(action, row, person)
                assert everything(office) == before
            raise Undo


@pytest.mark.parametrize("action", sorted(WITH_REASON))
def test_a_reason_left_empty_changes_nothing(office, action):
    cast = Cast(office)
    state = "in_force" if action.endswith("_later") else "proposed"
    module = emergency if action.endswith("_later") else substitutions
    by = office.clerk if action == "withdraw" else cast.people[Role.GOVERNMENT_OFFICE]
    with scope.county(office.county):
        row = cast.row(state)
        before = everything(office)
        with pytest.raises(Refused, match="请写明原因"):
            getattr(module, {"object": "object_to"}.get(action, action))(
                substitution=row, reason="  ", county=office.county, by=by, at=AT
            )
        assert everything(office) == before


def test_the_table_knows_every_state_and_every_permission():
    assert set(STATES) - {NOTHING} == set(SubstitutionState.values)
    assert set(UNDER_WAY).isdisjoint(ENDED)
    assert set(BUTTONS) <= set(WORKFLOW.actions)
    for action in WORKFLOW.actions:
        assert set(WORKFLOW.transition(action).permissions) <= set(PERMISSIONS)
        assert permission(action, side="party") in PERMISSIONS


def test_the_days_table():
    assert {a: day.WORKFLOW.transition(a).after for a in day.WORKFLOW.actions} == {
        "publish": "published",
        "move": "published",
        "cancel": "cancelled",
        "begin": "in_progress",
        "end": "held",
    }
    assert [state for state in day.STATES if day.WORKFLOW.possible(state)] == ["planned", "published", "in_progress"]
