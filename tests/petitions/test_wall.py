"""The wall of accusations at every edge: what complains of somebody is not there for them, in any page, list, count or file.

One citizen's visit became a case that complains of a leader, a department and a member of staff at once, and one colleague stepped back
from it. Each of those, and whoever served or worked for them, holds every role of the bureau besides: the wall is above the roles.
"""

from datetime import date

import pytest
from django.urls import reverse

from petitions.actions import briefings, documents, receptions
from petitions.admin.doing import DOINGS
from petitions.models import Agenda, AgendaItem, Case, DocumentKind, Recusal, Supervision, SupervisionGround
from petitions.models.cases import CaseQuerySet
from reception import codes, scope
from reception.actions import identities, messages, uploads
from reception.materials import Material
from reception.models import Booking, Choice, Department, Entry, Leader, Message, RoleGrant
from reception.roles import Role
from tests.petitions.receptions import AT, DAY, called, conclude, department
from tests.reception import bookers, builders

CANARY, NAME = "金丝雀三号楼渗水", "雀丝"
KEPT_OUT = ["leader", "secretary", "officer", "head", "unit", "member", "recused"]


class Scene:
    """The case and everything that hangs on it, and the people."""

    def __init__(self, office, files):
        self.office = office
        with scope.county(office.county):
            self.leader = Leader.objects.get(code="L6")
            self.department = department(office, "D09", "交通运输局")
            below = Department.objects.create(code="D0901", name="公路站", name_en="Road Station", superior=self.department)
            lowest = Department.objects.create(code="D090101", name="公路站一班", name_en="Road Crew", superior=below)
        both = (Role.CLERK, Role.CHIEF)
        self.people = {name: builders.user(name, office.county, *both) for name in [*KEPT_OUT, "uninvolved"]}
        ended = {"starts_on": date(2021, 1, 1), "ends_on": date(2022, 1, 1)}
        with scope.county(office.county):
            Leader.objects.filter(pk=self.leader.pk).update(user=self.people["leader"])
            for name, role, of in [
                ("secretary", Role.SECRETARY, {"leader": self.leader}),
                ("officer", Role.OFFICER, {"department": self.department}),
                ("head", Role.DEPARTMENT_HEAD, {"department": below}),
                ("unit", Role.OFFICER, {"department": lowest}),
            ]:
                # All of them long ago: having been is enough.
                RoleGrant.objects.create(user=self.people[name], role=role.value, **of, **ended)
        self.booking = called(
            office,
            7,
            person=bookers.person(7, name=NAME),
            matter=CANARY,
            wish=CANARY,
            accused_leader=self.leader,
            accused_department=self.department,
        )
        with scope.county(office.county):
            Booking.objects.filter(pk=self.booking.pk).update(ticket=1)
            self.booking = Booking.objects.select_related("sitting", "identity").get(pk=self.booking.pk)
        self.minutes = conclude(office, self.booking, asked=CANARY, said=CANARY)
        self.case = self.minutes.case
        with scope.county(office.county):
            Case.objects.filter(pk=self.case.pk).update(accused_user=self.people["member"])
            Recusal.objects.create(case=self.case, user=self.people["recused"], reason="亲属", by=office.chief, at=AT)
            self.document = documents.issue(
                kind=DocumentKind.GUIDANCE,
                said={"title": CANARY, "facts": [], "paragraphs": [CANARY]},
                on=DAY,
                county=office.county,
                by=office.clerk,
                at=AT,
                case=self.case,
            )
            identities.read(identity=self.booking.identity, reason="核对", county=office.county, by=office.clerk, at=AT)
            self.upload = uploads.add(
                name="a.jpg",
                material=Material("image/jpeg", b"x"),
                booking=self.booking,
                county=office.county,
                by=office.clerk,
                at=AT,
            )
            said = {"on": DAY, "county": office.county, "by": office.clerk, "at": AT}
            letter = documents.issue(kind=DocumentKind.SUPERVISION, said={"title": "督办函"}, case=self.case, **said)
            Supervision.objects.create(
                case=self.case,
                department=department(office),
                ground=SupervisionGround.values[0],
                text=CANARY,
                due_on=DAY,
                begun_on=DAY,
                document=letter,
                by=office.chief,
            )
            paper = documents.issue(kind=DocumentKind.AGENDA, said={"title": "议题"}, **said)
            self.agenda = Agenda.objects.create(meets_on=DAY, document=paper, made_by=office.chief, made_at=AT)
            AgendaItem.objects.create(agenda=self.agenda, position=1, case=self.case, why=CANARY)
            self.clock = self.case.deadlines.get()
            Choice.objects.create(booking=self.booking, release=1, changes=[], trouble="cancelled", made_at=AT)
            messages.queue(
                kind="release_step", cause="canary", to=office.clerk, due_at=AT, facts={"case": self.case.number, "release": 1}
            )
        self.marks = [CANARY, self.case.number, codes.show_number(self.case.number), NAME, str(self.booking.identity.uid)]

    def found_in(self, response):
        """Which marks of the case an answer holds."""
        body = response.content.decode("utf-8", "replace") if not response.streaming else ""
        return [mark for mark in self.marks if mark in body]


