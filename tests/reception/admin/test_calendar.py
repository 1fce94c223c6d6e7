"""The holiday desk in the staff's site: seen, proposed, approved; and nothing typed or uploaded is lost."""

import re
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from reception import scope
from reception.actions import calendar
from reception.actions.proposals import Line
from reception.models import CalendarChange, CalendarRow, ReceptionDay, Release
from reception.roles import PERMISSIONS, Role
from tests.reception import builders
from tests.reception.builders import NOW

PROPOSE = "/admin/calendar/2026/propose/"
TABLE = "日期,放假或上班,名称\n2026-05-15,放假,供电检修\n2026-06-15,放假,供电检修\n"


def page(response):
    return response.content.decode()


def typed(*spans, **more):
    given = {
        "document": "县政府办通知",
        "document_number": "澄府办〔2026〕3号",
        "source": "收文第18号",
        "level": "3",
        "note": "",
        "text": "",
        "spans-TOTAL_FORMS": max(len(spans), 2),
        "spans-INITIAL_FORMS": 0,
    }
    for number in range(max(len(spans), 2)):
        first, last, works, name = spans[number] if number < len(spans) else ("", "", "False", "")
        given |= {f"spans-{number}-first": first, f"spans-{number}-last": last, f"spans-{number}-works": works}
        given |= {f"spans-{number}-name": name, f"spans-{number}-name_en": ""}
    return given | more


def rows(office):
    with scope.county(office.county):
        return [(str(row.day), row.works, row.name, row.proposed) for row in CalendarRow.objects.all()]


@pytest.fixture
def proposed(office):
    lines = [Line(date(2026, 5, 15), False, "供电检修")]
    return calendar.propose(document="县政府办通知", lines=lines, county=office.county, by=office.clerk, at=NOW)


def test_from_the_spans_typed_to_the_draft(office, sign_in):
    clerk, chief = sign_in(office.clerk), sign_in(office.chief)
    assert "录入或导入" in page(clerk.get("/admin/calendar/2026/"))
    assert clerk.get(PROPOSE).status_code == 200
    answer = clerk.post(PROPOSE, typed(("2026-05-14", "2026-05-15", "False", "供电检修"), ("2026-05-16", "", "True", "补班")))
    assert rows(office) == [
        ("2026-05-14", False, "供电检修", True),
        ("2026-05-15", False, "供电检修", True),
        ("2026-05-16", True, "补班", True),
    ]
    address = answer["Location"]
    seen = page(clerk.get(address))
    assert "由2026年5月15日（星期五）改到2026年5月16日（星期六）。" in seen
    assert "可以办理的角色：信访局局长。" in seen
    index = page(chief.get("/admin/"))
    assert "有一项日历变更等待审定：县政府办通知（澄府办〔2026〕3号）" in index
    assert address in index
    digest = re.search(r'name="seen" value="(\w+)"', page(chief.get(address)))[1]
    assert "情况又有变化" in page(chief.post(address, {"do": "approve", "seen": "0" * 64}))
    approved = chief.post(address, {"do": "approve", "seen": digest}, follow=True)
    with scope.county(office.county):
        release = Release.objects.open().get()
        assert ReceptionDay.objects.get(month="2026-05-01").day == date(2026, 5, 16)
    assert approved.redirect_chain[-1][0] == reverse("admin:release", args=[release.pk])
    assert "已拟定一期" in page(approved)
    settled = page(chief.get(address))
    assert "审定时的影响" in settled
    assert "改到2026年5月16日" in settled
    assert 'value="approve"' not in settled
    desk = page(chief.get("/admin/calendar/2026/"))
    assert "3 天不一致" in desk
    assert "不一致；以县里的为准" in desk
    assert "澄府办〔2026〕3号" in desk
    with translation.override("en"):
        assert "Disagree; the county’s counts" in page(chief.get("/en/admin/calendar/2026/"))


def test_a_file_or_pasted_text_becomes_a_proposal(office, sign_in):
    clerk = sign_in(office.clerk)
    upload = SimpleUploadedFile("节假日.csv", TABLE.encode("gb18030"), content_type="text/csv")
    assert clerk.post(PROPOSE, typed(file=upload)).status_code == 302
    assert clerk.post(PROPOSE, typed(text=TABLE)).status_code == 302
    assert len(rows(office)) == 4


