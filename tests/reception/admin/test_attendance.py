"""The staff's pages of a day's departments and notes, of an answer, and what the index says is to be done."""

from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse

from reception import scope, tasks
from reception.models import Absence, Answer, Attendance, DayNote, Department, Leader, ReceptionDay, Substitution
from reception.roles import PERMISSIONS, Role
from tests.reception import builders
from tests.reception.actions.test_answers import AT, asked, sitting

ROLES = sorted(set(Role) - {Role.SYSTEM, Role.SECRETARY})


def text(response):
    return response.content.decode()


@pytest.mark.parametrize("role", ROLES)
def test_who_may_see_the_pages(office, sign_in, clock, role):
    clock.move_to(AT)
    answer = asked(office)
    client = sign_in(builders.user("somebody", office.county, role))
    expected = 200 if role in PERMISSIONS["roster.view"] else 403
    assert client.get(reverse("admin:day", args=[answer.sitting.day_id])).status_code == expected
    assert client.get(reverse("admin:answer", args=[answer.pk])).status_code == expected


def test_another_countys_day_and_answer_do_not_exist(office, sign_in, clock):
    clock.move_to(AT)
    answer = asked(office)
    client = sign_in(builders.bureau("linhe").chief)
    assert client.get(reverse("admin:day", args=[answer.sitting.day_id])).status_code == 404
    assert client.post(reverse("admin:answer", args=[answer.pk]), {"do": "accept"}).status_code == 404


def test_departments_are_chosen_and_a_published_day_says_that_a_release_is_due(office, sign_in):
    row = sitting(office)
    client = sign_in(office.clerk)
    path = reverse("admin:day", args=[row.day_id])
    with scope.county(office.county):
        department = Department.objects.get(code="D01")
    page = client.post(path, {"do": str(row.pk), f"{row.pk}-departments": [department.pk]}, follow=True)
    assert "公布新的一期" in text(page)
    with scope.county(office.county):
        assert list(Attendance.objects.values_list("sitting", "department")) == [(row.pk, department.pk)]


def test_a_day_that_is_over_takes_notes_only(office, sign_in, clock):
    clock.move_to(AT.replace(month=3))
    row = sitting(office)
    client = sign_in(office.clerk)
    path = reverse("admin:day", args=[row.day_id])
    assert "只能加备注" in text(client.post(path, {"do": str(row.pk)}))
    client.post(path, {"do": "note", "text": "停电"})
    assert "停电" in text(client.get(path))
    with scope.county(office.county):
        assert DayNote.objects.get().text == "停电"


def test_the_bureau_takes_down_an_answer_given_by_telephone(office, sign_in, clock):
    clock.move_to(AT)
    answer = asked(office)
    client = sign_in(office.clerk)
    path = reverse("admin:answer", args=[answer.pk])
    assert "没有可通知的人" in text(client.get(path))
    assert client.post(path, {"do": "decline", "reason": ""}).status_code == 200
    client.post(path, {"do": "accept"})
    with scope.county(office.county):
        row = Answer.objects.get(pk=answer.pk)
        assert (row.state, row.way) == ("accepted", "bureau")
    gone = client.post(path, {"do": "decline", "reason": "leave"})
    with scope.county(office.county):
        assert gone["Location"] == reverse("admin:substitution", args=[Substitution.objects.get().pk])
    assert "不能再这样处理" in text(client.post(path, {"do": "accept"}))


def test_an_absence_in_the_past_is_refused_and_the_form_kept(office, sign_in, clock):
    with scope.county(office.county):
        leader = Leader.objects.get(code="L3")
    typed = {"leader": leader.pk, "starts_on": "2026-01-05", "ends_on": "2026-01-20", "kind": "leave", "note": "家中有事"}
    page = sign_in(office.clerk).post(reverse("admin:reception_absence_add"), typed)
    assert "已经过去" in text(page)
    assert "家中有事" in text(page)
    with scope.county(office.county):
        assert not Absence.objects.exists()


def test_an_absence_that_has_begun_is_not_deleted(office, sign_in, clock):
    client = sign_in(office.clerk)
    with scope.county(office.county):
        leader = Leader.objects.get(code="L3")
    typed = {"leader": leader.pk, "starts_on": "2026-01-09", "ends_on": "2026-01-20", "kind": "leave", "note": ""}
    client.post(reverse("admin:reception_absence_add"), typed)
    with scope.county(office.county):
        row = Absence.objects.get()
    path = reverse("admin:reception_absence_delete", args=[row.pk])
    clock.move_to(AT.replace(month=1, day=12))
    client = sign_in(office.clerk)
    assert "已经开始的请假不能删除" in text(client.post(path, {"post": "yes"}, follow=True))
    clock.move_to(AT.replace(month=1, day=9))
    sign_in(office.clerk).post(path, {"post": "yes"})
    with scope.county(office.county):
        assert not Absence.objects.exists()


def test_the_index_lists_who_is_silent_and_whom_nobody_can_tell(office, sign_in, clock):
    clock.move_to(AT)
    client = sign_in(office.clerk)
    assert "未答复" not in text(client.get("/admin/"))
    row = sitting(office)
    with scope.county(office.county):
        Department.objects.filter(code="D01").update(phone="0000-99")
        Attendance.objects.create(sitting=row, department=Department.objects.get(code="D01"))
        ReceptionDay.objects.filter(pk=row.day_id).update(day=date(2026, 2, 20))
    tasks.settle()
    page = text(client.get("/admin/"))
    assert "领导未答复：2 位" in page
    assert "没有可通知的人，请电话通知（0000-99）" in page


def test_the_command_does_the_same_once(office, clock, capsys):
    clock.move_to(AT)
    call_command("remind")
    call_command("remind")
    assert capsys.readouterr().out.splitlines() == [
        "chenghe: 2 asked, 0 escalated, 0 departments told",
        "chenghe: 0 asked, 0 escalated, 0 departments told",
    ]
