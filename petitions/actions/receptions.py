"""A reception is over: its minutes are written, and it makes or joins a case. A correction is a new version, never a change.

Source: Regulations on Petition Work, art. 19 (what is said is written down by staff), art. 22 (registered within fifteen days of
receipt), art. 30 (never passed to whom it accuses); samples of registration forms of leaders' receptions.
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from petitions import terms
from petitions.actions import cases
from petitions.likeness import ALIKE, likeness
from petitions.models import Case, Decision, Ground, Kind, Minutes, Task
from petitions.workflow import RUNNING, Action
from reception.actions import booking_steps, bookings, journal, proofs
from reception.actions.candidates import receives
from reception.actions.permissions import require
from reception.errors import MovedOn, Refused
from reception.models import Booking, BookingState, County, Department, Leader, User
from reception.models.calendar import work_calendar

ACTIONS: Mapping[str, Action] = {
    Decision.RESOLVED_ON_SPOT: Action.RESOLVE_ON_SPOT,
    Decision.GUIDED: Action.GUIDE,
    Decision.NOT_ACCEPTED: Action.NOT_ACCEPT,
}


@dataclass(frozen=True)
class Assigned:
    """What one department shall do by a day, the day included."""

    department: Department
    deliverable: str
    due_on: date
    is_lead: bool = False


@dataclass(frozen=True)
class Account:
    """What the minutes say. Texts come clean and within their lengths; `kind` may be left open for what is instructed."""

    asked: str
    said: str
    decision: Decision
    begun_at: datetime
    ended_at: datetime
    read_back: bool
    kind: Kind | None = None
    ground: Ground | None = None
    path: str = ""
    present: str = ""
    tasks: tuple[Assigned, ...] = field(default=())


@dataclass(frozen=True)
class Earlier:
    """An earlier case of the same person: how alike its matter is, and whether it can still be joined."""

    case: Case
    likeness: float
    is_open: bool

    @property
    def is_alike(self) -> bool:
        return self.likeness >= ALIKE


def conclude(
    *, booking: Booking, account: Account, key: uuid.UUID, county: County, by: User, at: datetime, joins: Case | None = None
) -> Minutes:
    """Write the first version of a reception's minutes, and register its case; with `joins`, merge it into that running case.

    The same form sent again gives the same minutes. Raises `Refused` for what can't be so, and `MovedOn` for a reception that is
    concluded already, or of someone who was neither called nor received.
    """
    require("minutes.record", county=county, by=by, at=at)
    _may_know(booking, by, at.astimezone(county.zone).date())
    row = booking_steps.locked(booking)
    # Asked once the booking is locked: of two clicks at once, the second finds what the first has written.
    known = _sent_before(key, booking, account)
    if known:
        return known
    if Minutes.objects.filter(booking=row).exists():
        raise MovedOn(_("这次接访已经有记录了（可能是另一个窗口刚刚保存的）。要改请用“更正”。"))
    # The hall's "received", and what was entered from paper, come before the minutes; without them the minutes say so.
    is_received = row.state == BookingState.RECEIVED
    if not is_received:
        booking_steps.possible(row, "receive")
    leader = receives(row.sitting)
    main = _main(joins, row, by, at.astimezone(county.zone).date())
    received_on = _checked(account, row, main, leader, county, at)
    if account.kind is None and (account.decision != Decision.INSTRUCTED or main is not None):
        raise Refused(_("请选择性质（建议意见、检举控告或申诉求决）。"))
    try:
        with transaction.atomic():
            if not is_received:
                bookings.change(row, "receive", county=county, by=by, at=at)
            case = cases.register_from(booking=row, received_on=received_on, county=county, by=by, at=at)
            if account.kind is not None:
                cases.screen(case=case, kind=account.kind, county=county, by=by, at=at)
            if main is not None:
                cases.merge(case=case, into=main, county=county, by=by, at=at)
            if main is not None and main.kind is None and account.kind is not None:
                cases.screen(case=main, kind=account.kind, county=county, by=by, at=at)
            _decide(main or case, account, leader, received_on, county=county, by=by, at=at)
            minutes = _written(row, case, account, key, leader, by=by, at=at)
    except IntegrityError as error:
        raise MovedOn(_("这次接访刚刚有了新的记录。请刷新页面查看。")) from error
    return minutes


def correct(*, minutes: Minutes, account: Account, reason: str, key: uuid.UUID, county: County, by: User, at: datetime) -> Minutes:
    """Write a new version that points to the last one, with the reason. The earlier versions stay as they were.

    Another decision is possible as long as the case's state allows it. Raises `Refused` without a reason or without any change, and
    `MovedOn` when `minutes` is not the last version any more.
    """
    require("minutes.correct", county=county, by=by, at=at)
    _may_know(minutes.booking, by, at.astimezone(county.zone).date())
    row = booking_steps.locked(minutes.booking)
    known = _sent_before(key, row, account)
    if known:
        return known
    last = Minutes.objects.filter(booking=row).order_by("-version")[0]
    if last.pk != minutes.pk:
        raise MovedOn(_("这份记录刚刚有了第 %(version)d 版。请打开最新一版再更正。") % {"version": last.version})
    if not reason.strip():
        raise Refused(_("请写明更正的理由。原来的版本会保留。"))
    received_on = _checked(account, row, last.case.joins, last.leader, county, at)
    if contents(last) == said(account):
        raise Refused(_("没有改动，不需要更正。"))
    if received_on != last.case.received_on:
        raise Refused(_("收到日期不能更正：期限已从 %(day)s 起算。") % {"day": last.case.received_on})
    case = cases.locked(last.case)
    subject = cases.locked(case.joins) if case.joins else case
    try:
        with transaction.atomic():
            if account.decision != last.decision:
                _redecide(subject, account, last, received_on, county=county, by=by, at=at)
            fresh = _written(row, case, account, key, last.leader, by=by, at=at, corrects=last, reason=reason.strip())
    except IntegrityError as error:
        raise MovedOn(_("这次接访刚刚有了新的记录。请刷新页面查看。")) from error
    return fresh


def earlier(booking: Booking, user: User, *, on: date) -> list[Earlier]:
    """Earlier cases of the same person, or of one of those who come with them, the most alike first."""
    people = {booking.person_index, *booking.representatives.values_list("identity__person_index", flat=True)}
    # A destroyed identity is nobody's.
    rows = Case.objects.visible_to(user, on=on).filter(identity__person_index__in=people - {"0" * 24}).exclude(booking=booking)
    found = [
        Earlier(case, likeness(case.matter + case.wish, booking.matter + booking.wish), case.status in RUNNING)
        for case in rows.filter(joins=None).select_related("topic")
    ]
    return sorted(found, key=lambda one: (-one.likeness, -one.case.pk))


def said(account: Account) -> dict[str, Any]:
    """What an account says, in a form that can be hashed and compared."""
    return {
        "asked": account.asked,
        "said": account.said,
        "decision": str(account.decision),
        "ground": str(account.ground or ""),
        "path": account.path,
        "present": account.present,
        "begun_at": journal.moment(account.begun_at),
        "ended_at": journal.moment(account.ended_at),
        "read_back": account.read_back,
        "tasks": [
            [task.department.code, task.is_lead, task.deliverable, task.due_on.isoformat()] for task in _in_order(account.tasks)
        ],
    }


def contents(minutes: Minutes) -> dict[str, Any]:
    """What a version says, as `said` gives it."""
    return {
        "asked": minutes.asked,
        "said": minutes.said,
        "decision": minutes.decision,
        "ground": minutes.ground,
        "path": minutes.path,
        "present": minutes.present,
        "begun_at": journal.moment(minutes.begun_at),
        "ended_at": journal.moment(minutes.ended_at),
        "read_back": minutes.read_back,
        "tasks": [
            [task.department.code, task.is_lead, task.deliverable, task.due_on.isoformat()]
            for task in minutes.tasks.select_related("department").order_by("position")
        ],
    }


def seal(minutes: Minutes, content: Mapping[str, Any]) -> str:
    """What the hash of a version must be: over all it says, who wrote it, and the hash of the version before."""
    return journal.digest(
        {
            "number": minutes.booking.number,
            "version": minutes.version,
            "previous": minutes.corrects.hash if minutes.corrects else None,
            "leader": minutes.leader.code,
            "recorded_by": minutes.recorded_by.username,
            "recorded_at": journal.moment(minutes.recorded_at),
            "reason": minutes.reason,
            **content,
        }
    )


def faults() -> Iterator[str]:
    """Versions of the county in scope that are not what their hash says, or not those that the journal tells of."""
    rows = Minutes.objects.select_related("booking", "case", "corrects", "leader", "recorded_by").order_by("booking", "version")
    kept = []
    for row in rows:
        if row.hash != seal(row, contents(row)):
            yield f"minutes: {row.booking.number} version {row.version} was changed"
        kept.append((f"case {row.case.number}", row.hash))
    yield from proofs.against("minutes", ("minutes.record", "minutes.correct"), "hash", kept)


def _may_know(booking: Booking, by: User, on: date) -> None:
    if not Booking.objects.unaccusing(by, on=on).filter(pk=booking.pk).exists():
        raise Refused(_("这一来访与您有关联，应当回避，不能由您记录。"))


def _sent_before(key: uuid.UUID, booking: Booking, account: Account) -> Minutes | None:
    known: Minutes | None = Minutes.objects.filter(key=key).first()
    if known and (known.booking_id != booking.pk or contents(known) != said(account)):
        raise MovedOn(_("这份表格已经提交过，内容与这次不同。请打开已保存的记录，用“更正”修改。"))
    return known


def _checked(account: Account, booking: Booking, main: Case | None, leader: Leader, county: County, at: datetime) -> date:
    """The day of receipt. Raises `Refused` with what is missing or can't be."""
    accusing: list[Booking | Case] = [booking, main] if main else [booking]
    if leader.pk in {one.accused_leader_id for one in accusing}:
        raise Refused(_("这次接访的领导是来访人所反映的领导，应当回避。请先办理替代接访，再记录。"))
    if not account.asked.strip() or not account.said.strip():
        raise Refused(_("请写明来访人反映了什么、领导怎样答复。"))
    if account.ended_at < account.begun_at:
        raise Refused(_("结束时间不能早于开始时间。"))
    if account.ended_at > at:
        raise Refused(_("结束时间还没有到。请填写实际时间。"))
    received_on: date = account.begun_at.astimezone(county.zone).date()
    if received_on != booking.day:
        raise Refused(_("开始时间应在接访日 %(day)s 当天。") % {"day": booking.day})
    if (account.decision == Decision.NOT_ACCEPTED) != (account.ground is not None):
        raise Refused(_("不予受理的，请从列表中选择理由；其他决定不填不予受理的理由。"))
    if (account.decision == Decision.GUIDED) != bool(account.path.strip()):
        raise Refused(_("引导法定途径的，请写明向哪里、怎样、在什么期限内提出；其他决定不填途径。"))
    _tasks_possible(account, {one.accused_department_id for one in accusing}, received_on, county)
    return received_on


