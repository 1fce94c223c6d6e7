"""The booking form, one page at a time: what is wrong is said in words, and what was typed stays."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reception import codes, texts, words
from reception.actions import submissions
from reception.actions.offers import Offer
from reception.errors import Refused
from reception.forms.base import id_number
from reception.models import County, Department, DepartmentKind, IdentityNumber, Leader, Tenure, Topic
from reception.models.bookings import MOST_REPRESENTATIVES

MOST_PEOPLE = 500
FEWEST_DIGITS, MOST_DIGITS = 5, 20


class Text(forms.CharField):
    """A text of at most `most` characters. Too long, it is refused in words and not cut by the browser; marks that no page should
    show are taken out."""

    def __init__(self, *, most: int, lines: bool = False, **kwargs: Any) -> None:
        self.most, self.lines = most, lines
        if lines:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 6}))
        super().__init__(strip=True, **kwargs)
        kept = [validator for validator in self.validators if not isinstance(validator, ProhibitNullCharactersValidator)]
        self.validators = [*kept, ProhibitNullCharactersValidator(message=gettext_lazy("这里有不能保存的字符，请重新输入。"))]

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        # The validator of Django speaks of a NUL; it is asked about the text as it was typed.
        self.run_validators(typed)
        return texts.clean(typed, lines=self.lines)

    def validate(self, value: Any) -> None:
        super().validate(value)
        over = len(value) - self.most
        if over > 0:
            raise forms.ValidationError(
                ngettext(
                    "写了 %(count)s 个字，最多 %(most)s 个字，请删去 %(over)d 个字。",
                    "写了 %(count)s 个字，最多 %(most)s 个字，请删去 %(over)d 个字。",
                    over,
                )
                % {"count": f"{len(value):,}", "most": f"{self.most:,}", "over": over}
            )

    def bound_data(self, data: Any, initial: Any) -> Any:
        # A name of a megabyte is not sent back and forth; its beginning is, and is still too long.
        return texts.cut(data, self.most * 2 + 200) if isinstance(data, str) else data


class PageForm(forms.Form):
    """One page of the form; `typed` is what is kept of it. `rewritten` are fields that are written in one way, which is no loss."""

    rewritten: tuple[str, ...] = ()

    def __init__(self, *args: Any, county: County, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.county, self.on = county, on

    @property
    def typed(self) -> dict[str, Any]:
        kept = {name: value for name, value in self.cleaned_data.items() if name in self.fields}
        return {**kept, "stripped": self._stripped()}

    def _stripped(self) -> bool:
        """Whether something invisible was taken out, which the last page then says."""
        for name, field in self.fields.items():
            if isinstance(field, Text) and name not in self.rewritten:
                raw = str(self.data.get(self.add_prefix(name), "")).replace("\r\n", "\n").replace("\r", "\n").strip()
                if len(raw) != len(self.cleaned_data.get(name, raw)):
                    return True
        return False


class MatterForm(PageForm):
    """What it is about, and about whom."""

    topic = forms.ChoiceField(
        label=gettext_lazy("哪一类事情"), error_messages={"required": gettext_lazy("请选择一类；拿不准就选“其他”。")}
    )
    matter = Text(
        label=gettext_lazy("反映什么问题"),
        most=2000,
        lines=True,
        help_text=gettext_lazy("什么时候、在哪里、发生了什么、找过哪些单位。最多 2,000 个字。"),
        error_messages={"required": gettext_lazy("请写明反映的问题。")},
    )
    wish = Text(
        label=gettext_lazy("希望怎样解决"),
        most=500,
        lines=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("最多 500 个字。"),
        error_messages={"required": gettext_lazy("请写明希望怎样解决。")},
    )
    earlier_number = Text(
        label=gettext_lazy("以前的信访编号"),
        most=40,
        required=False,
        help_text=gettext_lazy("同一件事以前登记过的，请填编号；没有就不填。"),
    )
    accused_leader = forms.ChoiceField(
        label=gettext_lazy("是否反映某位县领导本人"),
        required=False,
        help_text=gettext_lazy("您所反映的领导不会接待您，也看不到您的预约。"),
    )
    accused_department = forms.ChoiceField(label=gettext_lazy("是否反映某个部门或乡镇"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = ("", _("没有"))
        topics = [(row.code, words.named(row)) for row in Topic.objects.all()]
        self._choices("topic", [("", _("请选择")), *topics])
        held = Tenure.objects.on(self.on).select_related("leader", "post").order_by("post__position")
        leaders = {row.leader.code: words.named(row.leader) + words.aside(words.named(row.post)) for row in reversed(list(held))}
        self._choices("accused_leader", [none, *reversed(leaders.items())])
        units = Department.objects.exclude(kind=DepartmentKind.BUREAU).order_by("code")
        self._choices("accused_department", [none, *((row.code, words.named(row)) for row in units)])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class PersonForm(PageForm):
    """Who comes, and how to reach them. What the county does not collect is not asked."""

    rewritten = ("phone", "id_number")

    name = Text(label=gettext_lazy("姓名"), most=50, error_messages={"required": gettext_lazy("请填写姓名。")})
    phone = Text(
        label=gettext_lazy("电话"),
        most=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        help_text=gettext_lazy("安排有变化时打这个电话告诉您。"),
    )
    no_phone = forms.BooleanField(label=gettext_lazy("没有电话"), required=False)
    id_number = Text(
        label=gettext_lazy("居民身份证号"),
        most=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    other_paper = Text(
        label=gettext_lazy("其他证件"),
        most=60,
        required=False,
        help_text=gettext_lazy("没有身份证的，写证件名称和号码，例如护照 E12345678。"),
    )
    address = Text(label=gettext_lazy("住址"), most=120, required=False, help_text=gettext_lazy("可不填。写到村或小区即可。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        asked = self.county.identity_number
        if asked == IdentityNumber.OFF:
            del self.fields["id_number"], self.fields["other_paper"]
        else:
            must = asked == IdentityNumber.REQUIRED
            self.fields["id_number"].help_text = (
                _("工作人员只看到最后四位；查看全号须写明理由，您能查到谁看过。")
                if must
                else _("可不填，当天带证件即可。填了可以更快登记。")
            )

    def clean_phone(self) -> str:
        kept = "".join(c for c in codes.bare(self.cleaned_data["phone"]) if c not in "-()—–.")
        digits = kept.removeprefix("+")
        if kept and not (digits.isascii() and digits.isdecimal() and FEWEST_DIGITS <= len(digits) <= MOST_DIGITS):
            raise forms.ValidationError(_("电话只写数字，例如 13800000000 或 0000-1234567。"))
        return kept

    def clean_id_number(self) -> str:
        wrong = _("身份证号不对：应为 18 位，最后一位是校验码。请对照证件再看一遍。")
        return id_number(self.cleaned_data["id_number"], wrong=wrong)

    def clean(self) -> dict[str, Any] | None:
        given = self.cleaned_data
        if "phone" in given and not given["phone"] and not given.get("no_phone"):
            self.add_error("phone", _("请填写电话；没有电话的，请勾选“没有电话”。"))
        if given.get("no_phone"):
            given["phone"] = ""
        required = self.county.identity_number == IdentityNumber.REQUIRED
        if required and "id_number" in given and not given["id_number"] and not given.get("other_paper"):
            self.add_error("id_number", _("请填写身份证号；没有身份证的，请在“其他证件”里填写。"))
        return super().clean()


class PeopleForm(PageForm):
    """How many come, and who speaks for them."""

    people = forms.IntegerField(
        label=gettext_lazy("一共几个人来"),
        min_value=1,
        max_value=MOST_PEOPLE,
        initial=1,
        widget=forms.NumberInput(attrs={"class": "form-control-short"}),
        help_text=gettext_lazy("包括您自己。五人以上的，请推选代表。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, MOST_REPRESENTATIVES + 1):
            self.fields[f"name{n}"] = Text(label=_("姓名"), most=50, required=False)
            self.fields[f"phone{n}"] = Text(
                label=_("电话（可不填）"), most=30, required=False, widget=forms.TextInput(attrs={"type": "tel"})
            )

    @property
    def rows(self) -> list[tuple[int, Any, Any]]:
        return [(n, self[f"name{n}"], self[f"phone{n}"]) for n in range(1, MOST_REPRESENTATIVES + 1)]

    @property
    def representatives(self) -> list[tuple[str, str]]:
        given = self.cleaned_data
        rows = [(given.get(f"name{n}", ""), given.get(f"phone{n}", "")) for n in range(1, MOST_REPRESENTATIVES + 1)]
        return [row for row in rows if row[0]]

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or {}
        for n in range(1, MOST_REPRESENTATIVES + 1):
            if given.get(f"phone{n}") and not given.get(f"name{n}"):
                self.add_error(f"name{n}", _("填了电话，请把姓名也填上。"))
        beyond = [name for name, value in self.data.items() if name == f"name{MOST_REPRESENTATIVES + 1}" and value]
        if "people" in given:
            try:
                submissions.allow_group(given["people"], len(self.representatives) + len(beyond))
            except Refused as refusal:
                self.add_error("people", refusal.sentence)
        return given

    @property
    def typed(self) -> dict[str, Any]:
        kept = {"people": self.cleaned_data["people"], "representatives": self.representatives}
        return {**kept, "stripped": self._stripped()}

    @staticmethod
    def initial_of(typed: dict[str, Any]) -> dict[str, Any]:
        """What the fields show of what is kept."""
        found = {"people": typed.get("people", 1)}
        for n, (name, phone) in enumerate(typed.get("representatives", []), start=1):
            found |= {f"name{n}": name, f"phone{n}": phone}
        return found


class SittingForm(forms.Form):
    """Which sitting. Full ones can be waited for."""

    sitting = forms.ChoiceField(
        label=gettext_lazy("选择日期和领导"),
        error_messages={
            "required": gettext_lazy("请选择一场。"),
            "invalid_choice": gettext_lazy("这一场现在不能预约了，请另选一场。"),
        },
    )

    def __init__(self, *args: Any, offers: list[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers = {offer.key: offer for offer in offers}
        field = self.fields["sitting"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, key) for key in self.offers]

    @property
    def chosen(self) -> Offer:
        return self.offers[self.cleaned_data["sitting"]]


def leaders_name(code: str) -> str:
    """The leader of a code, as the form shows them."""
    found = Leader.objects.filter(code=code).first() if code else None
    return words.named(found) if found else ""


def department_name(code: str) -> str:
    found = Department.objects.filter(code=code).first() if code else None
    return words.named(found) if found else ""


def topic_name(code: str) -> str:
    found = Topic.objects.filter(code=code).first() if code else None
    return words.named(found) if found else ""
