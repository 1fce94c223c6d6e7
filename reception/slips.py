"""The slip that goes with a booking made for someone: number and code in large type, when, where, what to bring. No name on it.

Pure: made from a booking, its code and nothing else. `reception.printing` sets it, and it is kept nowhere.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from reception import codes, printing, words
from reception.models import Booking, County


def facts(booking: Booking, county: County) -> Sequence[tuple[str, str]]:
    """What a slip says besides number and code, as label and words. `booking` comes with its sitting, its day and place."""
    sitting, said = booking.sitting, words.said
    place = words.named(sitting.place)
    address = said({"zh": sitting.place.address, "en": sitting.place.address_en})
    rows = [
        (_("状态"), str(booking.get_state_display())),
        (_("接访日"), f"{words.long_date(booking.day)} {words.weekday(booking.day)}\n{sitting.starts:%H:%M}–{sitting.ends:%H:%M}"),
        (_("接访领导"), words.named(booking.leader)),
        (_("接访地点"), "\n".join(filter(None, [place, address]))),
        (_("来访人数"), str(booking.people)),
        (_("咨询电话"), county.phone),
    ]
    return [(label, text) for label, text in rows if text]


def notes(booking: Booking, county: County) -> list[str]:
    """What to know before coming: keep the code, how to cancel, what to bring."""
    kept = _("请保管好查询码，不要给别人看。凭编号和查询码可以查询、改期或取消；忘记了可以带身份证到窗口换发。")
    waiting = _("您在候补名单上，有人取消时按先后顺序递补，届时会通知您。")
    bring = words.said({"zh": county.notice, "en": county.notice_en}).splitlines()
    return [kept, *([waiting] if booking.state == "waitlisted" else []), *bring]


def pdf(booking: Booking, code: str, *, county: County, at: datetime) -> bytes:
    """The slip on paper, with the number as a QR code for signing in on the day. Raises `printing.Unprintable`."""
    bureau = words.said({"zh": county.bureau, "en": county.bureau_en})
    data = {
        "title": _("接访预约单"),
        "author": bureau,
        "foot": {"page": "— {n} —", "lines": [bureau, county.phone], "qr": None},
        "number": codes.show_number(booking.number),
        "number_label": _("预约编号"),
        "code": codes.show_code(code),
        "code_label": _("查询码"),
        "qr": printing.qr(booking.number),
        "rows": [list(row) for row in facts(booking, county)],
        "notes": notes(booking, county),
    }
    return printing.compile("slip", data, lang="en" if words.english() else "zh", at=at, keep=False)
