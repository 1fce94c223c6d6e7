"""A letter to the party secretary or the magistrate, as a citizen writes it on the net: everything on one page."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from petitions.actions import addressees
from reception.forms.booking import MatterForm, PeopleForm, PersonForm
from reception.words import aside, named


class WriteForm(MatterForm, PersonForm, PeopleForm):
    """To whom, what about, who writes, and for how many."""

    addressed_to = forms.ChoiceField(
        label=gettext_lazy("写给"),
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("信由信访局登记，送给您选的领导，并在十五日内告诉您由哪里办理。"),
    )
    earlier_number = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["addressed_to"]
        assert isinstance(field, forms.ChoiceField)
        offered = [(leader.code, named(leader) + aside(named(post))) for leader, post in addressees.on(self.on)]
        field.choices = [*offered, ("", _("不指定，请信访局转有关部门"))]
        self.fields["accused_leader"].help_text = _("您所反映的领导看不到这封信；写给他本人的，只交信访局办理。")
        self.fields["people"].label = _("一共几个人")
        self.fields["people"].help_text = _("包括您自己。五人以上的，请推选代表。")
        self.fields["phone"].help_text = _("需要核实情况时打这个电话。")

    @property
    def typed(self) -> dict[str, Any]:
        """What is kept of it."""
        numbered = {f"{part}{n}" for part in ("name", "phone") for n, _name, _phone in self.rows}
        kept = {name: value for name, value in self.cleaned_data.items() if name in self.fields and name not in numbered}
        return {**kept, "representatives": self.representatives, "stripped": self._stripped()}

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or {}
        if not given.get("phone") and given.get("no_phone") and not given.get("address") and "address" not in self.errors:
            self.add_error("address", _("没有电话的，请写明住址，以便书面答复您。"))
        return given

    @classmethod
    def initial_of(cls, typed: dict[str, Any]) -> dict[str, Any]:
        """What the fields show of what is kept."""
        return {**typed, **PeopleForm.initial_of(typed)}
