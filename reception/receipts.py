"""The slip that a citizen takes home: number and code in large type, the day, the place, what to bring. Handed over, kept nowhere."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from reception import codes, printing, words
from reception.models import Booking, BookingState, County, Leader


def of(booking: Booking, code: str, county: County, *, leader: Leader, address: str) -> Mapping[str, Any]:
    """What the template ``booking_receipt`` wants. `address` is the page on which the booking can be followed; it holds no code."""
    sitting = booking.sitting
    waits = booking.state == BookingState.WAITLISTED
    bureau = words.said({"zh": county.bureau, "en": county.bureau_en})
    day = f"{words.long_date(sitting.day.day)} {words.weekday(sitting.day.day)}"
    rows = [
        (_("预约编号"), codes.show_number(booking.number)),
        (_("日期"), day),
        (_("时间"), f"{sitting.starts:%H:%M}–{sitting.ends:%H:%M}"),
        (_("接访领导"), words.named(leader)),
        (_("地点"), _where(sitting.place)),
        (_("状态"), str(booking.get_state_display())),
    ]
    advice = [
        _waiting(booking) if waits else _("请提前十五分钟到场，凭编号、身份证件签到。"),
        _("凭编号和查询码可以查询、改期或取消：%(address)s") % {"address": address.partition("?")[0]},
        _("忘记查询码的，带身份证件到窗口换发。咨询电话：%(phone)s") % {"phone": county.phone},
    ]
    bring = words.said({"zh": county.notice, "en": county.notice_en}).splitlines()
    code_qr = printing.qr(address)
    return {
        "title": _("接访预约受理单"),
        "author": bureau,
        "facts": rows,
        "code": codes.show_code(code),
        "caption": _("查询码（请妥善保管，不要告诉别人）"),
        "qr": code_qr,
        "advice": advice,
        "bring_title": _("来访须知"),
        "bring": bring,
        "foot": {"page": "{n}/{m}", "lines": [bureau, _("右侧二维码打开查询页面，仍须输入查询码。")], "qr": code_qr},
    }


def _where(place: Any) -> str:
    name = words.named(place)
    address = words.said({"zh": place.address, "en": place.address_en})
    return "\n".join(filter(None, [name, address]))


def _waiting(booking: Booking) -> str:
    """What waiting means for somebody with a telephone, and for somebody without."""
    if booking.reachable:
        return _("候补：有人取消时按登记先后补上，补上后打电话通知您。")
    return _("候补：有人取消时按登记先后补上；您没有留电话，请凭编号和查询码查询，或向信访局询问。")
