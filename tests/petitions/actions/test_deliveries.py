"""T19: how documents arrive, and the petitioner's own time limits that begin with it."""

from datetime import date

import pytest

from petitions.actions import deliveries
from petitions.models import Delivery, DeliveryWay, Document, Kind
from reception import scope
from reception.errors import Forbidden, MovedOn, Refused
from tests.petitions import lives, referring
from tests.petitions.lives import D7_ENDS, DELIVERED, handed, life


def test_delivery_starts_the_time_for_a_review_on_the_day_of_receipt(office):
    case = life(office).issued()
    assert case.changed(deliveries.deliver, by=case.unit.officer, on=date(2026, 2, 10), handed=handed()) == {
        "status": "delivered",
        "clocks": {"D7": D7_ENDS},
        "steps": ["deliver"],
        "documents": ["delivery_slip"],
        "journal": ["case.deliver", "document.issue"],
    }
    with scope.county(office.county):
        row, slip = Delivery.objects.get(), Document.objects.get(kind="delivery_slip")
    assert (row.way, row.delivered_on, row.proof) == ("handed", DELIVERED, "送达回证，本人签名")
    assert slip.said["remedy"] == {
        "body": "澄河县人民政府",
        "until": "2026-03-06",
        "text": slip.said["remedy"]["text"],
    }
    assert slip.issuer_id == case.unit.department.pk
    assert not slip.for_petitioner


@pytest.mark.parametrize(
    ("received", "last"),
    [
        # Thirty days later is a Sunday and a Saturday: the right rolls to the next working day.
        (date(2026, 2, 6), date(2026, 3, 9)),
        (date(2026, 2, 5), date(2026, 3, 9)),
        (date(2026, 2, 4), date(2026, 3, 6)),
        # 2 April, whose thirtieth day is in the holiday of May: 1 to 5 May; the first working day is the 6th.
        (date(2026, 4, 2), date(2026, 5, 6)),
    ],
)
def test_the_last_day_rolls_forward_to_a_working_day(office, received, last):
    case = life(office).issued()
    case.do(deliveries.deliver, by=case.unit.officer, on=date(2026, 4, 10), handed=handed(received))
    assert case.facts["clocks"]["D7"] == last


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"on": date(2026, 2, 2)}, "送达日期应在文书出具之日 2026-02-03 至今天 2026-02-10"),
        ({"on": date(2026, 2, 11)}, "至今天 2026-02-10"),
        ({"proof": " "}, "请写明送达的证明"),
    ],
)
def test_a_day_that_cannot_be_and_no_proof_are_refused(office, change, words):
    case = life(office).issued()
    before = case.facts
    with pytest.raises(Refused, match=words):
        case.do(deliveries.deliver, by=case.unit.officer, on=date(2026, 2, 10), handed=handed(**{"on": DELIVERED, **change}))
    assert case.facts == before


def test_only_the_lead_unit_delivers_and_only_what_was_issued_and_once(office):
    case = life(office)
    with pytest.raises(MovedOn):
        case.deliver()
    case.issued()
    for person in (office.clerk, case.reviewer, referring.unit(office, "D03", "人社局").officer):
        with pytest.raises(Forbidden):
            case.do(deliveries.deliver, by=person, on=DELIVERED, handed=handed())
    case.deliver()
    with pytest.raises(MovedOn):
        case.deliver()


def test_a_reply_to_a_suggestion_arrives_without_a_word_about_reviews(office):
    case = life(office, kind=Kind.SUGGESTION).draft(words=lives.reply()).check().issue().deliver()
    with scope.county(office.county):
        slip = Document.objects.get(kind="delivery_slip")
    assert case.facts["status"] == "delivered"
    assert "remedy" not in slip.said


def test_other_documents_arrive_too_entered_by_whoever_sent_them_or_the_bureau(office):
    case = life(office)
    with scope.county(office.county):
        notice, transfer = Document.objects.get(kind="acceptance"), Document.objects.get(kind="transfer")
        assert deliveries.undelivered(case.case) == [notice]

    def record(document, by, **more):
        with scope.county(office.county):
            return deliveries.record(
                document=document, handed=handed(**more), county=office.county, by=by, at=lives.moment(date(2026, 2, 5))
            )

    with pytest.raises(Forbidden):
        record(notice, referring.unit(office, "D03", "人社局").officer)
    with pytest.raises(Refused, match="不是给信访人的"):
        record(transfer, office.clerk)
    before = case.facts
    record(notice, case.unit.officer, way=DeliveryWay.REGISTERED_MAIL)
    after = case.facts
    assert after["journal"] == [*before["journal"], "document.deliver"]
    assert {**after, "journal": 0} == {**before, "journal": 0}
    with pytest.raises(MovedOn, match="已经登记过送达"):
        record(notice, office.clerk)
    with scope.county(office.county):
        assert deliveries.undelivered(case.case) == []
    case.issued()
    with scope.county(office.county):
        opinion = Document.objects.get(kind="opinion")
    with pytest.raises(Refused, match="请用“送达”办理"):
        record(opinion, office.clerk)
