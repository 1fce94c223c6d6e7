"""Change notices: from two documents to items with what was, what is, why and when; and nothing that is not a change to come."""

import copy
from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from reception import notices
from reception.notices import Kind

AT = "2026-01-09T02:00:00Z"


def both(zh, en=""):
    return {"zh": zh, "en": en}


def sitting(uid="s1", **more):
    return {
        "uid": uid,
        "sequence": 0,
        "rotation": {"key": "R1", "name": both("党政主要领导", "Principal leaders")},
        "leader": {"name": both("县委书记甲"), "post": both("县委书记"), "portfolio": both("全面工作")},
        "place": {"name": both("接待中心"), "address": both("人民路1号")},
        "from": "08:30",
        "to": "11:30",
        "capacity": 15,
        "state": "published",
        "substitutes": None,
        "turn": None,
        "departments": [],
        "coordinators": [],
    } | more


def day(uid="d1", on="2026-03-16", **more):
    return {
        "uid": uid,
        "month": on[:7],
        "nominal": f"{on[:7]}-15",
        "day": on,
        "kind": "monthly",
        "status": "confirmed",
        "state": "published",
        "reasons": [],
        "title": both(""),
        "reason": both(""),
        "sittings": [sitting()],
    } | more


def document(*days, number=1, note="", **more):
    county = {"name": both("澄河县"), "time_zone": "Asia/Shanghai"}
    return {"county": county, "number": number, "published_at": AT, "note": both(note), "years": [], "days": list(days)} | more


MAGISTRATE = {"name": both("县长乙"), "post": both("县长"), "portfolio": both("政府全面工作")}
SECRETARY = {"name": both("县委书记甲"), "post": both("县委书记")}
INSTEAD = {"leader": MAGISTRATE, "substitutes": {"leader": SECRETARY, "reason": "meeting"}}


def change(before, after, note=""):
    return notices.between(document(before), document(after, number=2, note=note))


@pytest.mark.parametrize(
    ("before", "after", "kind", "was", "becomes", "why"),
    [
        (
            {},
            {"sittings": [sitting(**INSTEAD)]},
            Kind.SUBSTITUTED,
            "县委书记甲（县委书记）",
            "县长乙（县长）",
            "会议",
        ),
        (
            {"sittings": [sitting(**INSTEAD)]},
            {},
            Kind.RETURNED,
            "县长乙（县长）",
            "县委书记甲（县委书记）",
            "原定领导可以出席",
        ),
        (
            {},
            {"day": "2026-03-18", "reason": both("停电")},
            Kind.MOVED,
            "2026年3月16日（星期一）",
            "2026年3月18日（星期三）",
            "停电",
        ),
        ({}, {"state": "cancelled", "reason": both("防汛")}, Kind.CANCELLED, "2026年3月16日（星期一）", "取消", "防汛"),
        ({"state": "cancelled"}, {}, Kind.RESTORED, "取消", "2026年3月16日（星期一）", ""),
        (
            {"status": "provisional"},
            {},
            Kind.CONFIRMED,
            "2026年3月16日（星期一），暂定",
            "2026年3月16日（星期一），已确定",
            "该年的节假日安排已公布",
        ),
        (
            {},
            {"status": "provisional"},
            Kind.PROVISIONAL,
            "2026年3月16日（星期一），已确定",
            "2026年3月16日（星期一），暂定",
            "",
        ),
        ({}, {"sittings": [sitting(), sitting("s2", leader=MAGISTRATE)]}, Kind.SITTING_ADDED, "", "县长乙（县长）", ""),
        ({"sittings": [sitting(), sitting("s2", leader=MAGISTRATE)]}, {}, Kind.SITTING_REMOVED, "县长乙（县长）", "撤下", ""),
        ({}, {"sittings": [sitting(state="cancelled")]}, Kind.SITTING_CANCELLED, "县委书记甲（县委书记）", "取消", ""),
        (
            {},
            {"sittings": [sitting(leader=MAGISTRATE)]},
            Kind.LEADER,
            "县委书记甲（县委书记），分管全面工作",
            "县长乙（县长），分管政府全面工作",
            "",
        ),
        ({}, {"sittings": [sitting(to="12:00")]}, Kind.HOURS, "08:30–11:30", "08:30–12:00", ""),
        (
            {},
            {"sittings": [sitting(place={"name": both("乡政府"), "address": both("")})]},
            Kind.PLACE,
            "接待中心 人民路1号",
            "乡政府",
            "",
        ),
        ({}, {"sittings": [sitting(capacity=20)]}, Kind.CAPACITY, "15 批", "20 批", ""),
        (
            {},
            {"sittings": [sitting(departments=[both("住建局"), both("公安局")])]},
            Kind.DEPARTMENTS,
            "无",
            "住建局、公安局",
            "",
        ),
        ({}, {"sittings": [sitting(coordinators=[both("信访局科长")])]}, Kind.COORDINATORS, "无", "信访局科长", ""),
    ],
)
def test_each_kind_of_change_says_what_was_what_is_and_why(before, after, kind, was, becomes, why):
    (item,) = change(day(**before), day(**after), note="说明")
    assert (item.kind, item.was, item.becomes, item.why) == (kind, was, becomes, why)
    assert (item.release, item.published_at.isoformat()) == (2, "2026-01-09T10:00:00+08:00")


