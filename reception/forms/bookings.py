"""Bookings in the bureau's hands: filters, what is said with each step, and the form in which the staff book for someone."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reception import codes
from reception.actions import submissions
from reception.actions.assist import WAYS
from reception.actions.early_answers import LONGEST
from reception.actions.handling import GROUNDS, PATHS
from reception.actions.identities import Person
from reception.forms.base import DayInput, PlainField, id_number
from reception.models import BookingState, BookingWay, County, Department, IdentityNumber, Leader, Sitting, Topic
from reception.models.bookings import MOST_REPRESENTATIVES

CHOOSE = ("", gettext_lazy("请选择"))


class PickForm(forms.Form):
    """Which bookings of the list."""

    day = forms.DateField(label=gettext_lazy("接访日"), required=False, widget=DayInput)
    state = forms.ChoiceField(label=gettext_lazy("状态"), required=False)
    topic: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("类别"), queryset=None, required=False, empty_label=gettext_lazy("全部")
    )
    way = forms.ChoiceField(label=gettext_lazy("登记方式"), required=False)
    number = forms.CharField(label=gettext_lazy("预约编号"), required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("全部"))
        _choices(self, "state", [everything, *BookingState.choices])
        _choices(self, "way", [everything, *BookingWay.choices])
        _rows(self, "topic", Topic.objects.all())

    def clean_number(self) -> str:
        typed = self.cleaned_data["number"]
        if not typed:
            return ""
        try:
            return codes.read_number(typed)
        except codes.Mistyped as error:
            raise ValidationError(_("编号不对：应是 11 位数字，请核对。")) from error


class FindForm(forms.Form):
    """Who telephones: found by equality, never by a part of a name."""

    phone = PlainField(label=gettext_lazy("电话"), required=False, max_length=40)
    name = PlainField(label=gettext_lazy("姓名"), required=False, max_length=60)


class WhyForm(forms.Form):
    """Why somebody's identity is opened."""

    why = PlainField(
        label=gettext_lazy("查看理由"), max_length=300, help_text=gettext_lazy("记入日志，来访人可以看到谁、何时、为什么查看。")
    )


