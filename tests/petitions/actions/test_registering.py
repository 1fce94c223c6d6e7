"""Letters, calls and the form on the net: one case each, with a number and a code; twice sent is one; refused in words."""

import uuid
from datetime import date, timedelta

import pytest

from petitions.actions import received as rules
from petitions.models import Case, CaseStep, Deadline, Material, Representative, WayIn
from reception import codes, materials, scope, stored
from reception.actions import identities, journal, tracking, uploads
from reception.errors import Forbidden, MovedOn, Refused
from reception.models import Department, Entry, Identity, Leader, RoleGrant
from reception.roles import Role
from tests.petitions.referring import AT, TODAY, register
from tests.reception import bookers, builders

FILE = ("来信.jpg", materials.Material("image/jpeg", b"\xff\xd8\xffdrawn anew"))


@pytest.fixture
def office(db):
    return builders.bureau()


def counts(office):
    with scope.county(office.county):
        return tuple(model.objects.count() for model in (Case, CaseStep, Deadline, Identity, Representative, Material))


@pytest.mark.parametrize(
    ("way", "more"),
    [(WayIn.LETTER, {"files": (FILE,)}), (WayIn.PHONE, {"read_back": True}), (WayIn.WEB, {})],
)
def test_each_way_makes_one_case_with_its_step_clock_identity_and_journal(office, way, more):
    files = more.get("files", ())
    receipt = register(office, way_in=way, received_on=date(2026, 1, 10), **more)
    assert counts(office) == (1, 1, 1, 1, 0, len(files))
    with scope.county(office.county):
        case = Case.objects.get()
        assert (case.status, case.kind, case.way_in, case.received_on, case.booking) == (
            "registered",
            None,
            way,
            date(2026, 1, 10),
            None,
        )
        assert (case.people, case.round, case.due_on) == (1, 1, date(2026, 1, 25))
        assert codes.read_number(case.number) == case.number
        assert case.number.startswith("26")
        assert codes.read_code(receipt.code) == receipt.code
        assert tracking.fits(receipt.code, case.code_hash)
        step = case.steps.get()
        assert (step.action, step.before, step.after, step.actor) == ("register", "", "registered", "chenghe-clerk")
        assert step.facts["way"] == way
        clock = Deadline.objects.get()
        assert (clock.kind, clock.start, clock.started_on, clock.due_on) == ("D1", "register", date(2026, 1, 10), date(2026, 1, 25))
        assert identities.opened(case.identity, county=office.county) == bookers.person(1)
        acts = list(Entry.objects.filter(object=f"case {case.number}").order_by("n").values_list("act", flat=True))
        assert acts == ["case.register", *["material.add"] * len(files)]
        assert list(journal.faults()) == []
        assert receipt.code not in str(list(Entry.objects.values_list("facts", "reason", "object")))
    assert scope.county_of_number(receipt.case.number) == office.county.pk
    assert receipt.code not in repr(receipt)


def test_a_scan_is_sealed_and_opens_again(office, settings):
    receipt = register(office, files=(FILE,))
    with scope.county(office.county):
        row = Material.objects.get(case=receipt.case)
        assert (row.kind, row.media_type, row.size, row.added_by) == ("letter", "image/jpeg", len(FILE[1].content), office.clerk)
        sealed = stored.path_of(office.county.pk, row.uid).read_bytes()
        assert FILE[1].content not in sealed
        opened = uploads.opened(row, county=office.county)
        assert (opened.name, opened.content) == ("来信.jpg", FILE[1].content)
        # It has a row, so it is nobody's orphan.
        assert uploads.sweep(county=office.county, at=AT + timedelta(days=9)) == 0


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"way_in": WayIn.RECEPTION}, "接访记录登记"),
        ({"matter": " "}, "请写明"),
        ({"wish": ""}, "请写明"),
        ({"received_on": date(2026, 1, 13)}, "2026-01-13 还没有到"),
        ({"received_on": date(2025, 1, 10)}, "核对年份"),
        ({"way_in": WayIn.PHONE}, "念给来电人听"),
        ({"people": 5}, "推选代表"),
        ({"people": 9, "representatives": tuple(bookers.person(n) for n in range(2, 8))}, "最多五人"),
        ({"people": 1, "representatives": (bookers.person(2), bookers.person(3))}, "不能少于代表人数"),
    ],
)
def test_refused_in_words_and_nothing_is_left_behind(office, more, words):
    with pytest.raises(Refused, match=words):
        register(office, **more)
    assert counts(office) == (0, 0, 0, 0, 0, 0)


def test_five_representatives_are_kept_each_in_the_vault(office):
    people = tuple(bookers.person(n) for n in range(2, 7))
    register(office, people=30, representatives=people)
    assert counts(office) == (1, 1, 1, 6, 5, 0)
    with scope.county(office.county):
        rows = Representative.objects.order_by("position").select_related("identity")
        assert [identities.opened(row.identity, county=office.county) for row in rows] == list(people)


def test_the_day_before_and_the_same_day_are_taken(office):
    for n, day in enumerate([TODAY, TODAY - rules.LONGEST_AGO], start=1):
        assert register(office, n, received_on=day).case.received_on == day


def test_the_same_form_again_is_the_same_case_and_another_content_is_told_so(office):
    key = uuid.uuid4()
    first = register(office, key=key, files=(FILE,))
    again = register(office, key=key, files=(FILE,))
    assert (again.case, again.code) == (first.case, first.code)
    with pytest.raises(MovedOn, match="内容与这次不同"):
        register(office, key=key, matter="另一件事。")
    assert counts(office) == (1, 1, 1, 1, 0, 1)
    other = register(office, key=uuid.uuid4())
    assert other.code != first.code


def test_a_number_that_is_taken_is_drawn_again(office, monkeypatch):
    first = register(office).case
    drawn = iter([first.number, first.number, "26000000010"])
    monkeypatch.setattr(codes, "new_number", lambda **_year: next(drawn))
    assert register(office, 2).case.number == "26000000010"
    assert counts(office)[3] == 2


def test_a_letter_to_the_leader_it_complains_of_goes_to_the_bureau_alone(office):
    with scope.county(office.county):
        secretary, magistrate = Leader.objects.get(code="L1"), Leader.objects.get(code="L2")
    assert register(office, 1, addressed_to=secretary).case.addressed_to == secretary
    assert register(office, 2, addressed_to=secretary, accused_leader=magistrate).case.addressed_to == secretary
    assert register(office, 3, addressed_to=secretary, accused_leader=secretary).case.addressed_to is None


def test_who_is_complained_of_takes_nothing_down(office):
    with scope.county(office.county):
        leader, bureau = Leader.objects.get(code="L3"), Department.objects.get(code="D01")
        RoleGrant.objects.create(user=office.clerk, role=Role.SECRETARY.value, leader=leader, starts_on=date(2020, 1, 1))
        RoleGrant.objects.create(user=office.clerk, role=Role.OFFICER.value, department=bureau, starts_on=date(2020, 1, 1))
    for more in ({"accused_leader": leader}, {"accused_user": office.clerk}, {"accused_department": bureau}):
        with pytest.raises(Refused, match="应当回避"):
            register(office, **more)
        assert register(office, by=office.chief, **more).case


def test_only_the_bureau_and_the_machine_register(office):
    with pytest.raises(Forbidden):
        register(office, by=builders.user("auditor", office.county, Role.AUDITOR))
    assert counts(office) == (0, 0, 0, 0, 0, 0)


def test_a_case_without_a_booking_is_nobody_elses(office):
    other = builders.bureau("linhe")
    register(office)
    with scope.county(other.county):
        assert not Case.objects.exists()