def test_a_calendar_file_says_how_much_of_it_was_not_read(office, sign_in):
    events = "".join(
        f"BEGIN:VEVENT\nSUMMARY:{name}\nDTSTART;VALUE=DATE:{on}\nEND:VEVENT\n"
        for name, on in (("立夏", "20260505"), ("检修 休", "20260515"))
    )
    answer = sign_in(office.clerk).post(PROPOSE, typed(text=f"BEGIN:VCALENDAR\n{events}END:VCALENDAR\n"), follow=True)
    assert "1 个事件没有“休”或“班”的标记，没有读取。" in page(answer)
    assert rows(office) == [("2026-05-15", False, "检修", True)]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (typed(text="日期,放假或上班,名称\n2026-05-32,放假,甲乙丙\n"), ["第 2 行：", "2026-05-32", "甲乙丙"]),
        (typed(("2026-05-15", "2026-05-10", "False", "甲乙丙")), ["不能早于第一天", 'value="甲乙丙"', 'value="2026-05-10"']),
        (typed(("2026-05-15", "", "True", "")), ["请填写这一项", 'value="2026-05-15"']),
        (typed(text=TABLE, document=""), ["请填写这一项", "2026-06-15,放假,供电检修"]),
        (typed(("2026-05-15", "", "True", "甲乙丙"), text=TABLE), ["写了两次", "甲乙丙", "2026-06-15,放假,供电检修"]),
        (typed(note="一二三四"), ["没有内容", "一二三四"]),
        (
            typed(text="日期,放假或上班,名称\n2026-05-15,放假,<script>alert(1)</script>" + "甲" * 60),
            ["最多 60 个", "&lt;script&gt;"],
        ),
    ],
)
def test_what_is_refused_says_why_and_loses_nothing(office, sign_in, given, words):
    answer = page(sign_in(office.clerk).post(PROPOSE, given))
    assert [word for word in words if word not in answer] == []
    assert "收文第18号" in answer
    assert "<script>alert" not in answer
    assert rows(office) == []


@pytest.mark.parametrize(
    ("data", "text", "words"),
    [
        (b"PK\x03\x04\x00\x00", "", "文件不是文本"),
        (b"x" * 200_001, "", "内容太大"),
        (TABLE.encode(), "日期,甲乙丙", "只用一种"),
        ("日期,放假或上班,名称\n2026-13-01,放假,甲乙丙\n".encode("utf-8-sig"), "", "2026-13-01,放假,甲乙丙"),
    ],
)
def test_a_file_that_can_not_be_read_says_why_and_its_text_comes_back(office, sign_in, data, text, words):
    answer = page(sign_in(office.clerk).post(PROPOSE, typed(text=text, file=SimpleUploadedFile("a.csv", data))))
    assert words in answer
    assert text in answer
    assert rows(office) == []


def test_a_row_in_force_is_offered_for_withdrawal_and_the_year_for_confirmation(office, sign_in):
    builders.user("other-chief", office.county, Role.CHIEF)
    with scope.county(office.county):
        row = CalendarRow.objects.create(
            day=date(2026, 6, 16), works=False, name="导入的一行", document="旧通知", entered_by=office.chief, entered_at=NOW
        )
    clerk, chief = sign_in(office.clerk), sign_in(office.chief)
    assert f"?withdraw={row.pk}" in page(clerk.get("/admin/calendar/2026/"))
    assert re.search(rf'value="{row.pk}"[^>]* checked', page(clerk.get(f"{PROPOSE}?withdraw={row.pk}")))
    address = clerk.post(PROPOSE, typed(withdraws=row.pk, confirms="on"))["Location"]
    digest = re.search(r'name="seen" value="(\w+)"', page(chief.get(address)))[1]
    chief.post(address, {"do": "approve", "seen": digest})
    with scope.county(office.county):
        row.refresh_from_db()
        assert row.withdrawn_at is not None
    assert "导入的一行" in page(chief.get(address))
    assert "已确认" in page(chief.get("/admin/calendar/2026/"))