def test_a_reason_is_that_of_its_own_day_and_no_other():
    old = [day(), day("d2", "2026-04-15", sittings=[sitting("s2")])]
    new = [
        day(day="2026-03-18", reason=both("停电")),
        day("d2", "2026-04-15", sittings=[sitting("s2", departments=[both("住建局")])]),
    ]
    moved, attended = notices.between(document(*old), document(*new, number=2, note="2026-03-16 改期为 2026-03-18：停电"))
    assert (moved.why, attended.kind, attended.why) == ("停电", Kind.DEPARTMENTS, "")
    assert "原因" not in attended.sentence


def test_in_a_swap_only_the_leader_who_is_away_has_a_reason():
    away = INSTEAD["substitutes"] | {"swapped_with": "2026-04-15"}
    gives = {"leader": {"name": both("县长乙"), "post": both("县长")}, "swapped_with": "2026-03-16"}
    first = change(day(), day(sittings=[sitting(leader=MAGISTRATE, substitutes=away)]))
    second = change(day(sittings=[sitting(leader=MAGISTRATE)]), day(sittings=[sitting(substitutes=gives)]))
    assert (first[0].why, second[0].why) == ("会议，与 2026年4月15日 对调", "与 2026年3月16日 对调")


def test_a_new_day_in_a_known_year_is_an_item_and_a_day_gone_too():
    extra = day("d2", "2026-05-20", kind="extra", nominal=None, title=both("下访石桥镇"))
    (item,) = notices.between(document(day()), document(day(), extra, number=2))
    assert (item.kind, item.was) == (Kind.ADDED, "")
    assert item.becomes == "2026年5月20日（星期三）；县委书记甲（县委书记），08:30–11:30，接待中心 人民路1号"
    assert item.why == "按决定增加的接访：下访石桥镇。"
    assert notices.heading([item]) == "关于增加2026年5月领导接访安排的公告"
    (gone,) = notices.between(document(day(), extra), document(day(), number=2))
    assert (gone.kind, gone.was, gone.becomes, gone.day) == (Kind.REMOVED, "2026年5月20日（星期三）", "撤下", date(2026, 5, 20))


def test_what_adjusts_nothing_is_no_item():
    first = document(day())
    assert notices.between(None, first) == ()
    assert notices.between(first, document(day(), day("d2", "2027-01-15"), number=2)) == (), "a year published for the first time"
    assert change(day(on="2026-01-05"), day(on="2026-01-05", sittings=[sitting(capacity=1)])) == (), (
        "over on the day of publication"
    )
    assert change(day(), day(sittings=[sitting(turn={"passed_over": [], "first_in_queue": True})])) == ()
    assert change(day(), day(state="held")) == ()
    assert change(day(), copy.deepcopy(day())) == ()


def test_the_day_of_publication_itself_is_still_to_come():
    assert change(day(on="2026-01-09"), day(on="2026-01-09", sittings=[sitting(capacity=1)]))


def test_a_cancelled_day_is_one_item_whatever_else_changed():
    assert [i.kind for i in change(day(), day(state="cancelled", sittings=[sitting(capacity=1)]))] == [Kind.CANCELLED]


