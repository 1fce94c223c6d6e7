"""The bureau's bookings: who sees which, what each step does, and that nobody learns of a booking that complains of them."""

import csv
import io
import re
import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reception import scope
from reception.actions import bookings, tracking
from reception.models import Attendance, Booking, Department, Entry, Leader, RoleGrant, Sitting, Slot, Topic, User
from reception.roles import PERMISSIONS, UNIT_ROLES, Role
from tests.reception import bookers, builders
from tests.reception.bookers import book
from tests.reception.builders import NOW

ROLES = sorted(set(Role) - {Role.SYSTEM, Role.SECRETARY})
CANARY = "金丝雀事项"


def text(response):
    return response.content.decode()


@pytest.fixture
def units(office):
    """Two departments, a unit of the first, and a township; the topic belongs to the first."""
    with scope.county(office.county):
        housing = Department.objects.create(code="D15", name="住建局", name_en="Housing Bureau")
        made = {
            "housing": housing,
            "water": Department.objects.create(code="D17", name="水利局", name_en="Water Bureau"),
            "estate": Department.objects.create(code="D15-1", name="房产所", name_en="Estate Office", superior=housing),
            "town": Department.objects.create(code="T01", name="东河镇", name_en="Donghe Town", kind="township"),
        }
    row = bookers.topic(office)
    with scope.county(office.county):
        Topic.objects.filter(pk=row.pk).update(department=housing)
    return made


def officer(office, unit, name="officer"):
    person = builders.user(name, office.county)
    with scope.county(office.county):
        RoleGrant.objects.create(user=person, role="officer", department=unit, starts_on=date(2020, 1, 1))
    return person


def pages(booking):
    """Every page of a booking, and every list it could stand in."""
    own = ["booking", "early_answer", "booking_journal"]
    return [
        reverse("admin:bookings"),
        reverse("admin:bookings") + "?day=2026-02-24",
        reverse("admin:bookings") + f"?number={booking.number}",
        reverse("admin:matters"),
        reverse("admin:bookings_print", args=["2026-02-24"]),
        reverse("admin:bookings_csv", args=["2026-02-24"]),
        *(reverse(f"admin:{name}", args=[booking.pk]) for name in own),
        reverse("admin:index"),
        reverse("admin:reception_entry_changelist"),
        reverse("admin:reception_entry_changelist") + f"?q={booking.number}",
    ]


def found(office, booking):
    with scope.county(office.county):
        return Booking.objects.get(pk=booking.pk)


@pytest.mark.parametrize("role", ROLES)
def test_who_may_see_which_page(office, units, sign_in, role):
    booking = book(office, at=NOW).booking
    person = builders.user("somebody", office.county)
    with scope.county(office.county):
        unit = {"department": units["housing"]} if role.value in UNIT_ROLES else {}
        RoleGrant.objects.create(user=person, role=role.value, starts_on=date(2020, 1, 1), **unit)
    client = sign_in(person)

    def expected(*permissions):
        return 200 if all(role in PERMISSIONS[name] for name in permissions) else 403

    assert client.get(reverse("admin:bookings")).status_code == expected("booking.view")
    assert client.get(reverse("admin:booking", args=[booking.pk])).status_code == expected("booking.view")
    assert client.get(reverse("admin:matters")).status_code == expected("early_answer.write")
    assert client.get(reverse("admin:early_answer", args=[booking.pk])).status_code == expected("early_answer.write")
    assert client.get(reverse("admin:booking_journal", args=[booking.pk])).status_code == expected("booking.view", "journal.view")
    for name in ("bookings_print", "bookings_csv"):
        assert client.get(reverse(f"admin:{name}", args=["2026-02-24"])).status_code == expected("booking.manage")
    # A department's officers don't book for others; townships' do, see test_assist.
    assert client.get(reverse("admin:assist")).status_code == expected("booking.assist", "booking.manage")


