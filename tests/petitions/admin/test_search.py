"""The one box of the staff's site: found by kind, by what one may see, and nothing that was typed is in an address."""

import pytest
from django.urls import reverse

from reception import codes, scope
from reception.models import Entry
from reception.roles import Role
from tests.petitions.letters import letter
from tests.reception import bookers, builders


@pytest.fixture
def ask(sign_in):
    def asked(person, said):
        page = sign_in(person).post(reverse("admin:search"), {"q": said})
        assert page.status_code == 200
        return {group.title: [hit.words for hit in group.hits] for group in page.context["groups"]}

    return asked


def test_a_case_is_found_by_its_number_its_words_and_its_person(office, ask):
    case = letter(office, "三号楼楼道漏水", n=4)
    letter(office, "噪声扰民", n=5)
    shown = codes.show_number(case.number)
    person = bookers.person(4)
    for said in (shown, case.number, "楼道漏", person.name, person.phone):
        assert ask(office.clerk, said)["信访事项"] == [shown], said
    with scope.county(office.county):
        entries = Entry.objects.filter(act="case.find")
        assert entries.exists()
        assert not any(person.name in str(entry.facts) or person.phone in str(entry.facts) for entry in entries)


def test_days_lists_and_bookings_are_found(office, ask):
    booking = bookers.book(office, at=builders.NOW).booking
    assert ask(office.clerk, "2026-02-24")["接访日"]
    assert ask(office.clerk, codes.show_number(booking.number))["预约"] == [codes.show_number(booking.number)]
    assert ask(office.clerk, bookers.person(1).name)["预约"] == [codes.show_number(booking.number)]
    assert any("书记" in words for words in ask(office.clerk, "书记")["职务"])
    assert ask(office.clerk, "绝对没有的东西") == {}


def test_each_role_finds_what_it_may_see(office, ask):
    letter(office, "三号楼楼道漏水")
    found = ask(builders.user("security", office.county, Role.SECURITY_ADMIN), "clerk")
    assert set(found) <= {"账号", "日志"}
    assert "信访事项" not in ask(builders.user("security-2", office.county, Role.SECURITY_ADMIN), "漏水")
    other = builders.bureau("linhe")
    assert "信访事项" not in ask(other.chief, "漏水")


def test_asking_by_an_address_finds_nothing_and_the_box_is_on_the_first_page(office, sign_in):
    client = sign_in(office.clerk)
    page = client.get(reverse("admin:search"), {"q": "漏水"})
    assert (page.context["groups"], page.context["asked"]) == ([], False)
    assert 'role="search"' in client.get(reverse("admin:index")).content.decode()
    again = client.post(reverse("admin:search"), {"q": ""})
    assert again.context["form"].errors