@pytest.fixture
def scene(office, clock, settings, tmp_path):
    settings.UPLOADS_DIR = tmp_path
    made = Scene(office, tmp_path)
    clock.move_to(AT)
    return made


# Pages that list or count. Whoever is not involved sees the case in them: it could leak.
LISTS = {
    "index": lambda _: "/admin/",
    "cases": lambda _: "/admin/petitions/case/",
    "bookings": lambda _: reverse("admin:bookings") + f"?day={DAY}",
    "print": lambda _: reverse("admin:bookings_print", args=[str(DAY)]),
    "csv": lambda _: reverse("admin:bookings_csv", args=[str(DAY)]),
    "sheet": lambda s: reverse("admin:day_sheet", args=[s.booking.sitting.day_id]),
    "calls": lambda _: reverse("admin:calls"),
    "journal": lambda _: "/admin/reception/entry/",
    "journal searched": lambda s: f"/admin/reception/entry/?q={s.case.number}",
    "messages": lambda _: "/admin/reception/message/",
    "supervisions": lambda _: reverse("admin:supervisions"),
    "meeting": lambda s: reverse("admin:meeting", args=[s.agenda.pk]),
    "meetings": lambda _: reverse("admin:meetings"),
    "reviews": lambda _: reverse("admin:reviews"),
    "improvements": lambda _: reverse("admin:improvements"),
    "openings": lambda _: reverse("admin:disclosures"),
}
SILENT = {"index", "messages", "meetings", "reviews", "improvements", "openings"}
# Pages and files of the case and the booking: they are not there.
PAGES = {
    "case": lambda s: reverse("admin:case", args=[s.case.pk]),
    "case row": lambda s: f"/admin/petitions/case/{s.case.pk}/change/",
    "history": lambda s: f"/admin/petitions/case/{s.case.pk}/history/",
    "booking": lambda s: reverse("admin:booking", args=[s.booking.pk]),
    "booking journal": lambda s: reverse("admin:booking_journal", args=[s.booking.pk]),
    "early answer": lambda s: reverse("admin:early_answer", args=[s.booking.pk]),
    "correct": lambda s: reverse("admin:correct_minutes", args=[s.minutes.pk]),
    "receipt": lambda s: reverse("admin:receipt", args=[s.minutes.pk]),
    "upload": lambda s: reverse("admin:upload", args=[s.upload.uid]),
    "ticket": lambda s: reverse("admin:ticket", args=[s.booking.pk]),
    "clock": lambda s: reverse("admin:clock", args=[s.clock.pk]),
    "document": lambda s: reverse("admin:case_document", args=[s.case.pk, s.document.uid]),
    **{f"do {verb}": lambda s, verb=verb: reverse("admin:case_do", args=[s.case.pk, verb]) for verb in DOINGS},
}
POSTS = {
    "registration": (lambda s: reverse("admin:registration", args=[s.minutes.pk]), lambda _: {}),
    "copy": (lambda s: reverse("admin:case_copy", args=[s.case.pk]), lambda _: {"reason": "核对身份证"}),
    "call": (lambda _: reverse("admin:calls"), lambda _: {"choice": Choice.objects.get().pk, "do": "show"}),
    "case booking": (lambda s: reverse("admin:booking", args=[s.booking.pk]), lambda _: {"do": "who-x", "who-why": "核对"}),
}


@pytest.mark.parametrize("who", KEPT_OUT)
def test_no_list_shows_it_or_counts_it(scene, sign_in, who):
    uninvolved, kept_out = sign_in(scene.people["uninvolved"]), sign_in(scene.people[who])
    for name, url in LISTS.items():
        shown, hidden = uninvolved.get(url(scene)), kept_out.get(url(scene))
        assert (shown.status_code, hidden.status_code) == (200, 200), name
        assert name in SILENT or scene.found_in(shown), f"{name} does not show the case to anyone"
        assert scene.found_in(hidden) == [] or name == "journal searched", (name, scene.found_in(hidden))
    assert "· 1 件 ·" in uninvolved.get(LISTS["meetings"](scene)).content.decode()
    assert "· 0 件 ·" in kept_out.get(LISTS["meetings"](scene)).content.decode()
    assert "不能查看" not in kept_out.get(LISTS["meeting"](scene)).content.decode()
    # The words searched for come back in the box; no entry does.
    assert "0 条" in kept_out.get(LISTS["journal searched"](scene)).content.decode()
    assert "（1 件）" in uninvolved.get("/admin/petitions/case/").content.decode()
    assert "（0 件）" in kept_out.get("/admin/petitions/case/").content.decode()
    assert "正在办理的信访事项" in uninvolved.get("/admin/").content.decode()
    assert "正在办理的信访事项" not in kept_out.get("/admin/").content.decode()


@pytest.mark.parametrize("who", KEPT_OUT)
def test_no_page_and_no_file_of_it_is_there(scene, sign_in, who):
    uninvolved, kept_out = sign_in(scene.people["uninvolved"]), sign_in(scene.people[who])
    for name, url in PAGES.items():
        shown, hidden = uninvolved.get(url(scene), follow=True), kept_out.get(url(scene), follow=False)
        assert shown.status_code == 200, name
        assert hidden.status_code == 404 or (hidden.status_code == 302 and hidden["Location"].endswith("/admin/")), name
        assert scene.found_in(hidden) == [], name
    for name, (url, data) in POSTS.items():
        with scope.county(scene.office.county):
            given = data(scene)
        assert kept_out.post(url(scene), given).status_code == 404, name
        assert uninvolved.post(url(scene), given).status_code in (200, 302, 404 if name == "case booking" else 200), name


@pytest.mark.parametrize("who", KEPT_OUT)
def test_no_search_finds_it_by_anything(scene, sign_in, who):
    uninvolved, kept_out = sign_in(scene.people["uninvolved"]), sign_in(scene.people[who])
    case, number = "/admin/petitions/case/", codes.show_number(scene.case.number)
    for said in (scene.case.number, number, "渗", "渗水", "金丝雀三", NAME, "13800000007"):
        assert number in uninvolved.post(case, {"q": said}).content.decode(), said
        hidden = kept_out.post(case, {"q": said}).content.decode()
        assert reverse("admin:case", args=[scene.case.pk]) not in hidden, said
        assert "（0 件）" in hidden, said
    found = uninvolved.post(reverse("admin:bookings"), {"phone": "13800000007", "name": ""}).content.decode()
    hidden = kept_out.post(reverse("admin:bookings"), {"phone": "13800000007", "name": ""}).content.decode()
    assert (number in found, number in hidden) == (True, False)
    sheet = LISTS["sheet"](scene)
    for said in (scene.case.number, NAME):
        # The number that was typed is told back as unknown; the visitor's row is not there.
        hidden = kept_out.post(sheet, {"do": "find", "q": said}, follow=True).content.decode()
        assert (f'value="{scene.booking.pk}"' in hidden, CANARY in hidden) == (False, False)


@pytest.mark.parametrize("who", KEPT_OUT)
def test_no_deed_can_be_done_to_it(scene, sign_in, who):
    kept_out = sign_in(scene.people[who])
    with scope.county(scene.office.county):
        before = Entry.objects.filter(object=f"case {scene.case.number}").count()
    sheet = LISTS["sheet"](scene)
    assert kept_out.post(sheet, {"do": "receive", "booking": scene.booking.pk}).status_code == 404
    for verb in DOINGS:
        assert kept_out.post(reverse("admin:case_do", args=[scene.case.pk, verb]), {}).status_code == 404
    with scope.county(scene.office.county):
        assert Entry.objects.filter(object=f"case {scene.case.number}").count() == before


@pytest.mark.parametrize("who", KEPT_OUT)
def test_the_journal_has_no_row_that_tells_of_it(scene, sign_in, who):
    kept_out = sign_in(scene.people[who])
    with scope.county(scene.office.county):
        numbers = [f"case {scene.case.number}", f"booking {scene.booking.number}", f"identity {scene.booking.identity.uid}"]
        rows = list(Entry.objects.filter(object__in=numbers))
        assert {row.object for row in rows} == set(numbers)
        message = Message.objects.get(facts__case=scene.case.number)
    for row in rows:
        assert kept_out.get(f"/admin/reception/entry/{row.pk}/change/").status_code == 302
    assert kept_out.get(f"/admin/messages/{message.pk}/").status_code == 404
    uninvolved = sign_in(scene.people["uninvolved"])
    assert uninvolved.get(f"/admin/reception/entry/{rows[0].pk}/change/").status_code == 200
    assert uninvolved.get(f"/admin/messages/{message.pk}/").status_code == 200


def test_the_briefing_of_whoever_is_kept_out_does_not_name_it(scene):
    with scope.county(scene.office.county):
        said = {"sitting": scene.booking.sitting, "county": scene.office.county, "at": AT}
        assert [one.booking.pk for one in briefings.visitors(by=scene.people["uninvolved"], **said)] == [scene.booking.pk]
        for who in KEPT_OUT:
            assert briefings.visitors(by=scene.people[who], **said) == []


def test_an_earlier_case_is_not_proposed_to_whoever_is_kept_out(scene):
    again = called(scene.office, 7, person=bookers.person(7, name=NAME), where=bookers.sitting(scene.office, "R1", str(DAY)))
    with scope.county(scene.office.county):
        assert [one.case.pk for one in receptions.earlier(again, scene.people["uninvolved"], on=DAY)] == [scene.case.pk]
        for who in KEPT_OUT:
            assert receptions.earlier(again, scene.people[who], on=DAY) == []


def test_with_the_wall_off_the_pages_do_leak(scene, sign_in, monkeypatch):
    """So that the tests above can fail: the same pages without the wall show what they must not."""
    monkeypatch.setattr(CaseQuerySet, "unwalled", lambda self, _user, **_on: self)
    kept_out = sign_in(scene.people["leader"])
    assert scene.found_in(kept_out.get("/admin/petitions/case/"))
    assert kept_out.get(PAGES["case"](scene)).status_code == 200
