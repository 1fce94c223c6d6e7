"""Who knocks: one person for each role and with no other, and those who have none, or no account at all."""

from dataclasses import dataclass, field
from datetime import date

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.test import Client

from reception import scope
from reception.models import County, Department, Leader, RoleGrant, User
from reception.roles import PERMISSIONS, UNIT_ROLES, Role
from tests.reception import builders

ROLES = [role for role in Role if role is not Role.SYSTEM]
# Without an account; a browser that wrote the forms and opened a case by its code; one that opened a booking.
ANONYMOUS, CITIZEN, VISITOR = "anonymous", "citizen", "visitor"
# An account without a role; a clerk who has set up no second factor; a chief whom nothing concerns and from whom nothing is kept.
NOBODY, UNREADY, UNINVOLVED = "nobody", "unready", "uninvolved"
OUTSIDE = [ANONYMOUS, CITIZEN, VISITOR]
NAMES = [*OUTSIDE, NOBODY, UNREADY, UNINVOLVED, *(role.value for role in ROLES)]


@dataclass
class Actor:
    """Somebody at a browser; `roles` are those held today."""

    name: str
    roles: frozenset[Role] = frozenset()
    user: User | None = None
    ready: bool = True
    client: Client = field(default_factory=Client)
    # The cookies the browser begins every visit with.
    cookies: dict[str, str] = field(default_factory=dict)

    def may(self, permission: str) -> bool:
        return bool(self.roles & PERMISSIONS[permission])


def everyone(county: County, leader: Leader, unit: Department) -> dict[str, Actor]:
    """The leader and the secretary of this leader, the officer and the head of this unit, and one of every other role."""
    found = {name: Actor(name) for name in OUTSIDE}
    made = {NOBODY: frozenset[Role](), UNREADY: frozenset({Role.CLERK}), UNINVOLVED: frozenset({Role.CHIEF})}
    made |= {role.value: frozenset({role}) for role in ROLES}
    for name, roles in made.items():
        user = builders.user(f"{county.slug}-as-{name}".replace("_", "-"), county)
        with scope.county(county):
            for role in roles:
                of = {"department": unit} if role in UNIT_ROLES else {"leader": leader} if role is Role.SECRETARY else {}
                RoleGrant.objects.create(user=user, role=role.value, starts_on=date(2020, 1, 1), **of)
            if Role.LEADER in roles:
                Leader.objects.filter(pk=leader.pk).update(user=user)
        found[name] = Actor(name, roles, user, ready=name != UNREADY)
    return found


def sign_in(actor: Actor) -> None:
    """As the suite's `sign_in` does; the cookies are kept for every visit."""
    assert actor.user is not None
    with scope.accounts():
        if actor.ready:
            Authenticator.objects.get_or_create(
                user=actor.user, type="totp", defaults={"data": {"secret": get_adapter().encrypt("JBSWY3DPEHPK3PXP")}}
            )
        actor.client.force_login(actor.user)
    remember(actor)


def remember(actor: Actor) -> None:
    actor.cookies = {name: morsel.value for name, morsel in actor.client.cookies.items() if morsel.value}
