"""A letter or a call as the clerk takes it down: the letter's scans and transcript, the call's record read back to the caller."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from petitions.actions import addressees
from petitions.actions.received import Received
from petitions.forms.files import FilesField
from petitions.models import WayIn
from reception.forms.base import DayInput, PlainField
from reception.forms.bookings import TakenDownForm
from reception.models import County, Leader, User

# A letter is copied out whole.
LONGEST = 8000


class LetterForm(TakenDownForm):
    """What came by letter or by telephone. `on` is today in the county."""

    way = forms.ChoiceField(
        label=gettext_lazy("来源"),
        choices=[(way.value, way.label) for way in (WayIn.LETTER, WayIn.PHONE)],
        widget=forms.RadioSelect,
        initial=WayIn.LETTER.value,
    )
    received_on = forms.DateField(
        label=gettext_lazy("收到日期"),
        widget=DayInput,
        help_text=gettext_lazy("收到信件或接到电话的那一天；登记甄别期限从次日起算。"),
    )
    addressed_to: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("写给哪位领导"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("（没有写明）"),
        help_text=gettext_lazy("写给所反映的领导本人的，只交信访局办理，本人看不到。"),
    )
    matter = PlainField(
        label=gettext_lazy("来信转录、电话记录"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("来信照原文转录；电话按来电人的话记录，并念给来电人听。"),
    )
    papers = FilesField(label=gettext_lazy("来信扫描件"), required=False)
    read_back = forms.BooleanField(label=gettext_lazy("电话记录已念给来电人听，确认无误"), required=False)
    accused_user: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("所反映的工作人员"), queryset=None, required=False
    )

    def __init__(self, county: County, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(county, *args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())
        self.initial.setdefault("received_on", on)
        self.use_required_attribute = False
        self.fields["name"].label = _("信访人姓名")
        self.fields["people"].label = _("人数")
        rows = {
            "addressed_to": Leader.objects.filter(pk__in=[leader.pk for leader, _post in addressees.on(on)]),
            "accused_user": User.objects.filter(county=county, is_active=True).order_by("name", "pk"),
        }
        for name, queryset in rows.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = queryset

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        known = [said.get(name) for name in ("phone", "id_number", "other_paper", "address")]
        if not any(known) and not {"phone", "id_number"} & set(self.errors):
            self.add_error("phone", _("请填写电话、证件号码或住址中的一项，以便书面答复、不与同名的人混淆。"))
        return said

    def received(self) -> Received:
        """What came; of a valid form."""
        said = self.cleaned_data
        return Received(
            way_in=WayIn(said["way"]),
            person=self.person(),
            topic=said["topic"],
            matter=said["matter"],
            wish=said["wish"],
            received_on=said["received_on"],
            people=said["people"],
            representatives=said["representatives"],
            addressed_to=said["addressed_to"],
            accused_leader=said["accused_leader"],
            accused_department=said["accused_department"],
            accused_user=said["accused_user"],
            read_back=said["read_back"],
        )