def _tasks_possible(account: Account, accused: set[int | None], received_on: date, county: County) -> None:
    if account.decision != Decision.INSTRUCTED:
        if account.tasks:
            raise Refused(_("只有批示交办才指定承办单位。请删去承办单位，或把决定改为批示交办。"))
        return
    if sum(task.is_lead for task in account.tasks) != 1:
        raise Refused(_("批示交办应当指定一个牵头单位，其余为协办单位。"))
    if len({task.department.pk for task in account.tasks}) != len(account.tasks):
        raise Refused(_("同一个单位不能重复指定。"))
    limit = terms.latest_for_task(received_on, work_calendar(county))
    for task in account.tasks:
        if task.department.pk in accused:
            raise Refused(_("“%(name)s”是来访人所反映的部门，不能承办。请指定其他单位。") % {"name": task.department.name})
        if not task.deliverable.strip():
            raise Refused(_("请写明“%(name)s”要办什么。") % {"name": task.department.name})
        if not received_on <= task.due_on <= limit.due:
            raise Refused(
                _("“%(name)s”的办结时限应在 %(first)s 至 %(last)s 之间：不超过自接访次日起 %(days)d 日（%(article)s）。")
                % {
                    "name": task.department.name,
                    "first": received_on,
                    "last": limit.due,
                    "days": limit.term.amount,
                    "article": limit.term.article,
                }
            )


