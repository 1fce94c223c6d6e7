"""After the county's years: archived, the people destroyed for good, the files gone, the journal whole; and nothing before that."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from petitions.actions import materials, retention
from petitions.models import Case, Material, MaterialKind
from petitions.workflow import ARCHIVABLE, Action, Status
from reception import scope
from reception.actions import identities, journal, keys, uploads
from reception.errors import Forbidden, Refused
from reception.materials import Material as Drawn
from reception.models import Booking, County, Entry, Identity, Upload, User
from tests.petitions.receptions import AT, called, conclude
from tests.petitions.states import Life, stands
from tests.reception import bookers
from tests.reception.builders import NOW

LATER = datetime(2036, 6, 1, 2, tzinfo=UTC)


@pytest.fixture
def files(settings, tmp_path):
    settings.UPLOADS_DIR = tmp_path
    return tmp_path


def run(office, at=LATER, *, dry=False):
    kept = retention.run(county=County.objects.get(pk=office.county.pk), by=User.objects.system(), at=at, dry=dry)
    return kept.archived, kept.shredded, kept.files


def readable(office):
    with scope.county(office.county):
        return set(Identity.objects.filter(wrapped__isnull=False).values_list("pk", flat=True))


def settled(office, n=1):
    return conclude(office, called(office, n), decision="resolved_on_spot").case


def test_a_case_is_archived_and_its_people_and_files_are_destroyed_after_the_countys_years(
    office, files, django_capture_on_commit_callbacks
):
    case = settled(office)
    with scope.county(office.county):
        uploads.add(
            name="a.jpg", material=Drawn("image/jpeg", b"x"), booking=case.booking, county=office.county, by=office.clerk, at=AT
        )
        materials.add(
            case=case,
            kind=MaterialKind.LETTER,
            files=[("b.jpg", Drawn("image/jpeg", b"y"))],
            county=office.county,
            by=office.clerk,
            at=AT,
        )
    assert len(list(files.rglob("*-*"))) == 2
    assert run(office, dry=True) == (1, 1, 2)
    assert readable(office) == {case.identity_id}
    with django_capture_on_commit_callbacks(execute=True):
        assert run(office) == (1, 1, 2)
    assert run(office) == (0, 0, 0)
    with scope.county(office.county):
        case = Case.objects.get(pk=case.pk)
        last = case.steps.order_by("-n")[0]
        assert (case.status, last.action, last.actor) == ("archived", "archive", "system")
        assert not case.deadlines.running().exists()
        identity = Identity.objects.get(pk=case.identity_id)
        assert (identity.wrapped, identity.shredded_at) == (None, LATER)
        with pytest.raises(Refused, match="销毁"):
            identities.opened(identity, county=office.county)
        for said in ({"name": "居民1"}, {"phone": "13800000001"}):
            assert identities.find(county=office.county, **said) == []
        assert (Upload.objects.count(), list(Material.objects.values_list("wrapped", flat=True))) == (0, [b""])
        with pytest.raises(Refused, match="销毁"):
            uploads.opened(Material.objects.get(), county=office.county)
        acts = set(Entry.objects.filter(at=LATER).values_list("act", flat=True))
        assert acts == {"case.archive", "identity.shred", "material.shred"}
        assert list(journal.faults()) == []
    assert list(files.rglob("*-*")) == []


def test_the_keys_can_still_be_rotated_after_files_were_destroyed(office, files):
    case = settled(office)
    with scope.county(office.county):
        said = {"county": office.county, "by": office.clerk, "at": AT}
        materials.add(case=case, kind=MaterialKind.LETTER, files=[("b.jpg", Drawn("image/jpeg", b"y"))], **said)
    run(office)
    with scope.county(office.county):
        assert list(keys.rewrap(county=office.county, at=AT)) == []


def test_its_page_says_that_the_person_was_destroyed(office, sign_in, clock):
    case = settled(office)
    run(office)
    client = sign_in(office.clerk)
    page = client.get(reverse("admin:case", args=[case.pk])).content.decode()
    assert ("（已销毁）" in page, "居" in page.split("反映的问题")[0].split("信访人")[1][:40]) == (True, False)
    with scope.county(office.county):
        assert retention.run(county=office.county, by=User.objects.system(), at=LATER).archived == 0


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.MERGED, Status.ARCHIVED}))
def test_only_what_is_settled_is_archived_and_a_living_case_keeps_its_people(office, status):
    # A case is withdrawn after it has a kind.
    life = stands(office, Status.UNDER_SCREENING).go(Action.WITHDRAW) if status is Status.WITHDRAWN else stands(office, status)
    before = readable(office)
    archived = run(office)[0]
    with scope.county(office.county):
        now = Case.objects.get(pk=life.case.pk).status
    over = status in ARCHIVABLE
    assert (archived, now) == ((1, "archived") if over else (0, status.value))
    assert (life.case.identity_id in readable(office)) is not over
    assert len(before - readable(office)) == (1 if over else 0)


def test_the_years_are_the_countys_and_end_on_their_day(office):
    settled(office)
    on = AT.astimezone(office.county.zone).date()
    County.objects.filter(pk=office.county.pk).update(case_retention_years=3)
    end = datetime(on.year + 3, on.month, on.day, 3, tzinfo=UTC)
    assert run(office, end, dry=True)[0] == 0
    assert run(office, end + timedelta(days=1), dry=True)[0] == 1


def test_a_leap_day_ends_on_the_28th():
    county = County(case_retention_years=1)
    assert retention.ends_before(county, date(2028, 2, 29)) == date(2027, 2, 28)


def test_a_merged_case_waits_for_the_one_it_joined(office):
    merged = stands(office, Status.MERGED).case
    with scope.county(office.county):
        main = Case.objects.get(pk=Case.objects.get(pk=merged.pk).joins_id)
    assert run(office)[0] == 0
    assert {merged.identity_id, main.identity_id} <= readable(office)


def test_a_merged_case_is_archived_with_the_one_it_joined(office):
    way = stands(office, Status.MERGED)
    with scope.county(office.county):
        merged = Case.objects.get(pk=way.case.pk)
        main = Case.objects.get(pk=merged.joins_id)
    Life(office, main, way.at, way.by).go(Action.GUIDE)
    assert run(office)[0] == 2
    with scope.county(office.county):
        now = Case.objects.get(pk=merged.pk)
        assert (now.status, now.joins_id) == ("archived", merged.joins_id)


def test_a_person_whom_another_matter_needs_stays(office):
    over, booking = settled(office), bookers.book(office, 9, at=NOW).booking
    with scope.county(office.county):
        Booking.objects.filter(pk=booking.pk).update(identity=over.identity_id)
    assert run(office)[0] == 1
    assert readable(office) == {over.identity_id}


def test_a_booking_that_became_no_case_is_forgotten_too_once_it_is_over(office, files):
    booking = bookers.book(office, 3, at=NOW).booking
    assert run(office) == (0, 0, 0)
    with scope.county(office.county):
        Booking.objects.filter(pk=booking.pk).update(state="cancelled")
        uploads.add(
            name="a.jpg", material=Drawn("image/jpeg", b"x"), booking=booking, county=office.county, by=office.clerk, at=NOW
        )
    assert run(office, NOW + timedelta(days=365)) == (0, 0, 0)
    assert run(office) == (0, 1, 1)
    assert readable(office) == set()


def test_no_person_runs_it_by_hand(office):
    with pytest.raises(Forbidden):
        retention.run(county=office.county, by=office.chief, at=LATER)


def test_the_command_counts_and_then_does(office, clock):
    settled(office)
    clock.move_to(LATER)
    said = StringIO()
    call_command("retention", "--dry-run", stdout=said)
    call_command("retention", "--county", "chenghe", stdout=said)
    call_command("retention", stdout=said)
    assert said.getvalue().splitlines() == [
        "chenghe (10 years): 1 cases would be archived, 1 identities and 0 files would be destroyed",
        "chenghe (10 years): 1 cases archived, 1 identities and 0 files destroyed",
        "chenghe (10 years): 0 cases archived, 0 identities and 0 files destroyed",
    ]
