"""The reception day: a walk-in at the table, and what was written on paper. Short: the rest is asked by the leader."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reception.actions.identities import Person
from reception.actions.paper_day import Times
from reception.actions.submissions import Request
from reception.forms.base import PlainField, id_number
from reception.models import BookingWay, Leader, Sitting, Topic
from reception.models.bookings import MOST_REPRESENTATIVES

OUTCOMES = [
    ("", _("还没有填")),
    ("received", _("已接访")),
    ("no_show", _("未到")),
    ("not_received", _("到场但未能接访")),
]
TIME = {"type": "time", "autocomplete": "off"}


class WalkInForm(forms.Form):
    """Someone who came without a booking: who, how many, about what, and to whom."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    sitting: forms.ModelChoiceField = forms.ModelChoiceField(label=_("接访场次"), queryset=None, widget=forms.RadioSelect)
    name = PlainField(label=_("姓名"), max_length=60)
    phone = PlainField(label=_("电话"), max_length=30, required=False, help_text=_("没有电话可不填。"))
    id_number = PlainField(label=_("身份证号"), max_length=30, required=False, help_text=_("可不填。"))
    people = forms.IntegerField(label=_("来访人数"), min_value=1, max_value=500, initial=1)
    representatives = PlainField(
        label=_("代表姓名"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("五人以上来访的，推选不超过五位代表，每行一位。"),
    )
    topic: forms.ModelChoiceField = forms.ModelChoiceField(label=_("类别"), queryset=None)
    matter = PlainField(label=_("反映的问题"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    wish = PlainField(label=_("诉求"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    accused_leader: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("所反映的领导"), queryset=None, required=False, help_text=_("反映某位领导的，由别的领导接访。")
    )

    def __init__(self, *args: Any, sittings: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: dict[str, Any] = {
            "sitting": sittings,
            "topic": Topic.objects.all(),
            "accused_leader": Leader.objects.order_by("code"),
        }
        for name, queryset in rows.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = queryset
        sitting = self.fields["sitting"]
        assert isinstance(sitting, forms.ModelChoiceField)
        sitting.empty_label = None
        if len(sittings) == 1:
            self.initial.setdefault("sitting", sittings[0].pk)

    def clean_id_number(self) -> str:
        try:
            return id_number(self.cleaned_data["id_number"], wrong="")
        except forms.ValidationError as error:
            # There is no other field here: it goes fast, and the paper is seen at the table.
            raise forms.ValidationError(_("身份证号不对，请核对；其他证件可不填。")) from error

    def asked(self) -> tuple[Sitting, Request]:
        """The sitting and what is asked for, of a form that is valid."""
        said = self.cleaned_data
        names = [name for name in (line.strip() for line in said["representatives"].split("\n")) if name]
        request = Request(
            person=Person(name=said["name"], phone=said["phone"], id_number=said["id_number"]),
            topic=said["topic"],
            matter=said["matter"],
            wish=said["wish"],
            way=BookingWay.WALK_IN,
            people=said["people"],
            # One more than is allowed is enough to be refused.
            representatives=tuple(Person(name=name[:60]) for name in names[: MOST_REPRESENTATIVES + 1]),
            accused_leader=said["accused_leader"],
            reachable=bool(said["phone"]),
        )
        return said["sitting"], request


class TimesForm(forms.Form):
    """One line of the paper: when, and how it ended. A line without an outcome is left for later."""

    outcome = forms.ChoiceField(label=_("结果"), choices=OUTCOMES, required=False)
    arrived = forms.TimeField(label=_("到达"), required=False, widget=forms.TimeInput(format="%H:%M", attrs=TIME))
    called = forms.TimeField(label=_("叫号"), required=False, widget=forms.TimeInput(format="%H:%M", attrs=TIME))
    begun = forms.TimeField(label=_("接访自"), required=False, widget=forms.TimeInput(format="%H:%M", attrs=TIME))
    until = forms.TimeField(label=_("至"), required=False, widget=forms.TimeInput(format="%H:%M", attrs=TIME))
    reason = PlainField(label=_("说明"), max_length=300, required=False)

    @property
    def says_nothing(self) -> bool:
        return not self.cleaned_data.get("outcome")

    def times(self) -> Times:
        """What the line says, of a form that is valid."""
        said = self.cleaned_data
        return Times(**{name: said[name] for name in ("outcome", "arrived", "called", "begun", "until", "reason")})