def _main(joins: Case | None, booking: Booking, by: User, on: date) -> Case | None:
    """The running case to join, locked. Raises `Refused` where it is another person's, or not running."""
    if joins is None:
        return None
    if joins.pk not in {one.case.pk for one in earlier(booking, by, on=on)}:
        raise Refused(_("只能并入同一来访人的事项。"))
    main = cases.locked(joins)
    if main.status not in RUNNING:
        raise Refused(
            _("%(number)s 现在是“%(state)s”，已有结果，不能并入。请登记为新的事项。")
            % {"number": main.number, "state": main.get_status_display()}
        )
    return main


def _decide(case: Case, account: Account, leader: Leader, received_on: date, *, county: County, by: User, at: datetime) -> None:
    """T3, T4, T7 where the minutes say so; what is instructed stays with the bureau's screening, with its tasks."""
    action = ACTIONS.get(account.decision)
    if action is None:
        return
    facts = {"ground": str(account.ground)} if account.ground else {}
    cases.move(
        case,
        action,
        county=county,
        by=by,
        at=at,
        on=received_on,
        acting_for=f"leader {leader.code}",
        reason=account.path,
        facts=facts,
    )


def _redecide(case: Case, account: Account, last: Minutes, received_on: date, *, county: County, by: User, at: datetime) -> None:
    """Another decision: only for a case that still waits for one. What was told the citizen as an outcome is not taken back here."""
    if last.decision != Decision.INSTRUCTED or case.status not in RUNNING:
        raise Refused(
            _("这一事项已按“%(decision)s”处理，记录里的决定不能改。事项要重新办理的，请来访人重新提出，或按复查程序办理。")
            % {"decision": last.get_decision_display()}
        )
    if case.kind is None:
        if account.kind is None:
            raise Refused(_("请选择性质（建议意见、检举控告或申诉求决）。"))
        cases.screen(case=case, kind=account.kind, county=county, by=by, at=at)
    _decide(case, account, last.leader, received_on, county=county, by=by, at=at)


