"""Which unit a case may go to, and who decides where two units both say that it is not theirs.

Source: Regulations on Petition Work, art. 24 (several bodies: agree, else their common superior decides), art. 28 (stepping back),
art. 30 (never to the person or unit accused).
"""

from datetime import date

from django.utils.translation import gettext as _

from petitions.models import Case
from reception.errors import Refused
from reception.models import Department, DepartmentKind, RoleGrant
from reception.roles import Role


def allow(case: Case, department: Department, *, on: date) -> None:
    """Raises `Refused` where a unit may not have the case: it is accused, belongs to who is, or has no head but the one accused."""
    if case.accused_department_id in {unit.pk for unit in chain(department)}:
        raise Refused(
            _(
                "“%(name)s”是信访人所反映的单位或其下属单位，不能转送、交办（《信访工作条例》第三十条）。请选择其上级或其他有权处理的单位。"
            )
            % {"name": department.name}
        )
    heads = set(
        RoleGrant.objects.filter(role=Role.DEPARTMENT_HEAD.value, department=department).on(on).values_list("user", flat=True)
    )
    if heads and heads <= accused_people(case):
        raise Refused(
            _("“%(name)s”的负责人就是信访人所反映的人，不能转送、交办给该单位。请选择其上级或其他有权处理的单位。")
            % {"name": department.name}
        )


def accused_people(case: Case) -> set[int]:
    """The accounts of whoever the case complains of."""
    found = {case.accused_user_id, case.accused_leader.user_id if case.accused_leader else None}
    return {pk for pk in found if pk is not None}


def chain(department: Department) -> list[Department]:
    """The unit and those above it, the nearest first."""
    found = [department]
    while found[-1].superior is not None and found[-1].superior not in found:
        found.append(found[-1].superior)
    return found


def common_superior(case: Case, one: Department, other: Department) -> Department | None:
    """Who decides between two units: the nearest unit above both, else the joint meeting's office, else the government's office.

    Never the one accused. None where the county has no such unit; the bureau decides then.
    """
    above = {unit.pk for unit in chain(other)[1:]}
    shared = [unit for unit in chain(one)[1:] if unit.pk in above]
    offices = list(Department.objects.filter(kind__in=(DepartmentKind.JOINT_MEETING, DepartmentKind.GOVERNMENT_OFFICE)))
    offices.sort(key=lambda unit: (unit.kind != DepartmentKind.JOINT_MEETING, unit.code))
    return next((unit for unit in [*shared, *offices] if unit.pk != case.accused_department_id), None)
