"""The wall of accusations: who is kept from what complains of them, whatever else they are (Regulations on Petition Work, art. 28 and 30).

Behind it are a leader and whoever ever was their secretary; whoever ever worked for a department, or for a unit under it. The room above
adds what it knows to `ALSO`: a booking may have become a case that complains of more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from reception.models.people import Department, Leader, RoleGrant, User
from reception.roles import UNIT_ROLES, Role

# What else hides a booking from a person on a day; as a condition on bookings.
ALSO: list[Callable[[User, date], Q]] = []
# Numbers and persons (uid of the vault) that a person must not meet in the journal or the messages, beside those of bookings.
NUMBERS: list[Callable[[User, date], Any]] = []
PEOPLE: list[Callable[[User, date], Any]] = []


@dataclass(frozen=True)
class Accused:
    """Whose complaints a person is kept from: ids of leaders and of departments."""

    leaders: tuple[int, ...]
    departments: tuple[int, ...]

    @property
    def accusing(self) -> Q:
        """A condition on rows with `accused_leader` and `accused_department`: what complains of one of them."""
        found = Q(pk__in=[])
        if self.leaders:
            found |= Q(accused_leader__in=self.leaders)
        if self.departments:
            found |= Q(accused_department__in=self.departments)
        return found

    @property
    def unaccusing(self) -> Q:
        """All others. Not the denial of the above: null is nobody, and nobody is not accused."""
        found = Q()
        if self.leaders:
            found &= Q(accused_leader__isnull=True) | ~Q(accused_leader__in=self.leaders)
        if self.departments:
            found &= Q(accused_department__isnull=True) | ~Q(accused_department__in=self.departments)
        return found


def accused(user: User) -> Accused:
    """The person as a leader, the leaders they ever served, the units they ever worked for, and the units above those."""
    grants = list(RoleGrant.objects.filter(user=user).values_list("role", "leader", "department"))
    leaders = {leader for role, leader, _unit in grants if leader and role == Role.SECRETARY.value}
    leaders |= set(Leader.objects.filter(user=user).values_list("pk", flat=True))
    units = {unit for role, _leader, unit in grants if unit and role in UNIT_ROLES}
    return Accused(tuple(sorted(leaders)), tuple(sorted(_with_superiors(units) if units else units)))


def _with_superiors(units: set[int]) -> set[int]:
    above = dict(Department.objects.order_by().values_list("pk", "superior"))
    found: set[int] = set()
    while units:
        found |= units
        units = {superior for unit in units if (superior := above.get(unit))} - found
    return found
