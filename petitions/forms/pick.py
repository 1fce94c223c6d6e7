"""Which cases a list shows."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from petitions import clock_words
from petitions.models import Kind, Supervision, WayIn
from petitions.models.cases import STATUSES, CaseQuerySet
from reception.models import Department, Topic

ALL = gettext_lazy("全部")
COLOURS = [
    ("pressing", gettext_lazy("超期或三日内到期")),
    ("overdue", gettext_lazy("超期")),
    ("three", gettext_lazy("三日内到期")),
    ("seven", gettext_lazy("七日内到期")),
    ("later", gettext_lazy("七日以后到期")),
    ("none", gettext_lazy("没有期限在走")),
]


class PickForm(forms.Form):
    """One box for number, person or words, and what else narrows the list. `q` comes by POST only: it may name somebody."""

    q = forms.CharField(
        label=gettext_lazy("编号、姓名、电话、证件号码或内容"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("姓名和号码须与登记时完全一致，查找会记入日志；内容可以只输入一个字。"),
    )
    status = forms.ChoiceField(label=gettext_lazy("状态"), required=False, choices=[("", ALL), *STATUSES])
    kind = forms.ChoiceField(label=gettext_lazy("性质"), required=False, choices=[("", ALL), *Kind.choices])
    way_in = forms.ChoiceField(label=gettext_lazy("来源"), required=False, choices=[("", ALL), *WayIn.choices])
    topic = forms.TypedChoiceField(label=gettext_lazy("事项类别"), required=False, coerce=int, empty_value=None)
    department = forms.TypedChoiceField(label=gettext_lazy("责任单位"), required=False, coerce=int, empty_value=None)
    colour = forms.ChoiceField(label=gettext_lazy("期限"), required=False, choices=[("", ALL), *COLOURS])
    supervised = forms.BooleanField(label=gettext_lazy("督办中"), required=False)
    repeat = forms.BooleanField(label=gettext_lazy("重复信访"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("topic", Topic.objects.all()), ("department", Department.objects.all())):
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = [("", _("全部")), *((row.pk, str(row)) for row in rows)]

    @property
    def narrows(self) -> bool:
        """Whether anything but the box is filled in."""
        return any(value for name, value in self.cleaned_data.items() if name != "q")

    def picked(self, rows: CaseQuerySet, *, on: date) -> CaseQuerySet:
        """The rows that what was chosen leaves; of a form that is not whole, all."""
        given = self.cleaned_data
        for name in ("status", "kind", "way_in", "topic", "department"):
            if given.get(name):
                rows = rows.filter(**{name: given[name]})
        if given.get("colour"):
            rows = rows.filter(_due(given["colour"], on))
        if given.get("supervised"):
            rows = rows.filter(pk__in=Supervision.objects.filter(ended_on__isnull=True).order_by().values("case"))
        if given.get("repeat"):
            rows = rows.filter(repeats__isnull=False)
        return rows


def _due(colour: str, on: date) -> Q:
    three, seven = (on + timedelta(days=days) for days in (clock_words.AT_ONCE, clock_words.SOON))
    return {
        "pressing": Q(due_on__lte=three),
        "overdue": Q(due_on__lt=on),
        "three": Q(due_on__gte=on, due_on__lte=three),
        "seven": Q(due_on__gt=three, due_on__lte=seven),
        "later": Q(due_on__gt=seven),
        "none": Q(due_on__isnull=True),
    }[colour]