def test_the_anonymous_sign_in_first_and_the_other_county_finds_nothing(office, units, client, sign_in):
    booking = book(office, at=NOW).booking
    for page in pages(booking):
        assert client.get(page).status_code == 302
    other = sign_in(builders.bureau("linhe").chief)
    for name in ("booking", "early_answer", "booking_journal", "booking_slip"):
        assert other.get(reverse(f"admin:{name}", args=[booking.pk])).status_code == 404
        assert other.post(reverse(f"admin:{name}", args=[booking.pk]), {"do": "confirm"}).status_code == 404
    assert booking.number[:8] not in text(other.get(reverse("admin:bookings")))


def test_names_are_masked_and_nothing_is_kept_by_a_cache(office, units, sign_in):
    booking = book(office, at=NOW, people=2, representatives=(bookers.person(7),)).booking
    client = sign_in(office.chief)
    for page in pages(booking):
        response = client.get(page)
        said = text(response)
        assert "居民1" not in said
        assert "居民7" not in said
        assert "13800000001" not in said
        assert "no-store" in response["Cache-Control"]
    assert "居**" in text(client.get(reverse("admin:booking", args=[booking.pk])))
    assert "****0007" in text(client.get(reverse("admin:booking", args=[booking.pk])))


def accuse(office, units, kind):
    """A booking that complains, and someone of the bureau or a department whom it concerns."""
    with scope.county(office.county):
        where = Sitting.objects.get(day__day=date(2026, 2, 24), rotation__code="R2")
        leader = Leader.objects.exclude(pk=where.leader_id).order_by("code").last()
        Attendance.objects.create(sitting=where, department=units["housing"])
        Attendance.objects.create(sitting=where, department=units["estate"])
    if kind == "leader":
        person = builders.user("accused", office.county, Role.CHIEF)
        with scope.county(office.county):
            Leader.objects.filter(pk=leader.pk).update(user=person)
        return {"accused_leader": leader}, person
    if kind == "secretary":
        person = builders.user("accused", office.county, Role.CHIEF)
        with scope.county(office.county):
            RoleGrant.objects.create(user=person, role="secretary", leader=leader, starts_on=date(2020, 1, 1))
        return {"accused_leader": leader}, person
    person = officer(office, units["housing" if kind == "officer" else "estate"], "accused")
    return {"accused_department": units["housing"]}, person


@pytest.mark.parametrize("kind", ["leader", "secretary", "officer", "officer of a unit below"])
def test_whoever_is_complained_of_learns_nothing_on_any_page(office, units, sign_in, kind):
    more, person = accuse(office, units, kind)
    before = {}
    harmless = book(office, 2, at=NOW).booking
    client = sign_in(person)
    booking = book(office, 1, at=NOW, matter=CANARY, wish=CANARY, **more).booking
    with scope.county(office.county):
        Booking.objects.filter(pk=booking.pk).update(earlier_number=CANARY)
    shown = f"{booking.number[:2]}-{booking.number[2:6]}-{booking.number[6:10]}-{booking.number[10:]}"
    for page in pages(booking):
        said = text(client.get(page))
        before[page] = said
        assert CANARY not in said, page
        assert shown not in said, page
        if f"={booking.number}" not in page:
            assert booking.number not in said, page
    for name in ("booking", "early_answer", "booking_journal", "booking_slip"):
        assert client.post(reverse(f"admin:{name}", args=[booking.pk]), {"do": "confirm"}).status_code in (403, 404)
    assert "（1 件）" in before[reverse("admin:bookings")]
    assert str(harmless.number[2:6]) in before[reverse("admin:bookings")]
    # Someone else sees it on the same pages: the canary is not missing because nothing is shown.
    others = sign_in(office.chief)
    assert CANARY in text(others.get(reverse("admin:booking", args=[booking.pk])))
    assert "（2 件）" in text(others.get(reverse("admin:bookings")))


