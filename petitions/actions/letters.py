"""The form on the net on its way: what was typed and the files, sealed for the one browser that fills it in, until it is sent once.

It is kept as a booking's form is, but is none of them: its browser and its network are known by other fingerprints. The form's `uid` is
the key of the case, so whatever is sent twice is one case.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.utils.translation import gettext as _

from petitions.actions import cases, received
from petitions.actions.received import Receipt, Received
from petitions.models import Case, WayIn
from reception import materials as drawn
from reception.actions import drafts, uploads
from reception.actions.drafts import KEPT, RECEIPT_KEPT, Contents
from reception.actions.identities import Person
from reception.actions.permissions import require
from reception.errors import MovedOn, Refused
from reception.models import County, Department, Draft, Leader, Topic, Upload, User

log = structlog.get_logger(__name__)
# So many forms at most are begun or sent from one network within an hour; a village shares one connection.
MOST_FROM_ONE_NETWORK = 20
AN_HOUR = timedelta(hours=1)


def start(*, typed: Contents, secret: str, network: str, county: County, by: User, at: datetime) -> Draft:
    """A new form with what was typed, for the browser that has `secret` in its cookie. Raises `Refused` to a network that floods."""
    require("booking.own", county=county, by=by, at=at)
    print_of = drafts.fingerprint(f"letter {network}", county=county) if network else ""
    if print_of and Draft.objects.filter(network=print_of, started_at__gt=at - AN_HOUR).count() >= MOST_FROM_ONE_NETWORK:
        log.warning("letter refused: too many from one network", county=county.slug)
        raise Refused(
            _(
                "从您所在的网络一小时内提交的信较多，暂时不能在网上提交。填好的内容请先自己留一份，过一会儿再试，或者来电、寄信、到窗口。"
            )
        )
    row = Draft(owner=_owner(secret, county), network=print_of, started_at=at, expires_at=at + KEPT)
    drafts.keep(row, typed, county, at)
    return row


def find(*, uid: uuid.UUID, secret: str, county: County, at: datetime) -> Draft | None:
    """The form of a browser; None for another's, and for one whose time is over."""
    found: Draft | None = Draft.objects.filter(uid=uid, owner=_owner(secret, county), expires_at__gt=at).first()
    return found


def write(*, draft: Draft, typed: Contents, county: County, by: User, at: datetime) -> None:
    """Keep what the form says now. Raises `MovedOn` for one that was sent."""
    require("booking.own", county=county, by=by, at=at)
    drafts.keep(_unsent(draft), typed, county, at)


def send(*, draft: Draft, county: County, by: User, at: datetime) -> Receipt:
    """Register the case, with the files. Sent before, it gives the same receipt. Raises `Refused`, and then all is still there."""
    require("booking.own", county=county, by=by, at=at)
    row = _locked(draft)
    known = receipt(row, county=county)
    if known is not None:
        return known
    files = list(Upload.objects.filter(draft=row).order_by("kept_at", "pk"))
    opened = [uploads.opened(file, county=county) for file in files]
    made = cases.register(
        said=_received(drafts.contents(row, county=county), at.astimezone(county.zone).date()),
        key=row.uid,
        county=county,
        by=by,
        at=at,
        files=[(file.name, drawn.Material(file.media_type, file.content)) for file in opened],
    )
    # The case has them sealed anew, as its own.
    for file in files:
        uploads.discard(file, county=county)
    row.wrapped, row.sealed, row.expires_at = None, b"", at + RECEIPT_KEPT
    row.save()
    return made


def receipt(draft: Draft, *, county: County) -> Receipt | None:
    """Number and code of a form that was sent, for the browser that sent it; None before."""
    case = Case.objects.filter(key=draft.uid).select_related("topic", "addressed_to").first()
    return Receipt(case, received.code_of(draft.uid, county)) if case else None


def give_up(*, draft: Draft, county: County, by: User, at: datetime) -> None:
    """Forget the form at once: what was typed, and the files."""
    require("booking.own", county=county, by=by, at=at)
    row = _locked(draft)
    if receipt(row, county=county) is None:
        drafts.forget(row, county)


def _unsent(draft: Draft) -> Draft:
    row = _locked(draft)
    if row.wrapped is None:
        raise MovedOn(_("这封信已经提交，不能再修改。要补充的，请凭编号来电或到窗口办理，也可以另写一封。"))
    return row


def _locked(draft: Draft) -> Draft:
    now: Draft | None = Draft.objects.select_for_update(of=("self",)).filter(pk=draft.pk).first()
    if now is None:
        raise MovedOn(_("这封信已经放弃或超时，请重新填写。"))
    return now


def _owner(secret: str, county: County) -> str:
    return drafts.fingerprint(f"letter {secret}", county=county)


def _received(typed: Contents, today: Any) -> Received:
    topic = Topic.objects.filter(code=typed["topic"]).first()
    if topic is None:
        raise Refused(_("所选的类别已调整，请重新选择。"))
    return Received(
        way_in=WayIn.WEB,
        person=Person(
            name=typed["name"],
            phone=typed["phone"],
            id_number=typed.get("id_number", ""),
            other_paper=typed.get("other_paper", ""),
            address=typed.get("address", ""),
        ),
        topic=topic,
        matter=typed["matter"],
        wish=typed["wish"],
        received_on=today,
        people=typed["people"],
        representatives=tuple(Person(name=name, phone=phone) for name, phone in typed["representatives"]),
        addressed_to=_by_code(Leader, typed.get("addressed_to")),
        accused_leader=_by_code(Leader, typed.get("accused_leader")),
        accused_department=_by_code(Department, typed.get("accused_department")),
    )


def _by_code(table: Any, code: str | None) -> Any:
    return table.objects.filter(code=code).first() if code else None
