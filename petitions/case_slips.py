"""The slip that goes with a case which came by letter, telephone or the net: number and code in large type. No name on it."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from petitions.models import Case, Deadline
from reception import codes, printing, words
from reception.models import County


def facts(case: Case, county: County) -> Sequence[tuple[str, str]]:
    """What a slip says besides number and code, as label and words."""
    clock = Deadline.objects.filter(case=case, kind="D1").first()
    due = _("%(day)s前告知您由哪里办理") % {"day": words.long_date(clock.due_on)} if clock else ""
    rows = [
        (_("来源"), str(case.get_way_in_display())),
        (_("收到日期"), words.long_date(case.received_on)),
        (_("类别"), words.named(case.topic)),
        (_("写给"), words.named(case.addressed_to) if case.addressed_to else ""),
        (_("接下来"), due),
        (_("咨询电话"), county.phone),
    ]
    return [(label, text) for label, text in rows if text]


def notes() -> list[str]:
    """What to know: keep the code, what it is for."""
    return [
        _("请保管好查询码，不要给别人看。凭编号和查询码可以查询办理情况、下载文书；忘记了可以带身份证到窗口换发。"),
        _("办理不收费，也不需要托人。"),
    ]


def pdf(case: Case, code: str, *, county: County, at: datetime) -> bytes:
    """The slip on paper, kept nowhere. Raises `printing.Unprintable`."""
    address = f"{settings.SITE_URL}{'/en' if words.english() else ''}/track/"
    bureau = words.said({"zh": county.bureau, "en": county.bureau_en})
    data = {
        "title": _("信访事项登记单"),
        "author": bureau,
        "foot": {"page": "— {n} —", "lines": [bureau, county.phone], "qr": None},
        "number": codes.show_number(case.number),
        "number_label": _("编号"),
        "code": codes.show_code(code),
        "code_label": _("查询码"),
        "qr": printing.qr(f"{address}?n={case.number}"),
        "rows": [*(list(row) for row in facts(case, county)), [_("查询网址"), address]],
        "notes": notes(),
    }
    return printing.compile("slip", data, lang="en" if words.english() else "zh", at=at, keep=False)