@pytest.mark.parametrize("kind", ["leader", "secretary"])
def test_whoever_is_complained_of_can_do_nothing_even_with_a_list_that_is_old(office, units, kind):
    from reception.actions import early_answers, handling
    from reception.errors import Forbidden

    more, person = accuse(office, units, kind)
    booking = book(office, 1, at=NOW, **more).booking
    who = {"county": office.county, "by": person, "at": NOW}
    with scope.county(office.county):
        for deed in (
            lambda: handling.cancel(booking=booking, reason="x", **who),
            lambda: handling.guide(booking=booking, path="court", said="", **who),
            lambda: handling.look_up(person=booking.identity, booking=booking, reason="x", **who),
            lambda: tracking.reissue(booking=booking, **who),
            lambda: early_answers.write(booking=booking, text="x", department=units["water"], contact="x", **who),
        ):
            with pytest.raises(Forbidden):
                deed()
        assert handling.find(phone="13800000001", **who) == []
    assert found(office, booking).state == "confirmed"


def test_an_officer_sees_only_what_belongs_to_the_unit_or_where_it_attends(office, units, sign_in):
    mine = book(office, 1, at=NOW).booking
    client = sign_in(officer(office, units["water"]))
    assert client.get(reverse("admin:booking", args=[mine.pk])).status_code == 404
    assert "（0 件）" in text(client.get(reverse("admin:bookings")))
    with scope.county(office.county):
        Attendance.objects.create(sitting=mine.sitting, department=units["water"])
    page = text(client.get(reverse("admin:booking", args=[mine.pk])))
    assert "楼道长期漏水" in page
    assert "换发查询码" not in page
    assert client.post(reverse("admin:booking", args=[mine.pk]), {"do": "confirm"}).status_code == 403


def test_the_list_is_filtered_and_a_mistyped_number_is_said_to_be_one(office, units, sign_in):
    first = book(office, 1, at=NOW).booking
    book(office, 2, at=NOW, where=bookers.sitting(office, "R1"), way="phone")
    client = sign_in(office.clerk)
    page = reverse("admin:bookings")
    assert "（2 件）" in text(client.get(page))
    assert "（1 件）" in text(client.get(page + "?way=phone"))
    assert "（2 件）" in text(client.get(page + "?day=2026-02-24&state=confirmed"))
    assert "（1 件）" in text(client.get(page + f"?number={first.number}"))
    assert "编号不对" in text(client.get(page + "?number=123"))
    assert client.get(page + "?day=nonsense&page=99&topic=x").status_code == 200


def test_who_telephones_is_found_by_equality_and_the_journal_does_not_say_who(office, units, sign_in):
    book(office, 1, at=NOW)
    book(office, 2, at=NOW)
    client = sign_in(office.clerk)
    assert "查找结果（1 件）" in text(client.post(reverse("admin:bookings"), {"phone": "138 0000 0001", "name": ""}))
    assert "没有找到" in text(client.post(reverse("admin:bookings"), {"phone": "1380000", "name": ""}))
    with scope.county(office.county):
        entry = Entry.objects.filter(act="booking.find").order_by("n").first()
    assert (entry.object, entry.facts, entry.reason) == ("bookings", {"by": ["phone"], "found": 1}, "")


def test_who_it_is_is_shown_once_for_a_reason_that_the_journal_keeps(office, units, sign_in):
    booking = book(office, at=NOW).booking
    client, path = sign_in(office.clerk), reverse("admin:booking", args=[booking.pk])
    do = f"who-{booking.identity.uid}"
    assert "居民1" not in text(client.post(path, {"do": do, "who-why": " "}))
    response = client.post(path, {"do": do, "who-why": "电话通知改期"})
    assert "居民1" in text(response)
    assert "no-store" in response["Cache-Control"]
    assert "居民1" not in text(client.get(path))
    assert "电话通知改期" in text(client.get(path))
    coordinator = sign_in(builders.user("coordinator", office.county, Role.COORDINATOR))
    refused = text(coordinator.post(path, {"do": do, "who-why": "好奇"}))
    assert "没有办理此事的权限" in refused
    assert "居民1" not in refused
    stranger = book(office, 3, at=NOW).booking
    other = text(client.post(path, {"do": f"who-{stranger.identity.uid}", "who-why": "电话通知"}))
    assert "不属于这个预约" in other
    assert "居民3" not in other
    with scope.county(office.county):
        assert list(Entry.objects.filter(act="identity.read").values_list("reason", flat=True)) == ["电话通知改期"]


