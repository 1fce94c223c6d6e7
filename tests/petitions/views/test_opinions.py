"""The leader's look at the desk: own instructed cases only, agreed to or sent back, told when another was faster."""

from datetime import date

import pytest
from django.urls import reverse

from petitions.models import Kind, Opinion
from reception import scope
from reception.models import RoleGrant
from reception.roles import Role
from tests.petitions import lives, referring
from tests.petitions.lives import DRAFTED, moment
from tests.reception import builders

PATH = "/desk/opinions/"


@pytest.fixture
def instructed(office, clock):
    """A drafted opinion on a case that leader L5 instructed, on the day of the draft."""
    clock.move_to(moment(DRAFTED, 11))
    leader = lives.leader(office)
    return leader, lives.assigned(office, leader=leader).draft()


def text(response):
    return response.content.decode()


def test_the_leader_sees_what_waits_and_agrees(office, sign_in, instructed):
    leader, case = instructed
    browser = sign_in(leader.user)
    assert "有 1 份处理意见等您审阅" in text(browser.get("/desk/"))
    shown = browser.get(PATH)
    assert "no-store" in shown["Cache-Control"]
    for words in (case.case.number, "您的批示", "请住建局限期修好并回访。", "屋面防水层老化", "予以支持", "不予支持"):
        assert words in text(shown), words
    done = browser.post(PATH, {"case": case.case.pk, "seen": "1", "do": "agree"}, follow=True)
    assert "已审阅" in text(done)
    assert "没有等您审阅" in text(done)
    assert "份处理意见等您审阅" not in text(browser.get("/desk/"))
    with scope.county(office.county):
        assert Opinion.objects.get().seen_by_id == leader.user.pk


def test_it_is_sent_back_with_a_reason_and_not_without(office, sign_in, instructed):
    leader, case = instructed
    browser = sign_in(leader.user)
    empty = browser.post(PATH, {"case": case.case.pk, "seen": "1", "do": "send_back", "reason": " "})
    assert empty.status_code == 200
    assert referring.now(office, case.case).status == "opinion_drafted"
    browser.post(PATH, {"case": case.case.pk, "seen": "1", "do": "send_back", "reason": "请再核实面积"})
    assert referring.now(office, case.case).status == "in_handling"
    with scope.county(office.county):
        assert Opinion.objects.get().returned_reason == "请再核实面积"


def test_a_secretary_acts_for_the_leader_and_both_are_named(office, sign_in, instructed):
    leader, case = instructed
    secretary = builders.user("secretary", office.county)
    with scope.county(office.county):
        RoleGrant.objects.create(user=secretary, role=Role.SECRETARY.value, leader=leader, starts_on=date(2020, 1, 1))
    shown = sign_in(secretary).get(PATH)
    assert "代副县长戊办理" in text(shown)
    sign_in(secretary).post(PATH, {"case": case.case.pk, "seen": "1", "do": "agree"})
    with scope.county(office.county):
        assert Opinion.objects.get().seen_by_id == secretary.pk


def test_an_older_version_and_an_unknown_verb_change_nothing(office, sign_in, instructed):
    leader, case = instructed
    browser = sign_in(leader.user)
    for data in ({"seen": "0", "do": "agree"}, {"seen": "1", "do": "burn"}, {"seen": "1"}, {"do": "agree"}):
        answer = browser.post(PATH, {"case": case.case.pk, **data})
        assert answer.status_code == 200
        assert 'role="alert"' in text(answer) or "errorlist" in text(answer)
    with scope.county(office.county):
        assert Opinion.objects.get().seen_by_id is None


@pytest.mark.parametrize("odd", ["", "x", "99999999999999999999", "-1", "\0"])
def test_a_case_that_is_not_theirs_does_not_exist(office, sign_in, instructed, odd):
    leader, _case = instructed
    assert sign_in(leader.user).post(PATH, {"case": odd, "seen": "1", "do": "agree"}).status_code == 404


def test_another_leader_sees_nothing_of_it_and_nobody_else_has_the_page(office, sign_in, client, instructed):
    _leader, case = instructed
    other = lives.leader(office, "L6")
    shown = text(sign_in(other.user).get(PATH))
    assert case.case.number not in shown
    assert sign_in(other.user).post(PATH, {"case": case.case.pk, "seen": "1", "do": "agree"}).status_code == 404
    assert sign_in(office.clerk).get(PATH).status_code == 403
    assert client.get(PATH).status_code == 302
    twin = builders.bureau("linhe")
    assert sign_in(twin.clerk).get(PATH).status_code == 403


def test_a_leader_who_is_accused_never_sees_the_opinion(office, sign_in, clock):
    clock.move_to(moment(DRAFTED, 11))
    leader, accused = lives.leader(office), lives.leader(office, "L6")
    case = lives.assigned(office, leader=leader, kind=Kind.ACCUSATION, accused_leader=accused).draft()
    assert case.case.number not in text(sign_in(accused.user).get(PATH))
    assert case.case.number in text(sign_in(leader.user).get(PATH))
    assert reverse("petitions:opinions") == PATH
