"""Break-glass: two persons, a reason, at most three days; every other way is refused; the petitioner can see it."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction
from django.urls import reverse

from petitions.actions import disclosures
from petitions.models import Case, Disclosure
from reception import scope
from reception.actions import journal
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import Entry
from reception.roles import Role
from tests.petitions.letters import letter
from tests.reception import builders
from tests.reception.builders import NOW


class Scene:
    def __init__(self, office):
        self.office = office
        self.joint = builders.user("joint", office.county, Role.JOINT_OFFICE)
        self.second = builders.user("second-chief", office.county, Role.CHIEF)
        self.accused = builders.user("accused", office.county, Role.CLERK, Role.CHIEF)
        self.case = letter(office, "反映登记员收材料不开收据", accused_user=self.accused)

    def ask(self, *, by=None, to=None, reason="本人须到场说明情况", at=NOW):
        with scope.county(self.office.county):
            return disclosures.ask(
                case=self.case, to=to or self.accused, reason=reason, county=self.office.county, by=by or self.office.chief, at=at
            )

    def agree(self, row, *, by=None, days=1, at=NOW):
        with scope.county(self.office.county):
            return disclosures.agree(disclosure=row, days=days, county=self.office.county, by=by or self.joint, at=at)

    def end(self, row, *, by=None, at=NOW):
        with scope.county(self.office.county):
            return disclosures.end(disclosure=row, county=self.office.county, by=by or self.office.chief, at=at)

    def sees(self, at=NOW):
        on = at.astimezone(self.office.county.zone).date()
        with scope.county(self.office.county):
            seen = Case.objects.visible_to(self.accused, on=on).filter(pk=self.case.pk).exists()
            assert seen != Case.objects.walled(self.accused, on=on).filter(pk=self.case.pk).exists()
            return seen


@pytest.fixture
def scene(office):
    return Scene(office)


@pytest.mark.parametrize("days", [1, 2, 3])
def test_two_persons_open_a_case_to_the_end_of_a_day_at_most_72_hours_off(scene, days):
    row = scene.ask()
    assert not scene.sees()
    row = scene.agree(row, days=days)
    zone = scene.office.county.zone
    end = datetime.combine(NOW.astimezone(zone).date() + timedelta(days=days), datetime.min.time(), zone)
    assert (row.ends_at, row.ends_at - NOW <= timedelta(hours=72)) == (end, True)
    assert scene.sees()
    assert scene.sees(end - timedelta(seconds=1))
    assert not scene.sees(end)
    with scope.county(scene.office.county):
        kept = list(
            Entry.objects.filter(act__startswith="disclosure").order_by("n").values_list("act", "object", "actor", "reason")
        )
        assert kept == [
            ("disclosure.ask", f"case {scene.case.number}", "chenghe-chief", "本人须到场说明情况"),
            ("disclosure.agree", f"case {scene.case.number}", "joint", "本人须到场说明情况"),
        ]
        assert [(one.to, one.reason) for one in disclosures.openings(scene.case)] == [(scene.accused, "本人须到场说明情况")]
        assert list(journal.faults()) == []


def test_it_is_closed_before_its_time_by_one_person_and_stays_closed(scene):
    row = scene.agree(scene.ask())
    scene.end(row)
    assert not scene.sees()
    with pytest.raises(MovedOn):
        scene.end(row)
    with pytest.raises(MovedOn):
        scene.agree(row)


def test_what_was_not_agreed_to_is_not_shown_to_the_petitioner_and_can_be_asked_again(scene):
    scene.end(scene.ask(), by=scene.joint)
    with scope.county(scene.office.county):
        assert disclosures.openings(scene.case) == []
    scene.agree(scene.ask())
    assert scene.sees()


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        ({"reason": "  "}, Refused, "请写明理由"),
        ({"by": "accused"}, Refused, "没有这一事项"),
        ({"by": "clerk"}, Forbidden, "信访局局长"),
        ({"to": "second"}, Refused, "不受隔离限制"),
        ({"to": "chief"}, Refused, "不能为自己申请"),
    ],
)
def test_asking_is_refused(scene, ask, error, words):
    people = {"accused": scene.accused, "clerk": scene.office.clerk, "second": scene.second, "chief": scene.office.chief}
    with pytest.raises(error, match=words):
        scene.ask(**{name: people.get(value, value) for name, value in ask.items()})


def test_asking_twice_is_refused(scene):
    scene.ask()
    with pytest.raises(Refused, match="正在等待另一人同意"):
        scene.ask(by=scene.second)


@pytest.mark.parametrize(
    ("agree", "error", "words"),
    [
        ({"by": "chief"}, Refused, "申请人不能自己同意"),
        ({"by": "accused"}, Refused, "没有这一事项"),
        ({"by": "clerk"}, Forbidden, "联席会议办公室"),
        ({"days": 4}, Refused, "72 小时"),
        ({"days": 0}, Refused, "72 小时"),
    ],
)
def test_agreeing_is_refused(scene, agree, error, words):
    row = scene.ask()
    people = {"accused": scene.accused, "clerk": scene.office.clerk, "chief": scene.office.chief}
    with pytest.raises(error, match=words):
        scene.agree(row, **{name: people.get(value, value) for name, value in agree.items()})
    assert not scene.sees()


@pytest.mark.parametrize(
    "columns",
    [
        {"agreed_by": "chief"},
        {"agreed_by": "accused"},
        {"ends_at": timedelta(hours=73)},
        {"agreed_by": None},
    ],
)
def test_the_database_refuses_one_person_the_receiver_and_a_longer_time(scene, columns):
    people = {"chief": scene.office.chief, "accused": scene.accused, None: None}
    right = {"agreed_by": scene.joint, "agreed_at": NOW, "ends_at": NOW + timedelta(hours=20)}
    wrong = {name: NOW + value if isinstance(value, timedelta) else people[value] for name, value in columns.items()}
    row = scene.ask()
    with scope.county(scene.office.county):
        with pytest.raises(IntegrityError), transaction.atomic():
            Disclosure.objects.filter(pk=row.pk).update(**{**right, **wrong})
        Disclosure.objects.filter(pk=row.pk).update(**right)
        for later in ({"ends_at": NOW + timedelta(hours=60)}, {"reason": "另一个理由"}, {"to": scene.second}):
            with pytest.raises((ProgrammingError, InternalError, IntegrityError)), transaction.atomic():
                Disclosure.objects.filter(pk=row.pk).update(**later)


def test_asked_on_the_cases_page_and_agreed_on_the_page_of_openings(scene, sign_in):
    chief, joint, accused = sign_in(scene.office.chief), sign_in(scene.joint), sign_in(scene.accused)
    url, page = reverse("admin:case_do", args=[scene.case.pk, "disclose"]), reverse("admin:disclosures")
    with scope.county(scene.office.county):
        seen = scene.case.steps.count()
    said = {"seen": seen, "to": scene.accused.pk, "reason": ""}
    refused = chief.post(url, said)
    assert (refused.status_code, "没有保存" in refused.content.decode()) == (200, True)
    assert chief.post(url, {**said, "reason": "到场说明"}).status_code == 302
    number = scene.case.number
    assert number in joint.get(page).content.decode()
    assert number not in accused.get(page).content.decode()
    assert "破窗查阅待同意：1 件" in joint.get("/admin/").content.decode()
    with scope.county(scene.office.county):
        row = Disclosure.objects.get()
    assert accused.post(page, {"disclosure": row.pk, "do": "agree", "days": "1"}).status_code == 404
    assert accused.get(reverse("admin:case", args=[scene.case.pk])).status_code == 404
    joint.post(page, {"disclosure": row.pk, "do": "agree", "days": "1"})
    assert accused.get(reverse("admin:case", args=[scene.case.pk])).status_code == 200
    joint.post(page, {"disclosure": row.pk, "do": "end"})
    assert accused.get(reverse("admin:case", args=[scene.case.pk])).status_code == 404
    assert sign_in(scene.office.clerk).get(page).status_code == 403
