"""The page on which a day is moved or cancelled: the chief's alone, and what was typed stays typed."""

from django.urls import reverse

from reception import scope
from reception.models import ReceptionDay, Release


def page(response):
    return response.content.decode()


def test_a_day_that_is_over_offers_nothing_to_decide(office, sign_in):
    with scope.county(office.county):
        day = ReceptionDay.objects.get(day="2026-02-24")
        ReceptionDay.objects.filter(pk=day.pk).update(state="held")
    shown = page(sign_in(office.chief).get(reverse("admin:decide", args=[day.pk])))
    assert "只有已经公布、还没有举行的接访日才能改期或取消。" in shown
    assert "<textarea" not in shown
    assert 'value="cancel"' not in shown


def test_move_a_day(office, sign_in):
    with scope.county(office.county):
        day = ReceptionDay.objects.get(day="2026-02-24")
    address = reverse("admin:decide", args=[day.pk])
    chief = sign_in(office.chief)
    assert address in page(chief.get(reverse("admin:planner", args=[2026])))
    lost = page(chief.post(address, {"do": "move", "to": "2026-02-22", "reason": "会议室停电", "reason_en": ""}))
    assert "不是工作日" in lost
    assert "会议室停电" in lost
    assert "须填写改到哪一天" in page(chief.post(address, {"do": "move", "to": "", "reason": "停电"}))
    assert "没有办理此事的权限" in page(sign_in(office.clerk).post(address, {"do": "cancel", "to": "", "reason": "停电"}))
    answer = chief.post(address, {"do": "move", "to": "2026-02-25", "reason": "会议室停电", "reason_en": ""})
    with scope.county(office.county):
        draft = Release.objects.open().get()
    assert answer["Location"] == reverse("admin:release", args=[draft.pk])
    assert "2026-02-24 改期为 2026-02-25" in page(chief.get(answer["Location"]))
