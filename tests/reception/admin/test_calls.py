"""The bureau's list of people to be told: who, of what, by which way, and what came of it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from reception import scope
from reception.actions import booking_steps, bookings, choices
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import Booking, Call, CallOutcome, Choice, Department, Entry, RoleGrant, User
from reception.roles import Role
from tests.reception import bookers, builders, changing
from tests.reception.bookers import book
from tests.reception.builders import NOW
from tests.reception.changing import publish

PAGE = "/admin/calls/"


def text(response):
    return response.content.decode()


@pytest.fixture
def changed(office):
    """Two who booked, one of them without a phone; then another leader receives."""
    made = [book(office, 1, at=NOW).booking, book(office, 2, at=NOW, person=bookers.person(2, phone=""), reachable=False).booking]
    changing.substitute(office, made[0].sitting, "L6")
    publish(office)
    return made


def choice_of(office, booking):
    with scope.county(office.county):
        return Choice.objects.select_related("booking").get(booking=booking)


def record(office, booking, outcome, *, by=None, **more):
    with scope.county(office.county):
        who = {"county": office.county, "by": by or office.clerk, "at": NOW}
        return choices.record_call(choice=choice_of(office, booking), outcome=outcome, **who, **more)


def listed(office):
    with scope.county(office.county):
        return {choice.booking_id for choice in Choice.objects.to_call(on=NOW.date())}


def test_the_list_says_what_changed_and_shows_nobody_in_clear(office, changed, sign_in):
    page = sign_in(office.clerk).get(PAGE)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    for words in ("要打电话的（1）", "没有可联系电话的：请写信，或托乡镇窗口转告（1）", "副县长己", "居*", "****0001"):
        assert words in text(page)
    assert "13800000001" not in text(page)
    assert "居民1" not in text(page)


def test_the_phone_is_shown_for_a_reason_that_is_written_down(office, changed, sign_in):
    browser = sign_in(office.clerk)
    page = browser.post(PAGE, {"choice": choice_of(office, changed[0]).pk, "do": "show"})
    assert "13800000001" in text(page)
    assert "no-store" in page["Cache-Control"]
    with scope.county(office.county):
        entry = Entry.objects.get(act="identity.read")
    assert (entry.reason, entry.actor) == ("通知预约变更", office.clerk.username)
    assert "13800000001" not in text(browser.get(PAGE))


def test_who_may_not_open_identities_sees_the_list_and_no_phone(office, changed, sign_in):
    browser = sign_in(builders.user("coordinator", office.county, Role.COORDINATOR))
    assert "disabled" in text(browser.get(PAGE))
    page = browser.post(PAGE, {"choice": choice_of(office, changed[0]).pk, "do": "show"})
    assert "13800000001" not in text(page)
    assert "没有办理此事的权限" in text(page)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.PARTY_OFFICE, Role.AUDITOR])
def test_others_have_no_such_page(office, changed, sign_in, role):
    assert sign_in(builders.user("someone", office.county, role)).get(PAGE).status_code == 403


def test_another_countys_list_is_its_own(office, changed, sign_in):
    other = builders.bureau("linhe")
    browser = sign_in(other.clerk)
    assert "居*" not in text(browser.get(PAGE))
    assert browser.post(PAGE, {"choice": choice_of(office, changed[0]).pk, "do": "show"}).status_code == 404


@pytest.mark.parametrize(
    ("outcome", "answer", "told", "still"),
    [
        (CallOutcome.KEEPS, "kept", "phone", False),
        (CallOutcome.TOLD, "open", "phone", False),
        (CallOutcome.OTHER, "open", "phone", False),
        (CallOutcome.LETTER, "open", "letter", False),
        (CallOutcome.COUNTER, "open", "counter", False),
        (CallOutcome.UNREACHED, "open", "", True),
    ],
)
def test_what_came_of_it_is_taken_down(office, changed, outcome, answer, told, still):
    record(office, changed[0], outcome)
    choice = choice_of(office, changed[0])
    assert (choice.answer, choice.told, changed[0].pk in listed(office)) == (answer, told, still)
    with scope.county(office.county):
        assert list(Call.objects.values_list("outcome", "by")) == [(outcome, office.clerk.username)]
        assert Entry.objects.filter(act="choice.call").count() == 1


def test_not_reached_comes_up_again_at_the_time_said(office, changed, sign_in, clock):
    browser = sign_in(office.clerk)
    pk = choice_of(office, changed[0]).pk
    browser.post(PAGE, {"choice": pk, "do": "record", "outcome": "unreached", "again_at": "2026-01-09T15:00"})
    assert "没有接通，稍后再打（1）" in text(browser.get(PAGE))
    clock.move_to(NOW + timedelta(hours=6))
    # After so long the clerk has signed in anew.
    page = text(sign_in(office.clerk).get(PAGE))
    assert "要打电话的（1）" in page
    assert "已联系 1 次" in page


@pytest.mark.parametrize(
    "typed", [{"outcome": ""}, {"outcome": "no"}, {"outcome": "unreached", "again_at": "x"}, {"choice": "x", "outcome": "told"}]
)
def test_what_makes_no_sense_is_refused(office, changed, sign_in, typed):
    form = {"choice": choice_of(office, changed[0]).pk, "do": "record", **typed}
    response = sign_in(office.clerk).post(PAGE, form)
    assert response.status_code == (404 if typed.get("choice") else 200)
    assert changed[0].pk in listed(office)


def test_a_second_try_in_the_past_is_refused(office, changed):
    with pytest.raises(Refused, match="现在之后"):
        record(office, changed[0], CallOutcome.UNREACHED, again_at=NOW)


def test_a_sitting_that_is_cancelled_can_not_be_kept_by_telephone_and_stays_on_the_list(office):
    booking = book(office, at=NOW).booking
    changing.cancel_day(office, booking.sitting)
    publish(office)
    with pytest.raises(Refused, match="不能保留"):
        record(office, booking, CallOutcome.KEEPS)
    record(office, booking, CallOutcome.OTHER)
    assert listed(office) == {booking.pk}
    with scope.county(office.county):
        assert Call.objects.count() == 1
        bookings.cancel(booking=booking, reason="电话取消", county=office.county, by=office.clerk, at=NOW)
    assert listed(office) == set()
    assert choice_of(office, booking).answer == "cancelled"


def test_what_is_settled_is_called_no_more(office, changed):
    record(office, changed[0], CallOutcome.KEEPS)
    with pytest.raises(MovedOn):
        record(office, changed[0], CallOutcome.TOLD)


def test_only_the_bureau_takes_calls_down(office, changed):
    with pytest.raises(Forbidden):
        record(office, changed[0], CallOutcome.TOLD, by=builders.user("officer", office.county, Role.OFFICER))


def test_whoever_moves_up_is_called_too(office, sign_in):
    changing.alter(office, bookers.sitting(office), capacity=1)
    first, waiting = book(office, 1, at=NOW).booking, book(office, 2, at=NOW, wait=True).booking
    with scope.county(office.county):
        bookings.cancel(booking=first, reason="", county=office.county, by=User.objects.system(), at=NOW)
    assert listed(office) == {waiting.pk}
    assert "候补轮到，已确认名额" in text(sign_in(office.clerk).get(PAGE))


def test_a_counter_that_helped_is_named_for_whoever_has_no_phone(office, sign_in):
    agent = builders.user("agent", office.county, Role.OFFICER)
    with scope.county(office.county):
        town = Department.objects.create(code="T01", name="东河镇", kind="township")
        RoleGrant.objects.filter(user=agent).update(department=town)
    booking = book(office, 3, at=NOW, person=bookers.person(3, phone=""), reachable=False, by=agent).booking
    changing.substitute(office, booking.sitting, "L6")
    publish(office)
    assert "由东河镇代为登记" in text(sign_in(office.clerk).get(PAGE))


def test_the_index_counts_them(office, changed, sign_in):
    page = text(sign_in(office.clerk).get("/admin/"))
    assert "须联系来访人：2 人" in page
    assert f'href="{PAGE}"' in page


def test_the_record_of_calls_only_grows(office, changed):
    record(office, changed[0], CallOutcome.TOLD)
    for change in (lambda: Call.objects.update(outcome="keeps"), lambda: Call.objects.all().delete()):
        with pytest.raises(DatabaseError), scope.county(office.county), transaction.atomic():
            change()


def test_a_booking_that_ends_otherwise_closes_its_choice(office, changed):
    with scope.county(office.county):
        row = booking_steps.locked(Booking.objects.get(pk=changed[0].pk))
        bookings.change(row, "guide", county=office.county, by=office.clerk, at=NOW, reason="走法定途径")
    assert choice_of(office, changed[0]).answer == "ended"
