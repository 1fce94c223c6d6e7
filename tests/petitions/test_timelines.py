"""What people read of a case's clocks: a word for each colour, sentences that can be counted again, and whose the days were."""

from datetime import date

import pytest
from django.utils import translation

from petitions import casefile, clock_words, timelines, words
from petitions.actions import clocks
from petitions.clock_words import Colour, colour_of
from petitions.models import Case, Deadline, Referral
from petitions.workflow import Action
from reception import scope
from tests.petitions import handled


@pytest.fixture
def office(standing):
    return standing


@pytest.fixture
def unit(office):
    return handled.unit(office)


@pytest.mark.parametrize(
    ("left", "colour", "said"),
    [
        (30, Colour.IN_TIME, "正常（还有 30 天）"),
        (8, Colour.IN_TIME, "正常（还有 8 天）"),
        (7, Colour.DUE_SOON, "临期（还有 7 天）"),
        (4, Colour.DUE_SOON, "临期（还有 4 天）"),
        (3, Colour.DUE_IN_THREE, "即将到期（还有 3 天）"),
        (1, Colour.DUE_IN_THREE, "即将到期（还有 1 天）"),
        (0, Colour.DUE_IN_THREE, "今天到期"),
        (-1, Colour.OVERDUE, "超期 1 天"),
        (-40, Colour.OVERDUE, "超期 40 天"),
    ],
)
def test_a_colour_has_a_word(left, colour, said):
    due = date(2026, 3, 17)
    on = date.fromordinal(due.toordinal() - left)
    clock = Deadline(county_id=1, due_on=due)
    assert colour_of(due, on) is colour
    assert clock_words.colour(clock, on) is colour
    assert clock_words.colour_words(colour, clock, on) == said


def shown(office, case, on):
    with scope.county(office.county):
        return timelines.legal(casefile.opened(Case.objects.get(pk=case.pk)), on)


def test_clocks_that_run_come_first_and_a_hearing_has_its_own_colour(office, unit):
    case = handled.in_handling(office, unit)
    found = [(one.name, one.colour.value, one.words) for one in shown(office, case, date(2026, 3, 16))]
    assert found == [
        ("交办办结时限（住房和城乡建设局）", "in_time", "正常（还有 35 天）"),
        ("办理期限", "in_time", "正常（还有 48 天）"),
        ("异议期限（住房和城乡建设局）", "stopped", "已停止，未超期"),
        ("登记甄别期限", "stopped", "已停止，未超期"),
        ("受理告知期限（住房和城乡建设局）", "stopped", "已停止，未超期"),
    ]
    with scope.county(office.county):
        clock = Deadline.objects.running().get(case=case, kind="D5")
        clock.pauses.create(case=case, ground="hearing", reason="听证", starts_on=date(2026, 3, 10))
    assert {one.clock.kind: one.words for one in shown(office, case, date(2026, 6, 1))}["D5"] == "听证中止计时"


def test_a_clock_that_was_stopped_late_says_by_how_much(office, unit):
    case = handled.accepted(office, unit, on=date(2026, 3, 20))
    assert {one.clock.kind: one.words for one in shown(office, case, date(2026, 6, 1))} == {
        "D11": "超期 42 天",
        "D5": "超期 13 天",
        "D1": "已停止，未超期",
        "D3": "已停止，超期 3 天",
        "D4": "已停止，超期 11 天",
    }