def test_a_new_code_opens_and_the_old_one_no_longer(office, units, sign_in, db):
    receipt = book(office, at=NOW)
    client, path = sign_in(office.clerk), reverse("admin:booking", args=[receipt.booking.pk])
    assert "换发查询码" in text(client.post(path, {"do": "reissue"}))
    assert tracking.fits(receipt.code, found(office, receipt.booking).code_hash)
    response = client.post(path, {"do": "reissue", "reissue-seen": "on"})
    code = re.search(r"(\d{4} \d{4} \d{4} \d{4} \d)", text(response)).group(1).replace(" ", "")
    row = found(office, receipt.booking)
    assert "no-store" in response["Cache-Control"]
    assert (tracking.fits(code, row.code_hash), tracking.fits(receipt.code, row.code_hash)) == (True, False)
    slip = reverse("admin:booking_slip", args=[row.pk])
    paper = client.post(slip, {"code": code})
    assert (paper["Content-Type"], "no-store" in paper["Cache-Control"]) == ("application/pdf", True)
    assert paper.content.startswith(b"%PDF")
    assert client.post(slip, {"code": receipt.code}).status_code == 404
    assert client.get(slip).status_code == 404
    with scope.county(office.county):
        entry = Entry.objects.get(act="tracking.reissue")
        assert (entry.object, code in str(entry.facts)) == (f"booking {row.number}", False)
    assert "换发查询码" in text(client.get(path))


def test_a_new_code_holds_for_both_numbers_of_a_booking_that_moved(office, units):
    receipt = book(office, at=NOW)
    with scope.county(office.county):
        to = bookers.sitting(office, day="2026-03-16")
        later = NOW + timedelta(days=20)
        fresh = bookings.move(
            booking=receipt.booking, to=to, key=uuid.uuid4(), county=office.county, by=User.objects.system(), at=later
        )
        code = tracking.reissue(booking=fresh, county=office.county, by=office.clerk, at=later)
    for row in (receipt.booking, fresh):
        assert tracking.fits(code, found(office, row).code_hash)


def test_guided_declined_and_cancelled_give_the_place_to_whoever_waits(office, units, sign_in):
    with scope.county(office.county):
        Sitting.objects.update(capacity=1)
    rows = [book(office, n, at=NOW + timedelta(minutes=n), wait=True).booking for n in range(1, 5)]
    client = sign_in(office.clerk)

    def state():
        return [found(office, row).state for row in rows]

    def post(n, **said):
        return text(client.post(reverse("admin:booking", args=[rows[n].pk]), said, follow=True))

    assert state() == ["confirmed", "waitlisted", "waitlisted", "waitlisted"]
    assert "请填写这一项" in post(0, do="guide")
    assert "按来电取消" in post(0, do="cancel", **{"cancel-reason": ""})
    assert state()[0] == "confirmed"
    assert "劳动人事" in post(0, do="guide", **{"guide-path": "arbitration", "guide-said": "到县仲裁委，一年内。"})
    assert state() == ["guided", "confirmed", "waitlisted", "waitlisted"]
    assert "走什么途径" in post(1, do="decline", **{"decline-ground": "ended"})
    assert "复核终结" in post(1, do="decline", **{"decline-ground": "ended", "decline-said": "可以向人民法院起诉。"})
    assert state() == ["guided", "declined", "confirmed", "waitlisted"]
    assert "不能这样处理" in post(1, do="nothing")
    post(2, do="cancel", **{"cancel-reason": "今日来电取消"})
    assert state() == ["guided", "declined", "cancelled", "confirmed"]
    with scope.county(office.county):
        assert list(Slot.objects.filter(booking__isnull=False).values_list("booking", flat=True)) == [rows[3].pk]


