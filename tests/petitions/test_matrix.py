"""Every state × every action × every role, tried one by one on a real case: allowed where the table of the way and the table of roles both
say so, else refused with a sentence, and then nothing has changed.

Without a role too, and by whoever holds it in another county.
"""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from petitions.actions import cases
from petitions.models import Case, CaseStep, Deadline, Stop
from petitions.workflow import BY_ACTION, Action, Status
from reception import scope
from reception.errors import Forbidden, MovedOn
from reception.models import Leader, RoleGrant, User
from reception.roles import PERMISSIONS, Role
from tests.petitions import states
from tests.reception import builders

NOBODY, STRANGER = "nobody", "the chief of another county"
# The state alone is not all that these need: a screened case has a kind, a merged one names another. The case's own row then refuses.
NEEDS_MORE = (Action.SCREEN, Action.MERGE)


@pytest.fixture
def office(standing):
    return standing


def everyone(office):
    """One person for each role, with no other; the machine; somebody without any; the chief of a county that is not this one."""
    people = {NOBODY: builders.user("matrix-nobody", office.county), Role.SYSTEM: User.objects.system()}
    people[STRANGER] = builders.user("matrix-stranger", builders.county("linhe"), Role.CHIEF)
    with scope.county(office.county):
        for role in (role for role in Role if role is not Role.SYSTEM):
            people[role] = builders.user(f"matrix-{role}".replace("_", "-"), office.county)
            served = Leader.objects.first() if role is Role.SECRETARY else None
            RoleGrant.objects.create(user=people[role], role=role.value, leader=served, starts_on=date(2020, 1, 1))
    return people


def tried(office, case, action, by, at):
    """What comes of it; whatever was done is taken back."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                cases.move(cases.locked(case), action, county=office.county, by=by, at=at)
            return "done"
        except MovedOn as refusal:
            return "not in this state" if "现在可以办理" in refusal.sentence else refusal.sentence
        except Forbidden as refusal:
            return "not by this role" if "可以办理的角色" in refusal.sentence else refusal.sentence
        except IntegrityError:
            return "done" if action in NEEDS_MORE else "an error"
        finally:
            transaction.set_rollback(True)


def expected(status, action, who):
    row = BY_ACTION[action]
    if status not in row.before:
        return "not in this state"
    return "done" if who in PERMISSIONS[row.permission] else "not by this role"


def everything():
    """The case's rows as they stand."""
    return [list(model.objects.order_by("pk").values()) for model in (Case, CaseStep, Deadline, Stop)]


@pytest.mark.parametrize("status", Status)
def test_every_action_by_every_role_in_this_state(office, status):
    life = states.stands(office, status)
    people = everyone(office)
    with scope.county(office.county):
        before = everything()
        found = {(action, who): tried(office, life.case, action, by, life.at) for action in Action for who, by in people.items()}
        assert everything() == before
    assert found == {(action, who): expected(status, action, who) for action, who in found}
    assert len(found) == len(Action) * (len(Role) + 2)
