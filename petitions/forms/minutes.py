"""The minutes of a reception, as the clerk types them while or just after the leader speaks."""

import uuid
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions.actions.receptions import Account, Assigned, Earlier
from petitions.models import Case, Decision, Ground, Kind, Minutes
from reception.forms.base import DayInput
from reception.models import Booking, Department

# A lead and three that assist; more than that is one task too vague.
MOST_TASKS = 4
LONG = 4000


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class TaskForm(forms.Form):
    """What one department does by when; an empty row is none."""

    department: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("单位"), queryset=None, required=False, empty_label=_("（无）")
    )
    deliverable = forms.CharField(label=_("办理事项"), max_length=300, required=False)
    due_on = forms.DateField(label=_("办结时限"), widget=DayInput, required=False)

    def __init__(self, *args: Any, departments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        field = self.fields["department"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = departments

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        given = self.cleaned_data
        if given.get("department") and not given.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("请填写办结时限。"))
        if not given.get("department") and given.get("deliverable"):
            self.add_error("department", _("请选择单位。"))
        return cleaned


class MinutesForm(forms.Form):
    """What was asked, said and decided, when and before whom. Times are of the day of the reception."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    begun = forms.TimeField(label=_("开始时间"), widget=ClockInput)
    ended = forms.TimeField(label=_("结束时间"), widget=ClockInput)
    asked = forms.CharField(label=_("反映的问题和诉求"), max_length=LONG, widget=forms.Textarea(attrs={"rows": 6}))
    said = forms.CharField(label=_("领导答复意见"), max_length=LONG, widget=forms.Textarea(attrs={"rows": 6}))
    kind = forms.ChoiceField(
        label=_("性质"), choices=Kind.choices, widget=forms.RadioSelect, required=False, help_text=_("批示交办的，可以稍后再定。")
    )
    decision = forms.ChoiceField(label=_("处理决定"), choices=Decision.choices, widget=forms.RadioSelect)
    ground = forms.ChoiceField(
        label=_("不予受理的理由"),
        choices=[("", _("（不适用）")), *Ground.choices],
        required=False,
        help_text=_("只有不予受理时选择。"),
    )
    path = forms.CharField(
        label=_("引导的途径"),
        max_length=300,
        required=False,
        help_text=_("只有引导法定途径时填写：向哪里、怎样、在什么期限内提出。"),
    )
    present = forms.CharField(
        label=_("在场人员"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("每行一位，写单位和职务，不写来访人。"),
    )
    read_back = forms.BooleanField(label=_("已当场宣读，来访人确认无误"), required=False)
    joins: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("同一来访人的事项"), queryset=None, required=False, widget=forms.RadioSelect, empty_label=_("登记为新的事项")
    )
    reason = forms.CharField(label=_("更正理由"), max_length=300, required=False, help_text=_("原来的版本会保留。"))

    def __init__(self, *args: Any, booking: Booking, proposed: list[Earlier], correcting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        field = self.fields["joins"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Case.objects.filter(pk__in=[one.case.pk for one in proposed if one.is_open])
        if correcting:
            del self.fields["joins"]
            if booking.case.kind:
                del self.fields["kind"]
        else:
            del self.fields["reason"]
        departments = Department.objects.exclude(pk=booking.accused_department_id or 0).order_by("code")
        rows = (self.initial or {}).get("tasks", [])
        self.tasks = [
            TaskForm(
                self.data if self.is_bound else None,
                departments=departments,
                prefix=f"task{place}",
                initial=rows[place] if place < len(rows) else None,
            )
            for place in range(MOST_TASKS)
        ]

    def is_valid(self) -> bool:
        # Each row is asked, so that every mistake is shown at once.
        return all([super().is_valid(), *[task.is_valid() for task in self.tasks]])

    @property
    def tasks_wrong(self) -> bool:
        """Whether something in the table of tasks is wrong, where nothing else may be."""
        return any(task.errors for task in self.tasks)

    def account(self, day: date, zone: ZoneInfo) -> Account:
        """What was typed, as the action takes it; the times on the day of the reception, in the county."""
        given = self.cleaned_data
        return Account(
            asked=given["asked"].strip(),
            said=given["said"].strip(),
            decision=Decision(given["decision"]),
            begun_at=_moment(day, given["begun"], zone),
            ended_at=_moment(day, given["ended"], zone),
            read_back=given["read_back"],
            kind=Kind(given["kind"]) if given.get("kind") else None,
            ground=Ground(given["ground"]) if given["ground"] else None,
            path=given["path"].strip(),
            present="\n".join(line.strip() for line in given["present"].splitlines() if line.strip()),
            tasks=tuple(
                Assigned(
                    task.cleaned_data["department"],
                    task.cleaned_data["deliverable"].strip(),
                    task.cleaned_data["due_on"],
                    is_lead=place == 0,
                )
                for place, task in enumerate(self.tasks)
                if task.cleaned_data["department"]
            ),
        )


def fresh(booking: Booking, *, begun_at: datetime, ended_at: datetime, zone: ZoneInfo, due_on: date) -> dict[str, Any]:
    """What a new form begins with: the booking's own words, and the times as far as they are known."""
    return {
        "key": uuid.uuid4(),
        "begun": begun_at.astimezone(zone).time(),
        "ended": ended_at.astimezone(zone).time(),
        "asked": f"{booking.matter}\n{booking.wish}".strip(),
        "decision": Decision.INSTRUCTED,
        "kind": Kind.CLAIM,
        "read_back": False,
        "tasks": [{"due_on": due_on}],
    }


def of(minutes: Minutes, zone: ZoneInfo) -> dict[str, Any]:
    """What a correction begins with: the last version."""
    return {
        "key": uuid.uuid4(),
        "begun": minutes.begun_at.astimezone(zone).time(),
        "ended": minutes.ended_at.astimezone(zone).time(),
        "asked": minutes.asked,
        "said": minutes.said,
        "decision": minutes.decision,
        "kind": minutes.case.kind,
        "ground": minutes.ground,
        "path": minutes.path,
        "present": minutes.present,
        "read_back": minutes.read_back,
        "tasks": [
            {"department": task.department_id, "deliverable": task.deliverable, "due_on": task.due_on}
            for task in minutes.tasks.order_by("position")
        ],
    }


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone)
