"""To whom a case goes, with what and until when; what a unit says to it; who handles it."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from petitions.actions import handling, recipients, referrals
from petitions.actions.receptions import Assigned
from petitions.forms.cases import CaseForm
from petitions.forms.files import FilesField
from petitions.forms.minutes import MOST_TASKS, TaskForm
from petitions.forms.screening import LINES
from petitions.models import MaterialKind
from reception.errors import Refused
from reception.forms.base import DayInput, PlainField
from reception.models import Department, DepartmentKind, Leader, Tenure, User

# A usual time for a unit to answer; the clerk changes it.
USUAL = timedelta(days=30)


class ReferForm(CaseForm):
    """What a transfer and an assignment share: the day on which the unit has it."""

    received_on = forms.DateField(
        label=gettext_lazy("单位收到日期"),
        widget=DayInput,
        help_text=gettext_lazy("受理告知和异议期限从这一天的次日起算；网上转送的为当天。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("received_on", self.on)

    def units(self) -> Any:
        """The units that may have the case: never the accused one, nor those below it."""
        rows = Department.objects.exclude(kind=DepartmentKind.BUREAU).select_related("superior").order_by("code")
        return Department.objects.filter(pk__in=[row.pk for row in rows if self._may_have(row)]).order_by("code")

    def _may_have(self, unit: Department) -> bool:
        try:
            recipients.allow(self.case, unit, on=self.on)
        except Refused:
            return False
        return True


class TransferForm(ReferForm):
    department: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("有权处理的单位"), queryset=None, empty_label=gettext_lazy("请选择")
    )
    reason = PlainField(
        label=gettext_lazy("说明"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs=LINES),
        help_text=gettext_lazy("可不填。"),
    )
    field_order = ("department", "received_on", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _rows(self, "department", self.units())


class AssignForm(ReferForm):
    """The leader's instruction, and who does what by when; the first row is the lead's. From a reception, as the minutes say."""

    instructed_by: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("批示领导"), queryset=None, required=False, empty_label=gettext_lazy("（没有批示）")
    )
    instruction = PlainField(
        label=gettext_lazy("领导批示"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    field_order = ("instructed_by", "instruction", "received_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        minutes, told = referrals.proposed(self.case)
        held = Tenure.objects.on(self.on).exclude(leader=self.case.accused_leader_id or 0)
        named = [pk for pk in (minutes.leader_id if minutes else None, self.case.addressed_to_id) if pk]
        leaders = Leader.objects.filter(pk__in=[*held.values_list("leader", flat=True), *named])
        _rows(self, "instructed_by", leaders.exclude(pk=self.case.accused_leader_id or 0))
        self.latest = referrals.latest(self.case, self.on, self.county)
        if minutes:
            self.initial.update(instructed_by=minutes.leader_id, instruction=minutes.said)
        elif self.case.addressed_to_id:
            self.initial.setdefault("instructed_by", self.case.addressed_to_id)
        units = self.units()
        rows = [{"department": one.department.pk, "deliverable": one.deliverable, "due_on": one.due_on} for one in told]
        rows = rows or [{"due_on": min(self.on + USUAL, self.latest)}]
        self.tasks = [
            TaskForm(
                self.data if self.is_bound else None,
                departments=units,
                prefix=f"task{place}",
                initial=rows[place] if place < len(rows) else None,
            )
            for place in range(MOST_TASKS)
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        # Each row is asked, so that every mistake is shown at once.
        valid = [task.is_valid() for task in self.tasks]
        if not all(valid):
            raise forms.ValidationError(_("请看“谁办什么、何时办结”里的提示。"))
        rows = [task.cleaned_data for task in self.tasks]
        tasks = [
            Assigned(row["department"], row["deliverable"].strip(), row["due_on"], is_lead=place == 0)
            for place, row in enumerate(rows)
            if row.get("department")
        ]
        return {**given, "tasks": tasks}


class ObjectForm(CaseForm):
    reasons = PlainField(
        label=gettext_lazy("理由"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("写明为什么不属于本单位职权，依据哪一条规定。"),
    )
    suggests: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("建议转送"), queryset=None, required=False, empty_label=gettext_lazy("（不清楚）")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [self.case.department_id or 0, self.case.accused_department_id or 0]
        _rows(self, "suggests", Department.objects.exclude(pk__in=mine).order_by("code"))


class DecideForm(CaseForm):
    decision = PlainField(
        label=gettext_lazy("决定的理由"),
        max_length=500,
        widget=forms.Textarea(attrs=LINES),
        help_text=gettext_lazy("提出异议的单位会看到。两个单位有争议的，写共同上级的决定。"),
    )


class AcceptForm(CaseForm):
    accepted_on = forms.DateField(
        label=gettext_lazy("受理日期"), widget=DayInput, help_text=gettext_lazy("办理期限从这一天的次日起算。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("accepted_on", self.on)


class HandleForm(CaseForm):
    """The unit's people; those who would have to step back are named with the reason and can't be chosen."""

    handler: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("承办人"), queryset=None, widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = handling.people(self.case.department, on=self.on) if self.case.department else []
        whys = {person.pk: handling.interest(self.case, person, county=self.county) for person in people}
        free = [pk for pk, why in whys.items() if not why]
        _rows(self, "handler", User.objects.filter(pk__in=free).order_by("name", "pk"))
        said = _("；").join(person.name + _("：") + str(whys[person.pk]) for person in people if whys[person.pk])
        self.fields["handler"].help_text = said


class ReportForm(CaseForm):
    text = PlainField(label=gettext_lazy("进展"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    is_result = forms.BooleanField(
        label=gettext_lazy("本单位部分已完成"),
        required=False,
        help_text=gettext_lazy("只由协办单位勾选；牵头单位的结果写进处理意见。"),
    )


class RecuseForm(CaseForm):
    person: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("回避人"), queryset=None, empty_label=None, widget=forms.RadioSelect
    )
    reason = PlainField(
        label=gettext_lazy("理由"), max_length=300, help_text=gettext_lazy("例如：与信访人是亲属。不写信访人姓名。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = {self.user.pk}
        if self.case.department:
            people |= {person.pk for person in handling.people(self.case.department, on=self.on)}
        recused = self.case.recusals.values("user")
        _rows(self, "person", User.objects.filter(pk__in=people).exclude(pk__in=recused).order_by("name", "pk"))
        self.initial.setdefault("person", self.user.pk)


class MaterialForm(CaseForm):
    kind = forms.ChoiceField(label=gettext_lazy("种类"), choices=MaterialKind.choices, initial=MaterialKind.EVIDENCE)
    papers = FilesField(label=gettext_lazy("选择照片或 PDF"))


def _rows(form: forms.Form, name: str, rows: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows
