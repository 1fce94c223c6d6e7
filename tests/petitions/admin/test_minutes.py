"""The clerk's form, the case's page, the papers: happy, refused with all that was typed, and invisible behind both walls."""

import io
import re
import uuid
from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from petitions.models import Case, Minutes
from reception import scope
from reception.models import Booking, Department, Entry, Leader, RoleGrant
from reception.roles import Role
from tests.petitions.receptions import AT, called, conclude, correct, department, task
from tests.reception import bookers, builders

CANARY = "金丝雀楼道渗水"


@pytest.fixture
def clerk(office, clock, sign_in):
    """The clerk in the hall, just after the leader spoke."""
    clock.move_to(AT)
    return sign_in(office.clerk)


def typed(office, **more):
    return {
        "key": str(uuid.uuid4()),
        "begun": "09:30",
        "ended": "09:50",
        "asked": "反映漏水",
        "said": "请住建局维修",
        "kind": "claim",
        "decision": "instructed",
        "ground": "",
        "path": "",
        "present": "县信访局局长\n\n",
        "read_back": "on",
        "joins": "",
        "task0-department": department(office).pk,
        "task0-deliverable": "修好",
        "task0-due_on": "2026-03-20",
        **more,
    }


def text(response):
    return response.content.decode()


def words_of(content):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).replace("\n", "")


def test_the_form_begins_with_what_is_known_and_says_how_the_limit_is_counted(office, clerk):
    booking = called(office, 1, accused_department=department(office, "D09", "交通运输局"))
    page = clerk.get(reverse("admin:minutes", args=[booking.pk]))
    assert "no-store" in page["Cache-Control"]
    for words in ("楼道长期漏水", 'value="09:30"', 'value="09:55"', "居*", "2026-04-25", "自次日起 60 日", "第三十四条"):
        assert words in text(page), words
    options = re.findall(r"<option[^>]*>([^<]*)</option>", text(page))
    assert "住房和城乡建设局" not in options
    assert "澄河县信访局" in options
    assert "交通运输局" not in options


def test_saving_makes_the_case_and_its_page_says_everything(office, clerk):
    booking = called(office)
    done = clerk.post(reverse("admin:minutes", args=[booking.pk]), typed(office), follow=True)
    with scope.county(office.county):
        case = Case.objects.get()
    assert done.redirect_chain[0][0] == reverse("admin:case", args=[case.pk])
    for words in (
        "请住建局维修",
        "甄别中",
        "2026-03-11",
        "自次日起 15 日，节假日计算在内",
        "第二十二条",
        "修好",
        "2026-03-20",
        "打印受理单",
    ):
        assert words in text(done), words
    # The back button leads to the case, and the same form sent again changes nothing.
    assert clerk.get(reverse("admin:minutes", args=[booking.pk])).status_code == 302


def test_what_is_refused_comes_back_with_all_that_was_typed(office, clerk):
    booking = called(office)
    path = reverse("admin:minutes", args=[booking.pk])
    page = text(clerk.post(path, typed(office, **{"task0-due_on": "2026-05-01", "said": "请尽快维修"})))
    assert "2026-04-25 之间" in page
    assert "请尽快维修" in page
    assert 'value="2026-05-01"' in page
    page = text(clerk.post(path, typed(office, decision="", **{"task0-due_on": "", "task1-deliverable": "配合"})))
    assert "请填写办结时限" in page
    assert "请选择单位" in page
    with scope.county(office.county):
        assert (Minutes.objects.count(), Booking.objects.get().state) == (0, "called")


@pytest.mark.parametrize("bad", ["\0", "x" * 1_000_000, "\u202e反写", "𠮷野家漏水"])
def test_odd_text_is_no_error_of_the_server(office, clerk, bad):
    booking = called(office)
    answer = clerk.post(reverse("admin:minutes", args=[booking.pk]), typed(office, asked=bad))
    assert answer.status_code in (200, 302)


def test_a_double_click_is_one_reception(office, clerk):
    booking, form = called(office), typed(office)
    for _time in range(2):
        assert clerk.post(reverse("admin:minutes", args=[booking.pk]), form).status_code == 302
    with scope.county(office.county):
        assert (Minutes.objects.count(), Case.objects.count()) == (1, 1)


def test_a_correction_is_a_new_version_on_the_page(office, clerk):
    first = conclude(office, called(office))
    path = reverse("admin:correct_minutes", args=[first.pk])
    assert "请住建局牵头" in text(clerk.get(path))
    form = typed(office, reason="")
    assert "写明更正的理由" in text(clerk.post(path, form))
    done = text(clerk.post(path, {**form, "reason": "记错了"}, follow=True))
    for words in ("接访记录第 2 版", "接访记录第 1 版", "记错了", "请住建局维修"):
        assert words in done, words


def test_who_was_not_called_has_a_page_that_says_so(office, clerk):
    booking = bookers.book(office, at=builders.NOW).booking
    page = text(clerk.get(reverse("admin:minutes", args=[booking.pk])))
    assert "还没有叫号" in page
    assert "disabled" in page


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SYSTEM, Role.SECRETARY}))
def test_who_may_write_correct_and_read(office, clock, sign_in, role):
    clock.move_to(AT)
    minutes = conclude(office, called(office, 2))
    booking = called(office)
    client = sign_in(builders.user(f"as-{role}", office.county, role))
    bureau = role in (Role.CLERK, Role.CHIEF, Role.COORDINATOR)
    assert client.get(reverse("admin:minutes", args=[booking.pk])).status_code == (200 if bureau else 403)
    expected = 200 if role in (Role.CLERK, Role.CHIEF) else 403
    assert client.get(reverse("admin:correct_minutes", args=[minutes.pk])).status_code == expected
    seen = client.get(reverse("admin:case", args=[minutes.case_id])).status_code
    assert seen == (200 if bureau or role == Role.AUDITOR else 403 if role == Role.LEADER else 404)
    receipt = client.get(reverse("admin:receipt", args=[minutes.pk])).status_code
    assert receipt == seen


def test_the_other_county_has_none_of_it(office, clock, sign_in):
    clock.move_to(AT)
    minutes = conclude(office, called(office))
    other = sign_in(builders.bureau("linhe").clerk)
    for name, pk in (
        ("minutes", minutes.booking_id),
        ("correct_minutes", minutes.pk),
        ("case", minutes.case_id),
        ("receipt", minutes.pk),
    ):
        assert other.get(reverse(f"admin:{name}", args=[pk])).status_code == 404
    assert other.post(reverse("admin:registration", args=[minutes.pk])).status_code == 404


def readers(office, sign_in, accused_leader, accused_department):
    """Everyone who must not learn of a case that accuses this leader and this department, with what they may do otherwise."""
    with scope.county(office.county):
        accused_leader.user = builders.user("accused", office.county, Role.LEADER)
        accused_leader.save()
        secretary = builders.user("secretary", office.county, Role.CLERK)
        RoleGrant.objects.create(user=secretary, role=Role.SECRETARY.value, leader=accused_leader, starts_on=date(2020, 1, 1))
        officer = builders.user("officer", office.county, Role.AUDITOR)
        RoleGrant.objects.create(user=officer, role=Role.OFFICER.value, department=accused_department, starts_on=date(2020, 1, 1))
        below = Department.objects.create(code="D31", name="下属单位", superior=accused_department)
        under = builders.user("under", office.county, Role.CHIEF)
        RoleGrant.objects.create(user=under, role=Role.OFFICER.value, department=below, starts_on=date(2020, 1, 1))
        return {name: sign_in(user) for name, user in (("secretary", secretary), ("officer", officer), ("under", under))}


def test_whom_a_case_accuses_learns_nothing_of_it_anywhere(office, clock, sign_in):
    """A canary in the matter: no page, list, count, paper or form shows it to the accused's people; to others it is there."""
    clock.move_to(AT)
    with scope.county(office.county):
        leader = Leader.objects.exclude(pk=bookers.sitting(office).leader_id).last()
        accused = Department.objects.create(code="D30", name="交通运输局")
    both = {"accused_leader": leader, "accused_department": accused, "matter": CANARY, "wish": CANARY}
    minutes = conclude(office, called(office, 1, **both), asked=CANARY, said=CANARY)
    again = called(office, 1, way="walk_in", **both)
    number = minutes.case.number
    pages = [
        reverse("admin:index"),
        reverse("admin:petitions_case_changelist"),
        reverse("admin:petitions_case_changelist") + f"?q={number}",
        reverse("admin:petitions_case_change", args=[minutes.case_id]),
        reverse("admin:petitions_case_history", args=[minutes.case_id]),
        reverse("admin:case", args=[minutes.case_id]),
        reverse("admin:minutes", args=[again.pk]),
        reverse("admin:correct_minutes", args=[minutes.pk]),
        reverse("admin:receipt", args=[minutes.pk]),
        reverse("admin:briefing", args=[minutes.booking.sitting_id]),
    ]
    # The matter is there to be leaked: the clerk meets it.
    clerk = sign_in(office.clerk)
    seen = [clerk.get(page, follow=True).content.decode(errors="replace") for page in pages]
    assert sum(number in page or CANARY in page for page in seen) >= 6
    assert "1 " in seen[1]
    for name, client in readers(office, sign_in, leader, accused).items():
        for page in pages:
            answer = client.get(page, follow=True)
            if answer["Content-Type"] == "application/pdf":
                shown = words_of(answer.content)
            else:
                # A search says again what was asked for.
                shown = text(answer).replace(f'value="{number}"', "")
            for secret in (CANARY, again.number, *(() if "?q=" in page else (number,))):
                assert secret not in shown, (name, page)
        assert client.post(reverse("admin:registration", args=[minutes.pk])).status_code == 404
        with scope.county(office.county):
            assert not Case.objects.visible_to(office_user(name), on=AT.date()).exists()


