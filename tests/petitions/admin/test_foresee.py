"""The county's ladder of reminders: set within its limits, and tried on the last month before it is saved."""

import re
from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from petitions.actions import clocks
from reception import foreseen, scope
from reception.models import County, Message
from tests.petitions import handled
from tests.reception import builders

# The handling period of a case accepted on 4 March ends on 3 May, and half of it is over on 3 April.
ACCEPTED, NOW = date(2026, 3, 4), handled.moment(date(2026, 5, 8))


def text(response):
    return unescape(response.content.decode())


@pytest.fixture
def unit(office):
    return handled.unit(office)


@pytest.fixture
def case(office, unit, clock):
    made = handled.in_handling(office, unit, on=ACCEPTED)
    with scope.county(office.county):
        clocks.stop(step=made.steps.order_by("-n").first(), kinds=["D1", "D3", "D4", "D11"], on=ACCEPTED)
    clock.move_to(NOW)
    return made


def typed(client, office):
    """What the form holds as it stands."""
    page = client.get(reverse("admin:reception_county_change", args=[office.county.pk]))
    form = page.context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    shown = {name: form.fields[name].prepare_value(value) for name, value in data.items()}
    return {name: value for name, value in shown.items() if value not in (None, False)}


def told(office, **changes):
    with scope.county(office.county):
        county = County.objects.get(pk=office.county.pk)
        for name, value in changes.items():
            setattr(county, name, value)
        rows = foreseen.last_month(county, at=NOW)
        assert not Message.objects.filter(kind="clock").exists()
        return [(row.day, row.rule, row.person.username, row.count) for row in rows]


def test_the_last_month_under_the_county_s_ladder(office, unit, case):
    both = sorted([unit.officer.username, unit.head.username])
    assert told(office) == [
        *((date(2026, 4, 24), "-7", name, 1) for name in both),
        *((date(2026, 4, 30), "+0", name, 1) for name in both),
        (date(2026, 5, 6), "+1", unit.head.username, 1),
        (date(2026, 5, 6), "+3", office.chief.username, 1),
    ]


def test_another_ladder_is_tried_without_being_stored(office, unit, case):
    found = told(office, remind_days_before=[10], remind_head_days_after=None, remind_chief_days_after=1)
    both = sorted([unit.officer.username, unit.head.username])
    assert found == [
        *((date(2026, 4, 23), "-10", name, 1) for name in both),
        (date(2026, 5, 6), "+1", office.chief.username, 1),
    ]
    assert told(office, remind_days_before=[], remind_head_days_after=None, remind_chief_days_after=None) == []


@pytest.mark.parametrize(("prefix", "words"), [("", "届满前 10 天"), ("/en", "10 days before the end")])
def test_the_chief_sees_it_on_a_page_and_nothing_changes(office, unit, case, sign_in, prefix, words):
    client = sign_in(office.chief)
    data = {**typed(client, office), "remind_days_before": "10"}
    shown = text(client.post(f"{prefix}/admin/settings/reminders/", data))
    assert words in shown
    assert unit.officer.name in shown
    assert case.number not in shown
    assert County.objects.get(pk=office.county.pk).remind_days_before == [7, 3, 1, 0]


WRONG = {
    "twice": ({"remind_days_before": "7,3,7"}, "7 写了不止一次"),
    "visitors twice": ({"remind_visitors_days_before": "1,1"}, "1 写了不止一次"),
    "no ladder": ({"remind_chief_days_after": "9", "remind_leader_days_after": "8"}, "这一级不能早于上一级的 9 天"),
    "closes before it opens": ({"office_closes_at": "08:00"}, "上班时刻须早于下班时刻"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_makes_no_ladder_is_refused_in_a_sentence_by_form_and_trial(office, sign_in, wrong):
    changes, words = WRONG[wrong]
    client = sign_in(office.chief)
    data = {**typed(client, office), **changes}
    assert words in text(client.post(reverse("admin:foresee"), data))
    assert words in text(client.post(reverse("admin:reception_county_change", args=[office.county.pk]), data))
    assert County.objects.get(pk=office.county.pk).remind_days_before == [7, 3, 1, 0]


def test_the_ladder_is_saved_and_journalled(office, sign_in):
    client = sign_in(office.chief)
    data = {**typed(client, office), "remind_days_before": "5,2", "remind_joint_days_after": ""}
    saved = client.post(reverse("admin:reception_county_change", args=[office.county.pk]), data)
    assert saved.status_code == 302, re.findall(r"errorlist.*", text(saved))
    county = County.objects.get(pk=office.county.pk)
    assert (county.remind_days_before, county.remind_joint_days_after) == ([5, 2], None)


def test_a_text_of_several_lines_is_kept_as_it_was_by_a_form_that_changes_nothing(office, sign_in):
    """Browsers send the ends of lines as CR LF."""
    with scope.county(office.county):
        County.objects.filter(pk=office.county.pk).update(booking="第一行\n第二行")
    client = sign_in(office.chief)
    data = {**typed(client, office), "booking": "第一行\r\n第二行"}
    assert client.post(reverse("admin:reception_county_change", args=[office.county.pk]), data).status_code == 302
    assert County.objects.get(pk=office.county.pk).booking == "第一行\n第二行"


def test_the_trial_is_of_one_s_own_county(office, unit, case, sign_in):
    other = builders.bureau("linhe")
    client = sign_in(other.chief)
    shown = text(client.post(reverse("admin:foresee"), typed(client, other)))
    assert "没有要提醒的" in shown
    assert unit.officer.username not in shown
