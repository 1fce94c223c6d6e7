"""The leaders' desk: mine, refused, invisible; what was typed stays; two tabs."""

import re

import pytest

from reception import scope
from reception.actions import answers, releases, substitutions
from reception.models import Absence, Answer, Entry, Leader, Substitution
from reception.roles import Role
from tests.reception import builders
from tests.reception.actions.test_answers import AT, DAY, account, asked, secretary, sitting

PATHS = ["/desk/", "/desk/absences/", "/en/desk/"]


@pytest.fixture
def desk(office, clock, sign_in):
    """The leader of the coming sitting, asked, at their desk."""
    clock.move_to(AT)
    code = sitting(office).leader.code
    person = account(office, code)
    answer = asked(office)
    return office, answer, sign_in(person)


def text(response):
    return response.content.decode()


def offered(office, answer):
    """A sitting whose leader can't come, put to the first candidate: the substitution, the candidate's tenure, and who does such things."""
    who = {"county": office.county, "by": office.clerk, "at": AT}
    row = answers.decline(answer=answer, reason="leave", **who)
    _candidate, tenure = substitutions.ranked(sitting(office))[0]
    substitutions.propose(substitution=row, post=tenure.post, leader=tenure.leader, coordinators="科长", **who)
    return row, tenure, who


def state(office, answer):
    with scope.county(office.county):
        return Answer.objects.get(pk=answer.pk).state


def test_the_next_day_is_the_answer_and_can_be_confirmed(desk):
    office, answer, client = desk
    page = client.get("/desk/")
    assert page.status_code == 200
    for words in ("2026年2月24日", "还有 5 天", "08:30–11:30", "确认出席", "不能出席"):
        assert words in text(page)
    done = client.post(f"/desk/answers/{answer.pk}/accept/", follow=True)
    assert "已确认出席 2026-02-24" in text(done)
    assert state(office, answer) == "accepted"
    assert "情况有变" in text(client.get("/desk/"))


@pytest.mark.parametrize("path", PATHS)
def test_no_page_is_stored(desk, path):
    assert desk[2].get(path)["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/desk/", "/messages/"])
def test_the_account_and_the_way_out_are_in_the_navigation(desk, path):
    page = text(desk[2].get(path)).split('<nav class="site"')[1].split("</nav>")[0]
    assert 'href="/accounts/2fa/"' in page
    assert 'href="/accounts/logout/"' in page


def test_a_get_changes_nothing(desk):
    office, answer, client = desk
    assert client.get(f"/desk/answers/{answer.pk}/accept/").status_code == 405
    assert client.get(f"/desk/answers/{answer.pk}/decline/").status_code == 200
    assert state(office, answer) == "asked"


def test_two_tabs(desk):
    office, answer, client = desk
    client.post(f"/desk/answers/{answer.pk}/accept/")
    again = client.post(f"/desk/answers/{answer.pk}/accept/", follow=True)
    assert "现在是“已确认”" in text(again)
    with scope.county(office.county):
        assert Entry.objects.filter(act="answer.accept").count() == 1


def test_can_t_defaults_to_that_day_and_opens_a_substitution(desk):
    office, answer, client = desk
    page = text(client.get(f"/desk/answers/{answer.pk}/decline/"))
    assert page.count('value="2026-02-24"') == 2
    typed = {"starts_on": "2026-02-23", "ends_on": "2026-02-25", "kind": "training", "note": "党校"}
    done = client.post(f"/desk/answers/{answer.pk}/decline/", typed, follow=True)
    assert "正在安排替代" in text(done)
    with scope.county(office.county):
        absence, row = Absence.objects.get(), Substitution.objects.get()
    assert (str(absence.starts_on), str(absence.ends_on), absence.note) == ("2026-02-23", "2026-02-26", "党校")
    assert (row.reason, state(office, answer)) == ("training", "declined")


def test_a_refused_can_t_keeps_what_was_typed(desk):
    office, answer, client = desk
    typed = {"starts_on": "2026-03-01", "ends_on": "2026-03-02", "kind": "leave", "note": "家中有事"}
    page = client.post(f"/desk/answers/{answer.pk}/decline/", typed)
    for words in ("须包括 2026-02-24", "2026-03-01", "家中有事"):
        assert words in text(page)
    assert state(office, answer) == "asked"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": ""}, "请选择事由"),
        ({"ends_on": "2026-02-28"}, "不能早于第一天"),
        ({"starts_on": "2026-02-01"}, "已经过去"),
        ({"starts_on": "2026-05-02", "ends_on": "2026-05-09"}, "已有请假记录"),
        ({"starts_on": "30 February"}, "日期不对，请写成"),
    ],
)
def test_a_wrong_absence_is_refused_with_a_sentence_and_kept(desk, wrong, words):
    office, _answer, client = desk
    right = {"starts_on": "2026-05-01", "ends_on": "2026-05-03", "kind": "leave", "note": ""}
    client.post("/desk/absences/", right)
    typed = {"starts_on": "2026-03-01", "ends_on": "2026-03-02", "kind": "leave", "note": "家中有事"} | wrong
    page = client.post("/desk/absences/", typed)
    assert page.status_code == 200
    assert words in text(page)
    assert "家中有事" in text(page)
    with scope.county(office.county):
        assert Absence.objects.count() == 1


