"""What proves that a document reached the petitioner: on which day, how, by what. The petitioner's own time limits begin with that day.

Source: Regulations on Petition Work, art. 34 (told in writing), 35 (thirty days from the receipt of the opinion), 36 (of the review's).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from petitions import wording
from petitions.actions import cases, clocks, documents, materials, opinions, units
from petitions.actions.materials import Named
from petitions.models import Case, CaseStep, Delivery, DeliveryWay, Document, DocumentKind, MaterialKind, Opinion, Review
from petitions.models.reviews import Level
from petitions.workflow import Action, Status
from reception.actions import journal
from reception.actions.permissions import require
from reception.errors import MovedOn, Refused
from reception.models import County, Department, User
from reception.roles import permits

REVIEWS = (DocumentKind.REVIEW, DocumentKind.REREVIEW)


@dataclass(frozen=True)
class Handed:
    """How a document reached the petitioner. `proof` says what proves it: a signed slip, a registered letter's number."""

    way: DeliveryWay
    on: date
    proof: str


def deliver(*, case: Case, handed: Handed, county: County, by: User, at: datetime, files: Sequence[Named] = ()) -> Delivery:
    """T19: the opinion reached the petitioner; D7 begins with the day of receipt. `files` show the proof.

    Raises `Refused` for a day that can't be.
    """
    case = cases.locked(case)
    cases.refuse_unless(case.status == Status.OPINION_ISSUED, case, Action.DELIVER)
    referral = units.own_referral(case=case, permission="case.handle", county=county, by=by, at=at)
    opinion = opinions.current(case)
    assert opinion is not None
    assert opinion.document is not None
    _possible(opinion.document, handed, county, at)
    facts = {"way": handed.way.value, "on": handed.on.isoformat()}
    step = cases.move(case, Action.DELIVER, county=county, by=by, at=at, on=handed.on, facts=facts)
    # Only an opinion can be reviewed: a reply to a suggestion and an agreement can't, and no such time runs for them.
    if opinion.remedy_body:
        clocks.start(step=step, kind="D7", on=handed.on, county=county)
    made = _keep(opinion.document, case, handed, files, county, by, at)
    body = opinion.remedy_body
    _slip(
        opinion.document,
        handed,
        body,
        clocks.last_day(case, "D7") if body else None,
        county,
        by,
        at,
        step=step,
        issuer=referral.department,
    )
    return made


def record(*, document: Document, handed: Handed, county: County, by: User, at: datetime, files: Sequence[Named] = ()) -> Delivery:
    """The proof for any other document that is for the petitioner; D9 begins with the day on which a review's opinion was received.

    Of the opinion of a review or re-review a slip is kept, as of the case's own.

    By the unit that issued it, the reviewer, or the bureau. Raises `Refused` for the opinion of a case, which `deliver` is for.
    """
    assert document.case is not None
    case = cases.locked(document.case)
    _may_record(document, county, by, at)
    if document.kind == DocumentKind.OPINION:
        raise Refused(_("处理意见书请用“送达”办理：申请复查的期限从送达起算。"))
    if not document.for_petitioner:
        raise Refused(_("这份文书不是给信访人的，不需要送达。"))
    _possible(document, handed, county, at)
    made = _keep(document, case, handed, files, county, by, at)
    # Not for one that set the opinion aside, whose case is in another round by now.
    stands = Review.objects.filter(document=document, level=Level.REVIEW, opinion__referral__round=case.round).exists()
    if stands and case.status == Status.REVIEW_DECIDED and document.step is not None:
        clocks.start(step=document.step, kind="D9", on=handed.on, county=county)
    if document.kind in REVIEWS:
        body = document.said.get("remedy", {}).get("body", "")
        until = clocks.last_day(case, "D9") if stands else None
        _slip(document, handed, body, until, county, by, at, step=document.step, issuer=document.issuer)
    facts = {"kind": document.kind, "year": document.year, "n": document.n, "way": handed.way.value, "on": handed.on.isoformat()}
    journal.record(act="document.deliver", object=f"case {case.number}", by=by, at=at, facts=facts)
    return made


def undelivered(case: Case) -> list[Document]:
    """The documents for the petitioner of which nobody has entered how they arrived, the oldest first; the case's opinion aside."""
    rows = [row for row in case.documents.all() if row.for_petitioner and row.kind != DocumentKind.OPINION]
    return sorted((row for row in rows if not hasattr(row, "delivery")), key=lambda row: (row.issued_on, row.pk))


def of_opinion(opinion: Opinion) -> Delivery | None:
    """How an opinion arrived; None while it has not."""
    return getattr(opinion.document, "delivery", None)


def _possible(document: Document, handed: Handed, county: County, at: datetime) -> None:
    if Delivery.objects.filter(document=document).exists():
        raise MovedOn(_("这份文书已经登记过送达。请刷新页面查看。"))
    today = at.astimezone(county.zone).date()
    if not document.issued_on <= handed.on <= today:
        raise Refused(_("送达日期应在文书出具之日 %(first)s 至今天 %(last)s 之间。") % {"first": document.issued_on, "last": today})
    if not handed.proof.strip():
        raise Refused(_("请写明送达的证明，例如“送达回证，本人签名”或挂号信的编号。"))


def _keep(
    document: Document, case: Case, handed: Handed, files: Sequence[Named], county: County, by: User, at: datetime
) -> Delivery:
    kept = materials.keep(case=case, kind=MaterialKind.PROOF, files=files, county=county, by=by, at=at)
    made: Delivery = Delivery.objects.create(
        document=document,
        case=case,
        way=handed.way.value,
        delivered_on=handed.on,
        proof=handed.proof.strip()[:300],
        material=kept[0] if kept else None,
        by=by,
        at=at,
    )
    return made


def _slip(
    document: Document,
    handed: Handed,
    body: str,
    until: date | None,
    county: County,
    by: User,
    at: datetime,
    *,
    step: CaseStep | None,
    issuer: Department | None,
) -> None:
    """The slip that says how a document arrived, and whom, where there is somebody, one may ask next and until when."""
    assert document.case is not None
    said = wording.delivery_slip(
        case=document.case,
        county=county,
        document=document,
        way=handed.way.value,
        delivered_on=handed.on,
        proof=handed.proof,
        body=body,
        until=until,
    )
    on, case = at.astimezone(county.zone).date(), document.case
    kind = DocumentKind.DELIVERY_SLIP
    documents.issue(kind=kind, said=said, on=on, county=county, by=by, at=at, case=case, step=step, issuer=issuer)


def _may_record(document: Document, county: County, by: User, at: datetime) -> None:
    require("case.deliver", county=county, by=by, at=at)
    held = by.roles(on=at.astimezone(county.zone).date())
    if document.kind in REVIEWS and permits(held, "case.review"):
        return
    if document.issuer is not None and not permits(held, "case.check"):
        units.works_for(document.issuer, "case.handle", county=county, by=by, at=at)
        return
    require("case.check", county=county, by=by, at=at)