def test_another_substitute_takes_over_from_the_one_before():
    deputy = {"name": both("副书记丙"), "post": both("县委副书记"), "portfolio": both("党建")}
    (item,) = change(day(sittings=[sitting(**INSTEAD)]), day(sittings=[sitting(**INSTEAD | {"leader": deputy})]))
    assert (item.kind, item.was, item.becomes) == (Kind.SUBSTITUTED, "县长乙（县长）", "副书记丙（县委副书记）")


def test_the_coordinators_named_with_a_substitute_are_no_item_of_their_own():
    assert [i.kind for i in change(day(), day(sittings=[sitting(**INSTEAD, coordinators=[both("科长")])]))] == [Kind.SUBSTITUTED]


def test_the_title_names_the_months_and_years_when_they_are_many():
    def several(months):
        old = [day(f"d{m}", f"2026-{m:02}-16", sittings=[sitting(f"s{m}")]) for m in months]
        new = [row | {"sittings": [row["sittings"][0] | {"capacity": 1}]} for row in old]
        return notices.heading(notices.between(document(*old), document(*new, number=2)))

    assert several([3]) == "关于2026年3月领导接访调整的公告"
    assert several([3, 5]) == "关于2026年3月、5月领导接访调整的公告"
    assert several([2, 3, 4, 5, 6]) == "关于2026年领导接访调整的公告"


def test_an_item_is_one_sentence_in_the_language_asked_for():
    (item,) = change(day(), day(day="2026-03-18", reason=both("停电", "power cut")))
    assert (
        item.sentence
        == "2026年3月18日（星期三）：接访日期调整。原定：2026年3月16日（星期一）。调整为：2026年3月18日（星期三）。原因：停电。"
    )
    with translation.override("en"):
        assert item.sentence == (
            "18 March 2026 (Wednesday): Date changed. Originally: 16 March 2026 (Monday). "
            "Now: 18 March 2026 (Wednesday). Reason: power cut."
        )


def test_a_draft_is_told_as_of_a_day_given():
    draft = document(day(sittings=[sitting(capacity=1)]))
    del draft["published_at"], draft["number"]
    assert len(notices.between(document(day()), draft, on=date(2026, 3, 16))) == 1
    assert notices.between(document(day()), draft, on=date(2026, 3, 17)) == ()


def test_ids_stay_and_differ():
    after = day(day="2026-03-18", sittings=[sitting(capacity=1, to="12:00")])
    once, again = change(day(), after), change(day(), after)
    assert [item.id for item in once] == [item.id for item in again]
    assert len({item.id for item in once}) == len({item.key for item in once}) == 3
    assert once[0].id.startswith("urn:uuid:")


fields = st.fixed_dictionaries(
    {
        "from": st.sampled_from(["08:30", "09:00"]),
        "capacity": st.integers(0, 3),
        "state": st.sampled_from(["published", "cancelled", "held"]),
        "leader": st.sampled_from([sitting()["leader"], MAGISTRATE]),
        "substitutes": st.sampled_from([None, INSTEAD["substitutes"]]),
        "departments": st.sampled_from([[], [both("住建局")]]),
    }
)
days = st.fixed_dictionaries(
    {
        "day": st.sampled_from(["2026-01-08", "2026-01-09", "2026-03-16"]),
        "status": st.sampled_from(["confirmed", "provisional"]),
        "state": st.sampled_from(["published", "cancelled", "held"]),
        "sittings": st.lists(fields, max_size=2),
    }
)


def rows(found):
    return [
        day(f"d{n}") | row | {"sittings": [sitting(f"s{n}{m}") | seat for m, seat in enumerate(row["sittings"])]}
        for n, row in enumerate(found)
    ]


@given(st.lists(days, max_size=3), st.lists(days, max_size=3), st.sampled_from(["zh-hans", "en"]))
def test_any_two_documents_give_items_that_can_be_read(old, new, language):
    """Every item has a title, a name of its own, two values that differ, and concerns a day that was to come."""
    with translation.override(language):
        items = notices.between(document(*rows(old)), document(*rows(new), number=2))
        assert len({item.id for item in items}) == len(items)
        for item in items:
            assert item.title
            assert item.sentence
            assert item.was != item.becomes
            assert max(row["day"] for row in (item.old, item.new) if row) >= "2026-01-09"
        assert notices.between(document(*rows(new)), document(*rows(new), number=2)) == ()