def test_absences_are_listed_changed_and_removed(desk):
    office, _answer, client = desk
    client.post("/desk/absences/", {"starts_on": "2026-05-01", "ends_on": "2026-05-03", "kind": "leave", "note": ""})
    with scope.county(office.county):
        row = Absence.objects.get()
    page = text(client.get(f"/desk/absences/{row.pk}/"))
    assert 'value="2026-05-03"' in page
    client.post(f"/desk/absences/{row.pk}/", {"starts_on": "2026-05-01", "ends_on": "2026-05-04", "kind": "leave", "note": ""})
    assert "2026年5月4日" in text(client.get("/desk/absences/"))
    assert "已删除请假" in text(client.post(f"/desk/absences/{row.pk}/remove/", follow=True))
    assert client.post(f"/desk/absences/{row.pk}/remove/").status_code == 404


def test_a_secretary_picks_one_of_several_and_both_names_are_shown(office, clock, sign_in):
    clock.move_to(AT)
    answer = asked(office)
    code = answer.leader.code
    other = "L3" if code != "L3" else "L4"
    client = sign_in(secretary(office, code, other))
    with scope.county(office.county):
        names = dict(Leader.objects.values_list("code", "name"))
    page = text(client.get(f"/desk/?leader={code}"))
    assert f"the-secretary代{names[code]}办理" in page
    assert f"?leader={other}" in page
    assert "确认出席" not in text(client.get(f"/desk/?leader={other}"))
    assert client.get("/desk/?leader=L1").status_code == 200
    done = client.post(f"/desk/answers/{answer.pk}/accept/?leader={code}")
    assert done["Location"] == f"/desk/?leader={code}"
    with scope.county(office.county):
        row = Answer.objects.select_related("answered_by").get(pk=answer.pk)
    assert (row.answered_by.username, row.acting_for) == ("the-secretary", f"leader {code}")


def test_another_leaders_things_do_not_exist(office, clock, sign_in):
    clock.move_to(AT)
    answer = asked(office)
    with scope.county(office.county):
        absence = Absence.objects.create(
            leader=answer.leader, starts_on=DAY, ends_on=DAY.replace(day=26), kind="leave", recorded_by=office.clerk, recorded_at=AT
        )
    other = "L3" if answer.leader.code != "L3" else "L4"
    foreign = builders.bureau("linhe")
    strangers = [account(office, other), secretary(office, other), secretary(foreign, "L3", username="foreign")]
    for person in strangers:
        client = sign_in(person)
        assert client.post(f"/desk/answers/{answer.pk}/accept/").status_code == 404
        assert client.get(f"/desk/answers/{answer.pk}/decline/").status_code == 404
        assert client.get(f"/desk/absences/{absence.pk}/").status_code == 404
        assert client.post(f"/desk/absences/{absence.pk}/remove/").status_code == 404
    assert state(office, answer) == "asked"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SYSTEM, Role.SECRETARY}))
def test_staff_without_a_leader_are_shown_to_their_own_site(office, sign_in, role):
    page = sign_in(builders.user("somebody", office.county, role)).get("/desk/")
    assert page.status_code == 403
    assert 'href="/admin/"' in text(page)
    assert page["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", PATHS)
def test_the_anonymous_are_asked_to_sign_in(office, client, path):
    response = client.get(path)
    assert (response.status_code, "/desk/" in response["Location"]) == (302, True)


def test_an_offer_is_accepted_on_the_substitutes_desk(desk, sign_in):
    office, answer, _client = desk
    joint = builders.user("joint", office.county, Role.JOINT_OFFICE)
    with scope.county(office.county):
        row, tenure, who = offered(office, answer)
    client = sign_in(account(office, tenure.leader.code, "the-substitute"))
    page = text(client.get("/desk/"))
    assert ("请您替代接访" in page, "同意替代" in page) == (True, False)
    with scope.county(office.county):
        substitutions.endorse(substitution=row, **(who | {"by": joint}))
    assert "同意替代" in text(client.get("/desk/"))
    assert client.post(f"/desk/substitutions/{row.pk}/", {"do": "accept"}).status_code == 302
    with scope.county(office.county):
        assert Substitution.objects.get().state == "accepted"
    assert desk[2].post(f"/desk/substitutions/{row.pk}/", {"do": "decline"}).status_code == 404


def test_a_swap_says_both_days_before_it_is_agreed_to(desk, sign_in):
    office, answer, client = desk
    with scope.county(office.county):
        who = {"county": office.county, "by": office.clerk, "at": AT}
        row = answers.decline(answer=answer, reason="leave", **who)
        other = sitting(office, day="2026-03-16")
        substitutions.propose_swap(substitution=row, other=other, coordinators="科长", **who)
    page = text(sign_in(account(office, other.leader.code, "the-other")).get("/desk/"))
    said = page.split("请您替代接访")[1].split("</section>")[0]
    for words in ("这是对调", "2026年2月24日", "您原定的", "2026年3月16日", f"这一天改由{answer.leader.name}接访", "不能对调"):
        assert words in said
    own = text(client.get("/desk/")).split("请您替代接访")[1].split("</section>")[0]
    assert ("由对方答复" in own, "<button" in own) == (True, False)


def test_an_offer_that_moved_on_is_not_declined_from_an_old_tab(desk, sign_in):
    office, answer, _client = desk
    joint = builders.user("joint", office.county, Role.JOINT_OFFICE)
    with scope.county(office.county):
        row, tenure, who = offered(office, answer)
        substitutions.endorse(substitution=row, **(who | {"by": joint}))
    client = sign_in(account(office, tenure.leader.code, "the-substitute"))
    seen = re.search(r'name="seen" value="([^"]+)"', text(client.get("/desk/"))).group(1)
    address = f"/desk/substitutions/{row.pk}/"
    client.post(address, {"do": "accept", "seen": seen})
    stale = client.post(address, {"do": "decline", "seen": seen}, follow=True)
    assert "已有新的进展" in text(stale)
    with scope.county(office.county):
        assert Substitution.objects.get().state == "accepted"


def test_what_changed_is_said_with_the_old_struck_out(desk, sign_in):
    office, answer, client = desk
    assert "第 1 期" in text(client.get("/desk/"))
    joint = builders.user("joint", office.county, Role.JOINT_OFFICE)
    with scope.county(office.county):
        row, tenure, who = offered(office, answer)
        substitutions.endorse(substitution=row, **(who | {"by": joint}))
        substitutions.accept(substitution=row, **who)
        draft = substitutions.settle(substitution=row, **who)
    ahead = sign_in(account(office, tenure.leader.code, "the-substitute"))
    assert "有变动，待公布" in text(ahead.get("/desk/"))
    releases.submit(release=draft, county=office.county, by=office.clerk, at=AT)
    releases.approve(release=draft, county=office.county, by=office.chief, at=AT)
    releases.publish(release=draft, county=office.county, by=office.chief, at=AT)
    for browser in (client, ahead):
        page = text(browser.get("/desk/"))
        assert f"<del>{answer.leader.name}" in page
        assert f"<ins>{tenure.leader.name}" in page
        assert "有变动，待公布" not in page


def test_a_feed_is_made_shown_once_subscribed_to_and_stopped(desk, client):
    _office, answer, browser = desk
    assert "生成订阅地址" in text(browser.get("/desk/"))
    made = browser.post("/desk/feed/", {"do": "make"})
    address = re.search(r"<code>https?://[^/]+(/chenghe/feeds/[^<]+\.ics)</code>", text(made)).group(1)
    assert made["Cache-Control"] == "no-store"
    assert answer.leader.name in client.get(address).content.decode().replace("\r\n ", "")
    again = text(browser.get("/desk/"))
    assert address not in again
    assert "重新生成地址" in again
    assert "已停用" in text(browser.post("/desk/feed/", {"do": "revoke"}, follow=True))
    assert client.get(address).status_code == 404
    assert "无需停用" in text(browser.post("/desk/feed/", {"do": "revoke"}, follow=True))
    made = browser.post("/en/desk/feed/", {"do": "make"})
    address = re.search(r"<code>https?://[^/]+(/\S*chenghe/feeds/[^<]+\.ics)</code>", text(made)).group(1)
    there = re.search(r'<a [^>]*hreflang="zh-Hans"[^>]*>|<a [^>]*href="/desk/feed/[^>]*>', text(made))
    assert there, "the page in the other language is one click away"
    again = browser.get("/desk/feed/", follow=True)
    assert (again.redirect_chain[0][0], again.status_code) == ("/desk/", 200)
    assert "地址只在生成时显示一次" in text(again)
    assert address not in text(again)