class GuideForm(forms.Form):
    """Where the matter belongs."""

    path = forms.ChoiceField(label=gettext_lazy("办理途径"))
    said = PlainField(
        label=gettext_lazy("补充说明"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("写明去哪里、怎么办、什么时候前。来访人会看到；不要写个人信息。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "path", [CHOOSE, *PATHS.items()])


class DeclineForm(GuideForm):
    """Why no place is given, and the way that is open instead."""

    ground = forms.ChoiceField(label=gettext_lazy("理由"))
    field_order = ("ground", "path", "said")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["path"].required = False
        _choices(self, "ground", [CHOOSE, *GROUNDS.items()])


class CancelForm(forms.Form):
    """How the citizen asked for it."""

    reason = PlainField(
        label=gettext_lazy("取消说明"),
        max_length=200,
        help_text=gettext_lazy("例如：来访人今日来电取消。来访人会看到；不要写个人信息。"),
    )


class ReissueForm(forms.Form):
    """A new code goes to no one whose paper was not seen."""

    seen = forms.BooleanField(label=gettext_lazy("已在窗口核对来访人的有效身份证件，与登记一致"))


class EarlyAnswerForm(forms.Form):
    """What a department answers before the day."""

    department: forms.ModelChoiceField = forms.ModelChoiceField(label=gettext_lazy("答复单位"), queryset=None, empty_label=None)
    text = PlainField(
        label=gettext_lazy("答复"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("直接对来访人说：查了什么、怎么解决、什么时候办完。不要写来访人的个人信息。"),
    )
    contact = PlainField(label=gettext_lazy("联系人和电话"), max_length=120)

    def __init__(self, departments: list[Department], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _rows(self, "department", Department.objects.filter(pk__in=[unit.pk for unit in departments]))


class SendBackForm(forms.Form):
    """What is to be mended."""

    reason = PlainField(label=gettext_lazy("退回原因"), max_length=300)


class TakenDownForm(forms.Form):
    """What the staff write down for someone, on one page, in the order in which one asks: who they are, and what about."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    name = PlainField(label=gettext_lazy("来访人姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = PlainField(
        label=gettext_lazy("电话"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    no_phone = forms.BooleanField(
        label=gettext_lazy("没有电话"), required=False, help_text=gettext_lazy("列入须当面或上门通知的名单。")
    )
    id_number = PlainField(
        label=gettext_lazy("身份证号码"), max_length=30, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    other_paper = PlainField(
        label=gettext_lazy("其他证件"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("没有身份证时填写证件名称和号码。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    address = PlainField(label=gettext_lazy("住址"), max_length=160, required=False)
    people = forms.IntegerField(label=gettext_lazy("来访人数"), min_value=1, max_value=500, initial=1)
    representatives = PlainField(
        label=gettext_lazy("代表名单"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("五人以上须推选代表，最多五人。每行一位：姓名 电话。"),
    )
    topic: forms.ModelChoiceField = forms.ModelChoiceField(label=gettext_lazy("类别"), queryset=None, empty_label=CHOOSE[1])
    matter = PlainField(label=gettext_lazy("反映的问题"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    wish = PlainField(label=gettext_lazy("诉求"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    accused_leader: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("所反映的领导"), queryset=None, required=False
    )
    accused_department: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("所反映的部门"), queryset=None, required=False
    )

    def __init__(self, county: County, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.county = county
        for name, rows in (("topic", Topic), ("accused_leader", Leader), ("accused_department", Department)):
            _rows(self, name, rows.objects.all())
        if county.identity_number == IdentityNumber.OFF:
            del self.fields["id_number"], self.fields["other_paper"]

    def clean_id_number(self) -> str:
        return id_number(self.cleaned_data["id_number"], wrong=_("身份证号码不对，请对照证件核对（18 位）。"))

    def clean_phone(self) -> str:
        digits = codes.bare(self.cleaned_data["phone"]).replace("-", "")
        if digits and not (digits.lstrip("+").isascii() and digits.lstrip("+").isdecimal() and 7 <= len(digits) <= 15):
            raise ValidationError(_("电话号码不对：手机 11 位，固定电话请加区号。"))
        return digits

    def clean_representatives(self) -> tuple[Person, ...]:
        found = []
        for line in self.cleaned_data["representatives"].splitlines():
            parts = line.split()
            if not parts:
                continue
            phone = parts.pop() if len(parts) > 1 and parts[-1].isascii() and parts[-1].isdecimal() else ""
            found.append(Person(name="".join(parts) if not line.isascii() else " ".join(parts), phone=phone))
        if len(found) > MOST_REPRESENTATIVES:
            raise ValidationError(_("代表最多五人。请推选不超过五位代表，其他人只计人数。"))
        return tuple(found)

    def person(self) -> Person:
        """Who it is; of a valid form."""
        said = self.cleaned_data
        return Person(
            name=said["name"],
            phone="" if said["no_phone"] else said["phone"],
            id_number=said.get("id_number", ""),
            other_paper=said.get("other_paper", ""),
            address=said["address"],
        )


class AssistForm(TakenDownForm):
    """A booking taken down for someone."""

    sitting = forms.TypedChoiceField(label=gettext_lazy("接访场次"), coerce=int, widget=forms.RadioSelect)
    way = forms.ChoiceField(
        label=gettext_lazy("登记方式"),
        choices=[(way.value, way.label) for way in WAYS],
        widget=forms.RadioSelect,
        initial="counter",
    )
    earlier_number = PlainField(label=gettext_lazy("原信访编号"), max_length=40, required=False)
    wait = forms.BooleanField(label=gettext_lazy("没有名额时登记候补"), required=False)
    field_order = ("key", "sitting", "way")

    def __init__(self, sittings: list[Sitting], county: County, *args: Any, **kwargs: Any) -> None:
        super().__init__(county, *args, **kwargs)
        self.sittings = {sitting.pk: sitting for sitting in sittings}
        _choices(self, "sitting", [(sitting.pk, str(sitting)) for sitting in sittings])
        self.fields["sitting"].error_messages["invalid_choice"] = _("这一场已经不能预约，请另选一场；填好的内容都还在。")
        self.fields["accused_leader"].help_text = _("不由这位领导接访。")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        papers = said.get("id_number") or said.get("other_paper")
        if not said.get("phone") and not said.get("no_phone") and "phone" not in self.errors:
            self.add_error("phone", _("请填写电话；确实没有的，勾选“没有电话”。"))
        required = "id_number" in self.fields and self.county.identity_number == IdentityNumber.REQUIRED
        if required and "id_number" not in self.errors and not papers:
            self.add_error("id_number", _("请填写身份证号码；没有身份证的，填写其他证件。"))
        return said

    @property
    def chosen(self) -> Sitting:
        """The sitting. Raises `KeyError` for a form that is not valid."""
        return self.sittings[self.cleaned_data["sitting"]]

    def request(self) -> submissions.Request:
        """What the citizen asks for; of a valid form."""
        said = self.cleaned_data
        return submissions.Request(
            person=self.person(),
            topic=said["topic"],
            matter=said["matter"],
            wish=said["wish"],
            way=BookingWay(said["way"]),
            people=said["people"],
            representatives=said["representatives"],
            earlier_number=said["earlier_number"],
            accused_leader=said["accused_leader"],
            accused_department=said["accused_department"],
            reachable=not said["no_phone"],
        )


class MoveForm(forms.Form):
    """Where to; `key` makes a form that is sent twice one move."""

    to = forms.TypedChoiceField(label=gettext_lazy("改到"), coerce=int, widget=forms.RadioSelect)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, sittings: list[Sitting], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["key"] = uuid.uuid4()
        self.sittings = {sitting.pk: sitting for sitting in sittings}
        _choices(self, "to", [(sitting.pk, str(sitting)) for sitting in sittings])

    @property
    def chosen(self) -> Sitting:
        return self.sittings[self.cleaned_data["to"]]


def _choices(form: forms.Form, name: str, choices: list[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def _rows(form: forms.Form, name: str, rows: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows
