"""Material for staff: a download after the permission, never shown on our address; and the tables the bureau keeps by hand."""

import uuid

import pytest
from django.urls import reverse

from reception import beginnings, scope
from reception.actions import beginnings as begin
from reception.actions import uploads
from reception.materials import Material
from reception.models import Department, Entry, GuideStep, Topic, Upload, User
from reception.roles import Role
from tests.reception import bookers, builders
from tests.reception.builders import NOW


@pytest.fixture
def kept(office, settings, tmp_path):
    settings.UPLOADS_DIR = tmp_path
    booking = bookers.book(office, at=NOW).booking
    with scope.county(office.county):
        made = Material("image/jpeg", b"\xff\xd8\xff picture")
        return uploads.add(booking=booking, name="居民甲的信.jpg", material=made, county=office.county, by=office.clerk, at=NOW)


def path(uid):
    return reverse("admin:upload", args=[uid])


def entries(office):
    with scope.county(office.county):
        return Entry.objects.filter(act="material.read").count()


def test_it_is_a_download_that_can_do_nothing(office, kept, sign_in):
    answer = sign_in(office.clerk).get(path(kept.uid))
    assert (answer.status_code, answer.content) == (200, b"\xff\xd8\xff picture")
    assert answer["Content-Disposition"] == f'attachment; filename="{kept.uid}.jpg"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert entries(office) == 1


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CLERK, Role.CHIEF, Role.COORDINATOR, Role.SYSTEM, Role.SECRETARY}))
def test_no_other_role_opens_it(office, kept, sign_in, role):
    other = builders.user(f"other-{role}", office.county, role)
    assert sign_in(other).get(path(kept.uid)).status_code in (302, 403)
    assert entries(office) == 0


def test_in_another_county_it_does_not_exist(office, kept, sign_in):
    twin = builders.bureau("linhe")
    assert sign_in(twin.chief).get(path(kept.uid)).status_code == 404
    assert sign_in(office.clerk).get(path(uuid.uuid4())).status_code == 404


def test_without_signing_in_nobody_does(office, kept, client):
    assert client.get(path(kept.uid)).status_code == 302
    assert entries(office) == 0


def test_a_file_of_a_form_that_was_not_sent_is_nobody_s_business(office, kept, sign_in, client):
    client.post("/chenghe/book/start/", {"sitting": str(bookers.sitting(office).uid)})
    with scope.county(office.county):
        from reception.models import Draft

        made = Material("image/jpeg", b"\xff\xd8\xff")
        row = uploads.add(
            draft=Draft.objects.get(), name="a", material=made, county=office.county, by=User.objects.system(), at=NOW
        )
        assert Upload.objects.count() == 2
    assert sign_in(office.clerk).get(path(row.uid)).status_code == 404


def test_a_file_that_is_lost_is_said_to_be(office, kept, sign_in, settings, tmp_path):
    settings.UPLOADS_DIR = tmp_path / "elsewhere"
    answer = sign_in(office.clerk).get(path(kept.uid))
    assert (answer.status_code, "从备份恢复" in answer.content.decode()) == (404, True)
    assert entries(office) == 0


def test_a_county_begins_with_matters_and_a_guide_once(office):
    system = User.objects.system()
    with scope.county(office.county):
        Department.objects.create(code="D15", name="县住房和城乡建设局", kind="department")
        assert begin.lay_out(county=office.county, by=system, at=NOW) == (len(beginnings.TOPICS), len(beginnings.GUIDE))
        assert Topic.objects.get(code="housing").department.code == "D15"
        assert Topic.objects.get(code="other").department is None
        Topic.objects.filter(code="housing").update(name="改过的")
        assert begin.lay_out(county=office.county, by=system, at=NOW) == (0, 0)
        assert Topic.objects.get(code="housing").name == "改过的"


def test_the_bureau_edits_the_guide_and_who_may_not_does_not(office, sign_in):
    with scope.county(office.county):
        begin.lay_out(county=office.county, by=User.objects.system(), at=NOW)
        row = GuideStep.objects.get(code="court")
    change = reverse("admin:reception_guidestep_change", args=[row.pk])
    typed = {
        field.name: getattr(row, field.name) for field in GuideStep._meta.fields if field.name not in ("id", "county", "shown")
    }
    answer = sign_in(office.chief).post(change, {**typed, "shown": "on", "place": "法院一楼"})
    assert answer.status_code == 302
    with scope.county(office.county):
        row.refresh_from_db()
        assert (row.place, Entry.objects.filter(act="guidestep.change").count()) == ("法院一楼", 1)
    assert sign_in(office.clerk).post(change, {**typed, "place": "别处"}).status_code == 403
    assert sign_in(office.clerk).get(change).status_code == 200
    assert sign_in(builders.bureau("linhe").chief).get(change).status_code == 302


def test_no_default_is_left_without_english_or_too_long_for_its_field(office):
    for row in beginnings.guide():
        assert {f"{name}_en" for name in ("question", "applies", "body", "how")} <= set(row)
        for name, value in row.items():
            most = GuideStep._meta.get_field(name).max_length
            assert most is None or len(str(value)) <= most, (row["code"], name)
    for row in beginnings.topics([]):
        assert row["name_en"]
        assert len(row["words"]) <= 200