@pytest.mark.parametrize(
    ("kind", "on", "said"),
    [
        ("D4", "2026-03-02", "2026年3月2日受理，自次日起 5 个工作日（《信访工作条例》第二十三条第三款），至 2026年3月9日。"),
        (
            "D7",
            "2026-03-05",
            (
                "2026年3月5日受理，自次日起 30 日，节假日计算在内（《信访工作条例》第三十五条），至 2026年4月4日。"
                "2026年4月4日不是工作日，顺延至下一个工作日 2026年4月7日。"
            ),
        ),
        (
            "D9",
            "2026-03-04",
            "2026年3月4日受理，自次日起 30 日，节假日计算在内（《信访工作条例》第三十六条），至 2026年4月3日。",
        ),
        (
            "D8",
            "2026-03-05",
            (
                "2026年3月5日受理，自次日起 30 日，节假日计算在内（《信访工作条例》第三十五条），至 2026年4月4日。"
                "这一天不是工作日，内部应在 2026年4月3日 前办完。"
            ),
        ),
    ],
)
def test_the_sentence_of_a_clock_and_its_roll(office, unit, kind, on, said):
    case = handled.accepted(office, unit)
    with scope.county(office.county):
        step = case.steps.get(action="accept")
        clock = clocks.start(step=step, kind=kind, on=date.fromisoformat(on), county=office.county)
        assert words.how(clock) == said
        assert clock_words.edition(clock).startswith("规则版本：2022-05-01/1（法规基准）；日历版本：")


def test_a_day_that_was_set_is_said_to_be_set(office, unit):
    case = handled.assigned(office, unit, on=date(2026, 3, 2))
    with scope.county(office.county):
        clock = Deadline.objects.get(case=case, kind="D11")
        assert words.how(clock) == "2026年3月2日交办（《信访工作条例》第二十二条），指定的办结时限是 2026年4月20日。"


def test_an_objection_is_in_the_sentences(office, unit):
    case = handled.assigned(office, unit, on=date(2026, 3, 2))
    with scope.county(office.county):
        referral = Referral.objects.get(case=case)
        (fresh,) = clocks.exclude(
            step=referral.step,
            kinds=("D4",),
            starts_on=date(2026, 3, 5),
            ends_on=date(2026, 3, 9),
            county=office.county,
            referral=referral,
        )
        assert words.how(fresh).endswith(
            "2026年3月5日至 2026年3月8日异议处理，其中 2 个工作日不计入期限，届满日改为 2026年3月11日。"
        )
        with translation.override("en"):
            assert "  " not in words.how(fresh)


def desks(office, case, on):
    with scope.county(office.county):
        found = timelines.whole(casefile.opened(Case.objects.get(pk=case.pk)), on, office.county)
    return found.days, found.ended_on, [(d.who, str(d.starts_on), str(d.ends_on), d.days) for d in found.desks]


def test_each_desk_has_its_days_and_the_whole_never_begins_again(office, unit):
    """Received on 24 February, assigned on 2 March, objected on the 5th, agreed on the 9th, with another unit from the 10th."""
    case = handled.assigned(office, unit, on=date(2026, 3, 2))
    handled.move(office, case, Action.OBJECT, unit.officer, date(2026, 3, 5))
    handled.move(office, case, Action.AGREE_TO_OBJECTION, office.clerk, date(2026, 3, 9))
    other = handled.unit(office, "D03")
    step = handled.move(office, case, Action.TRANSFER, office.clerk, date(2026, 3, 9))
    with scope.county(office.county):
        Referral.objects.create(
            case=case,
            step=step,
            round=2,
            department=other.department,
            is_lead=True,
            is_assigned=False,
            received_on=date(2026, 3, 10),
        )
    days, ended_on, found = desks(office, case, date(2026, 3, 20))
    bureau = office.county.bureau
    assert (days, ended_on) == (24, None)
    assert found == [
        (bureau, "2026-02-24", "2026-03-02", 6),
        ("住房和城乡建设局", "2026-03-02", "2026-03-05", 3),
        (bureau, "2026-03-05", "2026-03-10", 5),
        (other.department.name, "2026-03-10", "None", 10),
    ]
    assert sum(desk[3] for desk in found) == days


def test_a_case_that_rests_has_no_more_days(office, unit):
    case = handled.assigned(office, unit, on=date(2026, 3, 2))
    handled.move(office, case, Action.WITHDRAW, office.clerk, date(2026, 3, 12))
    days, ended_on, found = desks(office, case, date(2026, 9, 1))
    assert (days, ended_on, found[-1]) == (16, date(2026, 3, 12), ("住房和城乡建设局", "2026-03-02", "2026-03-12", 10))
