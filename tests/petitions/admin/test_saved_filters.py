"""Filters of the list of cases that somebody keeps: their own, without what was looked for."""

import pytest
from django.urls import reverse

from petitions.models import SavedFilter
from reception import scope
from tests.petitions.letters import letter
from tests.reception import builders

LIST = "/admin/petitions/case/"


@pytest.fixture
def clerk(office, sign_in):
    return sign_in(office.clerk)


def kept(office):
    with scope.county(office.county):
        return dict(SavedFilter.objects.values_list("name", "query"))


def test_what_is_chosen_is_kept_under_a_name_and_used_by_its_address(office, clerk):
    letter(office, "水管漏水")
    letter(office, "噪声扰民", n=2, on=builders.NOW.date())
    chosen = {"way_in": "letter", "colour": "none", "repeat": "", "q": "水管漏水", "name": "  来信待办 ", "keep": "1"}
    answer = clerk.post(LIST, chosen)
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('admin:petitions_case_changelist')}?colour=none&way_in=letter"
    assert kept(office) == {"来信待办": "colour=none&way_in=letter"}
    page = clerk.get(answer["Location"])
    assert page.context["count"] == "2"
    assert "来信待办" in page.content.decode()
    clerk.post(LIST, {"way_in": "phone", "name": "来信待办", "keep": "1"})
    assert kept(office) == {"来信待办": "way_in=phone"}


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"way_in": "letter", "name": " "}, "请给这个筛选起一个名称"),
        ({"way_in": "letter", "name": "长" * 31}, "不超过 30 个字"),
        ({"name": "什么都没选"}, "还没有选择任何条件"),
        ({"way_in": "nothing", "name": "乱填"}, "还没有选择任何条件"),
    ],
)
def test_what_can_not_be_kept_is_said_and_stays_typed(office, clerk, sent, words):
    page = clerk.post(LIST, {**sent, "keep": "1"})
    assert page.status_code == 200
    assert words in page.content.decode()
    assert f'value="{sent["name"]}"' in page.content.decode()
    assert kept(office) == {}


def test_twelve_are_enough_and_one_is_let_go(office, clerk):
    for n in range(12):
        clerk.post(LIST, {"way_in": "letter", "name": f"筛选{n}", "keep": "1"})
    assert "最多保存 12 个" in clerk.post(LIST, {"way_in": "letter", "name": "再一个", "keep": "1"}).content.decode()
    with scope.county(office.county):
        first = SavedFilter.objects.first()
    clerk.post(LIST, {"let_go": first.pk})
    assert len(kept(office)) == 11
    for hostile in ("", "x", "9" * 30, "-1"):
        assert clerk.post(LIST, {"let_go": hostile}).status_code == 302
    assert len(kept(office)) == 11


def test_nobody_sees_or_deletes_anothers(office, clerk, sign_in):
    clerk.post(LIST, {"way_in": "letter", "name": "我的", "keep": "1"})
    with scope.county(office.county):
        mine = SavedFilter.objects.get()
    chief = sign_in(office.chief)
    assert chief.get(LIST).context["kept"] == []
    chief.post(LIST, {"let_go": mine.pk})
    assert set(kept(office)) == {"我的"}
    other = builders.bureau("linhe")
    sign_in(other.chief).post(LIST, {"let_go": mine.pk})
    assert set(kept(office)) == {"我的"}