def test_only_chief_and_clerk_decline_and_the_button_says_so(office, units, sign_in):
    booking = book(office, at=NOW).booking
    client = sign_in(builders.user("coordinator", office.county, Role.COORDINATOR))
    path = reverse("admin:booking", args=[booking.pk])
    assert "可以办理的角色：信访局登记员、信访局局长" in text(client.get(path))
    said = {"do": "decline", "decline-ground": "ended", "decline-said": "向法院起诉"}
    assert "没有办理此事的权限" in text(client.post(path, said))
    assert found(office, booking).state == "confirmed"


def test_nobody_is_moved_up_out_of_turn(office, units, sign_in):
    with scope.county(office.county):
        Sitting.objects.update(capacity=1)
    rows = [book(office, n, at=NOW + timedelta(minutes=n), wait=True).booking for n in range(1, 4)]
    client = sign_in(office.clerk)

    def promote(n):
        return text(client.post(reverse("admin:booking", args=[rows[n].pk]), {"do": "promote"}, follow=True))

    assert "前面还有 1 位候补" in promote(2)
    assert "没有空余名额" in promote(1)
    with scope.county(office.county):
        Sitting.objects.update(capacity=2)
    promote(1)
    assert [found(office, row).state for row in rows] == ["confirmed", "confirmed", "waitlisted"]


def test_a_booking_is_moved_by_telephone_once_however_often_the_form_is_sent(office, units, sign_in, clock):
    booking = book(office, at=NOW).booking
    clock.move_to(NOW + timedelta(days=20))
    client, path = sign_in(office.clerk), reverse("admin:booking", args=[booking.pk])
    to = bookers.sitting(office, day="2026-03-16")
    said = {"do": "move", "move-to": to.pk, "move-key": str(uuid.uuid4())}
    first = client.post(path, said)
    with scope.county(office.county):
        fresh = Booking.objects.get(moved_from=booking)
    assert first["Location"] == reverse("admin:booking", args=[fresh.pk])
    assert (fresh.day, fresh.state) == (date(2026, 3, 16), "confirmed")
    assert client.post(path, said).status_code in (200, 302)
    with scope.county(office.county):
        assert Booking.objects.count() == 2


def test_a_page_with_many_sittings_reads_the_calendar_once(office, units, sign_in):
    made, client = book(office, at=NOW).booking, sign_in(office.clerk)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("admin:booking", args=[made.pk]))
    assert len(page.context["choices"]) > 1
    assert sum('FROM "reception_calendarrow"' in query["sql"] for query in asked) == 1


def test_the_hint_names_other_bookings_of_the_same_person(office, units, sign_in):
    first = book(office, at=NOW).booking
    second = book(office, at=NOW, where=bookers.sitting(office, "R1")).booking
    book(office, 2, at=NOW)
    page = text(sign_in(office.clerk).get(reverse("admin:booking", args=[first.pk])))
    assert reverse("admin:booking", args=[second.pk]) in page
    assert page.count("文字完全相同") == 1


def test_the_days_table_is_masked_and_no_cell_is_a_formula(office, units, sign_in):
    book(office, at=NOW, wish="=HYPERLINK(1)", where=bookers.sitting(office))
    gone = book(office, 2, at=NOW).booking
    client = sign_in(office.clerk)
    client.post(reverse("admin:booking", args=[gone.pk]), {"do": "cancel", "cancel-reason": "来电"})
    response = client.get(reverse("admin:bookings_csv", args=["2026-02-24"]))
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [(row["来访人"], row["诉求"], row["状态"]) for row in rows] == [("居**", "'=HYPERLINK(1)", "已确认")]
    assert "居**" in text(client.get(reverse("admin:bookings_print", args=["2026-02-24"])))
    assert client.get(reverse("admin:bookings_csv", args=["nonsense"])).status_code == 404


def test_the_index_says_what_is_booked_for_the_next_day(office, units, sign_in):
    book(office, at=NOW, where=bookers.sitting(office, day="2026-02-24"))
    assert "2026-01-15 的预约：已约 0 批，候补 0 批" in text(sign_in(office.clerk).get("/admin/"))
    assert "与本单位有关的预约事项：1 件" in text(sign_in(officer(office, units["housing"])).get("/admin/"))
