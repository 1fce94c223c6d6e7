"""The form that proposes a row of the table of limits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions import terms, words
from petitions.models.clocks import ROLLS, UNITS
from reception.forms.base import DayInput
from scheduling.deadlines import Roll, Term, Unit


class LimitForm(forms.Form):
    """A limit as a lawyer writes it down: which clock, how long, in what days, by which article, from when on."""

    kind = forms.ChoiceField(label=_("期限"))
    amount = forms.IntegerField(label=_("期限长度"), min_value=1, max_value=1000)
    unit = forms.ChoiceField(label=_("单位"), choices=UNITS)
    roll = forms.ChoiceField(label=_("末日遇休息日"), choices=ROLLS)
    article = forms.CharField(label=_("依据的条款"), max_length=120)
    is_confirmed = forms.BooleanField(label=_("已核对法规原文"), required=False)
    valid_from = forms.DateField(
        label=_("自何日起适用"), widget=DayInput, help_text=_("这一天或之后起算的期限按新规则；已在计算的不变。")
    )
    reason = forms.CharField(label=_("理由和出处"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = self.fields["kind"]
        assert isinstance(kinds, forms.ChoiceField)
        kinds.choices = [(kind, f"{kind} {words.name(kind)}") for kind in ORDER]
        self.use_required_attribute = False

    def term(self) -> Term:
        """What a valid form says."""
        said = self.cleaned_data
        return Term(said["amount"], Unit(said["unit"]), Roll(said["roll"]), said["article"])


def fresh(kind: str, now: terms.Edition) -> dict[str, Any]:
    """The form for a clock as it counts now."""
    return {
        "kind": kind,
        "amount": now.term.amount,
        "unit": now.term.unit.value,
        "roll": now.term.roll.value,
        "article": now.term.article,
        "is_confirmed": now.is_confirmed,
    }


# As the law goes: the clocks by number, then what offices hold themselves to.
ORDER = sorted(terms.TERMS, key=lambda kind: (kind[0], int(kind[1:])))