def office_user(name):
    from reception.models import User

    return User.objects.get(username=name)


def test_the_receipt_says_all_of_it_large_and_masked(office, clerk):
    minutes = conclude(
        office,
        called(office),
        asked="反映楼道漏水，<b>#link(1)$x$</b>",
        tasks=(task(office), task(office, "D03", lead=False, deliverable="配合")),
    )
    answer = clerk.get(reverse("admin:receipt", args=[minutes.pk]))
    assert (answer["Content-Type"], "no-store" in answer["Cache-Control"]) == ("application/pdf", True)
    said = words_of(answer.content).replace(" ", "")
    number = minutes.case.number
    for words in (
        f"{number[:2]}-{number[2:6]}-{number[6:10]}-{number[10:]}",
        "<b>#link(1)$x$</b>",
        "请住建局牵头，月底前修好并回访。",
        "牵头",
        "协办",
        "2026年3月31日",
        "2026年3月11日",
        "第二十二条",
        "来访人签名",
        "接访领导签名",
        "见预约受理单",
        minutes.hash[:4] + minutes.hash[4:8] + minutes.hash[8:12],
    ):
        assert words.replace(" ", "") in said, words
    assert "居民1" not in said
    assert "13800000001" not in said


def test_the_receipt_of_a_correction_says_so(office, clerk):
    fresh = correct(office, conclude(office, called(office)), said="改", reason="记错了日期")
    said = words_of(clerk.get(reverse("admin:receipt", args=[fresh.pk])).content)
    assert "第2版" in said.replace(" ", "")
    assert "记错了日期" in said
    path = "/en" + reverse("admin:receipt", args=[fresh.pk])
    with translation.override("en"):
        assert "Receipt of the Leaders" in words_of(clerk.get(path).content)


def test_the_registration_form_opens_the_identity_and_the_journal_says_so(office, clerk, sign_in):
    minutes = conclude(office, called(office))
    path = reverse("admin:registration", args=[minutes.pk])
    assert clerk.get(path).status_code == 405
    said = words_of(clerk.post(path).content)
    assert "居民1" in said
    assert "13800000001" in said
    with scope.county(office.county):
        entry = Entry.objects.order_by("-n")[0]
        assert (entry.act, entry.object, entry.actor) == ("identity.read", f"identity {minutes.case.identity.uid}", "chenghe-clerk")
    coordinator = sign_in(builders.user("co", office.county, Role.COORDINATOR))
    assert "居民1" not in words_of(coordinator.post(path).content)


def test_the_index_leads_to_minutes_that_are_not_written(office, clerk):
    booking = called(office)
    page = text(clerk.get("/admin/"))
    assert reverse("admin:minutes", args=[booking.pk]) in page
    conclude(office, booking)
    page = text(clerk.get("/admin/"))
    assert reverse("admin:minutes", args=[booking.pk]) not in page
    assert "正在办理的信访事项：1 件" in page


def test_the_index_names_a_clock_that_ends_soon(office, clock, sign_in):
    clock.move_to(AT)
    conclude(office, called(office))
    clock.move_to(AT.replace(month=3, day=7))
    assert "登记甄别期限" not in text(sign_in(office.clerk).get("/admin/"))
    clock.move_to(AT.replace(month=3, day=8))
    assert "登记甄别期限 2026-03-11" in text(sign_in(office.clerk).get("/admin/"))
