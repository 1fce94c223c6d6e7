"""Two officers at once: one is first, the other is told; nothing is done twice, and no clock runs twice."""

import threading
import uuid

import pytest
from django.db import connection

from petitions.actions import cases, handling, proposals, referrals, screening
from petitions.models import Case, Deadline, Document, Ground, Proposal, Referral
from reception import scope
from reception.errors import MovedOn, Refused
from reception.models import Identity
from tests.petitions.referring import AT, TODAY, do, now, received, screened, transfer, unit
from tests.reception import bookers, builders


@pytest.fixture
def office(committed_db):
    return builders.bureau()


def at_once(*deeds):
    """Do them in as many threads, all starting together; what each got, a result or a refusal."""
    gate, got = threading.Barrier(len(deeds)), []

    def run(deed):
        try:
            gate.wait(10)
            got.append(deed())
        except Exception as error:  # noqa: BLE001  whatever it is, is the result
            got.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return got


def refusals(got):
    failed = [one for one in got if isinstance(one, Exception)]
    assert all(isinstance(one, Refused) for one in failed), failed
    return failed


def test_two_clerks_refer_one_case_and_the_second_is_told_where_it_stands(office):
    housing, labour = unit(office), unit(office, "D05", "人社局")
    case = screened(office)
    got = at_once(
        lambda: transfer(office, case, housing),
        lambda: transfer(office, case, labour),
        lambda: do(office, screening.resolve, case, result="已修好。", is_signed=True),
    )
    failed = refusals(got)
    assert len(failed) == 2
    assert all(isinstance(one, MovedOn) for one in failed)
    with scope.county(office.county):
        assert case.steps.count() == 3
        assert Referral.objects.count() <= 1
        assert Document.objects.count() <= 1


def test_two_officers_accept_and_one_handling_period_runs(office):
    housing = unit(office)
    case = screened(office)
    transfer(office, case, housing)
    got = at_once(*[lambda by=by: do(office, handling.accept, case, by=by, on=TODAY) for by in (housing.officer, housing.head)])
    assert len(refusals(got)) == 1
    with scope.county(office.county):
        assert [clock.kind for clock in Deadline.objects.running()] == ["D5"]
        assert Document.objects.filter(kind="acceptance").count() == 1


def test_without_the_lock_both_would_have_begun(office, monkeypatch):
    """With the guard off the table of steps still lets in only one; the other is not told in words."""
    housing = unit(office)
    case = screened(office)
    gate = threading.Barrier(2)

    def unlocked(row):
        found = Case.objects.get(pk=row.pk)
        gate.wait(10)
        return found

    monkeypatch.setattr(cases, "locked", unlocked)
    got = at_once(*[lambda: transfer(office, case, housing)] * 2)
    failed = [one for one in got if isinstance(one, Exception)]
    assert len(failed) == 1
    assert not isinstance(failed[0], Refused)


def test_two_chiefs_sign_and_one_notice_goes_out(office):
    from reception.roles import Role

    second = builders.user("chief-two", office.county, Role.CHIEF)
    case = screened(office)
    asked = do(office, screening.ask_not_to_accept, case, ground=Ground.COURT, reason="已有判决。")

    def sign(by):
        with scope.county(office.county):
            return proposals.sign(proposal=Proposal.objects.get(pk=asked.pk), county=office.county, by=by, at=AT)

    got = at_once(lambda: sign(office.chief), lambda: sign(second))
    assert [type(one) for one in refusals(got)] == [MovedOn]
    assert now(office, case).status == "not_accepted"
    with scope.county(office.county):
        assert list(Document.objects.values_list("kind", "n")) == [("non_acceptance", 1)]


def test_a_form_sent_twice_at_once_is_one_case_one_code_and_one_identity(office):
    bookers.topic(office)
    key, said = uuid.uuid4(), received(office)

    def register():
        with scope.county(office.county):
            return cases.register(said=said, key=key, county=office.county, by=office.clerk, at=AT)

    got = at_once(register, register, register)
    assert refusals(got) == []
    assert len({(one.case.pk, one.code) for one in got}) == 1
    with scope.county(office.county):
        assert (Case.objects.count(), Identity.objects.count()) == (1, 1)


def test_two_assignments_at_once_are_one(office):
    housing = unit(office)
    case = screened(office)
    from tests.petitions.referring import task

    deed = lambda: do(office, referrals.assign, case, tasks=(task(housing),), received_on=TODAY)  # noqa: E731
    assert len(refusals(at_once(deed, deed))) == 1
    with scope.county(office.county):
        assert sorted(clock.kind for clock in Deadline.objects.running()) == ["D11", "D3", "D4"]