def _written(
    booking: Booking,
    case: Case,
    account: Account,
    key: uuid.UUID,
    leader: Leader,
    *,
    by: User,
    at: datetime,
    corrects: Minutes | None = None,
    reason: str = "",
) -> Minutes:
    minutes = Minutes(
        key=key,
        booking=booking,
        case=case,
        version=corrects.version + 1 if corrects else 1,
        corrects=corrects,
        reason=reason,
        leader=leader,
        asked=account.asked,
        said=account.said,
        decision=account.decision,
        ground=account.ground or "",
        path=account.path,
        present=account.present,
        begun_at=account.begun_at,
        ended_at=account.ended_at,
        read_back=account.read_back,
        recorded_by=by,
        recorded_at=at,
    )
    minutes.hash = seal(minutes, said(account))
    minutes.save(force_insert=True)
    for position, task in enumerate(_in_order(account.tasks), start=1):
        Task.objects.create(
            minutes=minutes,
            position=position,
            department=task.department,
            is_lead=task.is_lead,
            deliverable=task.deliverable,
            due_on=task.due_on,
        )
    journal.record(
        act="minutes.correct" if corrects else "minutes.record",
        object=f"case {case.number}",
        by=by,
        at=at,
        acting_for=f"leader {leader.code}",
        facts={"version": minutes.version, "hash": minutes.hash, "decision": str(account.decision)},
    )
    return minutes


def _in_order(tasks: tuple[Assigned, ...]) -> list[Assigned]:
    """The lead first, the others as they were named."""
    return sorted(tasks, key=lambda task: not task.is_lead)
