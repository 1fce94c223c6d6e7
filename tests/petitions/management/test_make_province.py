"""A province for trying a machine: as many as were asked for, every guard kept, pages that open, and gone on with where it was cut off."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from petitions import search
from petitions.models import Case, CaseStep
from petitions.province import cases
from petitions.province.names import name_of
from reception import scope
from reception.actions import proofs
from reception.models import County, Entry, Release, User

pytestmark = pytest.mark.django_db


def make(*, counties=2, count=60, entries=600):
    said = io.StringIO()
    call_command("make_province", counties=counties, cases=count, entries=entries, processes=1, stdout=said)
    return said.getvalue()


def test_it_is_as_large_as_asked_whole_and_its_pages_open(settings, sign_in):
    settings.DEMO = True
    assert "虚拟澄河县: 30 cases" in make()
    for county in County.objects.order_by("slug"):
        with scope.county(county):
            assert (Case.objects.count(), Entry.objects.count() >= 300, Release.objects.published().count()) == (30, True, 1)
            assert list(proofs.faults()) == []
            word = Case.objects.order_by("pk")[3].matter[2:6]
            assert search.newest(word, Case.objects.all(), most=20)
    county = County.objects.get(slug="county-001")
    with scope.county(county):
        clerk = User.objects.get(username="demo-clerk-001")
        pages = {case.status: reverse("admin:petitions_case_change", args=[case.pk]) for case in Case.objects.all()}
    browser = sign_in(clerk)
    assert len(pages) > 3
    assert {status: browser.get(page, follow=True).status_code for status, page in pages.items()} == dict.fromkeys(pages, 200)
    assert browser.get(reverse("admin:petitions_case_changelist")).status_code == 200


@pytest.mark.django_db(databases=["default", "owner"])
def test_cut_off_it_goes_on_where_it_was(settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.setattr(cases, "BATCH", 7)
    whole = cases.make

    def cut(*arguments, **more):
        batches = whole(*arguments, **more)
        yield next(batches)
        batches.close()
        raise KeyboardInterrupt

    monkeypatch.setattr(cases, "make", cut)
    with pytest.raises(KeyboardInterrupt):
        make(counties=1, count=30)
    monkeypatch.setattr(cases, "make", whole)
    make(counties=1, count=30)
    make(counties=1, count=30)
    with scope.county(County.objects.get()):
        assert (Case.objects.count(), Case.objects.filter(pk__in=CaseStep.objects.values("case")).count()) == (30, 30)
        assert list(proofs.faults()) == []
        assert Entry.objects.filter(act="case.register").count() == 30


def test_it_is_refused_where_this_is_no_demo(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        make()
    assert not County.objects.exists()


def test_every_county_has_a_name_of_its_own_and_says_that_it_is_none():
    names = [name_of(number) for number in range(1, 1000)]
    assert len(set(names)) == len({english for _chinese, english in names}) == 999
    assert all(chinese.startswith("虚拟") and english.startswith("Fictitious ") for chinese, english in names)


def test_the_day_of_the_last_case_is_not_to_come(settings):
    settings.DEMO = True
    make(counties=1, count=10, entries=0)
    with scope.county(County.objects.get()):
        assert Case.objects.latest("received_on").received_on <= timezone.localdate()