def test_the_proposers_button_is_off_and_says_why(office, sign_in):
    own = calendar.propose(document="甲", confirms=2027, county=office.county, by=office.chief, at=NOW)
    chief = sign_in(office.chief)
    answer = page(chief.get(reverse("admin:calendar_change", args=[own.pk])))
    assert re.search(r'value="approve"[^>]* disabled', answer)
    assert "须由另一位有审定权限的人审定" in answer
    digest = re.search(r'name="seen" value="(\w+)"', answer)[1]
    refused = page(chief.post(reverse("admin:calendar_change", args=[own.pk]), {"do": "approve", "seen": digest}))
    assert "提出人不能审定自己提出的变更" in refused
    assert "没有这个操作" in page(chief.post(reverse("admin:calendar_change", args=[own.pk]), {"do": "burn"}))


def test_a_proposal_is_given_up(office, sign_in, proposed):
    address = reverse("admin:calendar_change", args=[proposed.pk])
    assert "已撤回，没有生效。" in page(sign_in(office.clerk).post(address, {"do": "withdraw"}, follow=True))


def test_looking_changes_nothing(office, sign_in, proposed):
    address = reverse("admin:calendar_change", args=[proposed.pk])
    chief = sign_in(office.chief)
    chief.get(address, {"do": "approve"})
    with scope.county(office.county):
        assert CalendarChange.objects.get().state == "proposed"
        assert ReceptionDay.objects.get(month="2026-05-01").day == date(2026, 5, 15)


def test_the_list_of_changes_leads_to_the_page_of_one(office, sign_in, proposed):
    chief = sign_in(office.chief)
    assert "县政府办通知" in page(chief.get(reverse("admin:reception_calendarchange_changelist")))
    answer = chief.get(reverse("admin:reception_calendarchange_change", args=[proposed.pk]))
    assert answer["Location"] == reverse("admin:calendar_change", args=[proposed.pk])


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SYSTEM, Role.SECRETARY}))
def test_who_may_see_and_who_may_propose(office, sign_in, proposed, role):
    client = sign_in(builders.user("someone", office.county, role))
    sees, enters = role in PERMISSIONS["calendar.view"], role in PERMISSIONS["calendar.enter"]
    assert client.get("/admin/calendar/2026/").status_code == (200 if sees else 403)
    assert client.get(reverse("admin:calendar_change", args=[proposed.pk])).status_code == (200 if sees else 403)
    assert client.get(PROPOSE).status_code == (200 if enters else 403)
    assert client.post(PROPOSE, typed(text=TABLE)).status_code == (302 if enters else 403)


def test_the_other_countys_proposals_and_rows_do_not_exist(office, sign_in, proposed):
    other = builders.bureau("linhe")
    chief, address = sign_in(other.chief), reverse("admin:calendar_change", args=[proposed.pk])
    assert chief.get(address).status_code == 404
    assert chief.post(address, {"do": "withdraw"}).status_code == 404
    assert "县政府办通知" not in page(chief.get("/admin/calendar/2026/"))
    with scope.county(office.county):
        row = CalendarRow.objects.get()
    assert "请从列出的选项中选择" in page(chief.post(PROPOSE, typed(withdraws=row.pk)))


@pytest.mark.parametrize("year", [1999, 2101, 99999])
def test_a_year_beyond_the_calendar_is_not_there(office, sign_in, year):
    clerk = sign_in(office.clerk)
    assert clerk.get(f"/admin/calendar/{year}/").status_code == 404
    assert clerk.get(f"/admin/calendar/{year}/propose/").status_code == 404


def test_the_index_asks_for_the_notice_from_october_and_urges_from_mid_november(office, sign_in, clock):
    words = "2027 年节假日安排尚未确认"
    for month, day, listed, urgent in ((9, 30, False, False), (10, 1, True, False), (11, 14, True, False), (11, 15, True, True)):
        clock.move_to(datetime(2026, month, day, 3, tzinfo=UTC))
        found = re.search(rf"<li( class=\"urgent\")?><a[^>]*>{words}", page(sign_in(office.clerk).get("/admin/")))
        assert (bool(found), bool(found and found[1])) == (listed, urgent)
