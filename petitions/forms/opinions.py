"""What an opinion says, and how a document arrived, as they are typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions.actions import deliveries, opinions
from petitions.actions.deliveries import Handed
from petitions.actions.opinions import Answered, Draft
from petitions.forms.cases import CaseForm
from petitions.forms.files import FilesField
from petitions.models import DeliveryWay, Kind, OpinionKind, Outcome
from reception.forms.base import DayInput, PlainField

LONG = 6000
ROWS = opinions.MOST_MATTERS


def words(*, rows: int = 0, **kwargs: Any) -> PlainField:
    """Typed text; with `rows`, of several lines."""
    return PlainField(**({"widget": forms.Textarea(attrs={"rows": rows})} if rows else {}) | kwargs)


class DraftForm(CaseForm):
    """An opinion: facts, basis, an answer to each matter, who can be asked for a review, and by when it is carried out.

    It begins with the last version that was sent back, else with the petitioner's own wish as the first matter.
    """

    kind = forms.ChoiceField(label=_("类型"), choices=OpinionKind.choices, widget=forms.RadioSelect)
    facts = words(label=_("查明的事实"), rows=6, max_length=LONG, help_text=_("时间、地点、事实，逐条写清；不写信访人姓名。"))
    basis = words(label=_("依据"), rows=3, max_length=LONG, help_text=_("法律、法规、规章或政策的名称和条款。"))
    remedy_body = words(
        label=_("复查机关"),
        max_length=120,
        required=False,
        help_text=_("上一级机关、单位的全称。建议答复和调解、和解协议留空。"),
    )
    carries_out_by = forms.DateField(
        label=_("承诺兑现日期"), widget=DayInput, required=False, help_text=_("有予以支持的事项时填写；已经兑现的写今天。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        case, county = kwargs["case"], kwargs["county"]
        last = case.opinions.prefetch_related("answers").order_by("-version").first()
        answers = list(last.answers.all()) if last else []
        lead = case.referrals.filter(round=case.round, is_lead=True).select_related("department__superior").first()
        remedy = opinions.remedy_body(lead.department, county) if lead else ""
        reply = case.kind in (Kind.SUGGESTION, Kind.ACCUSATION)
        initial = {
            "kind": last.kind if last else (OpinionKind.REPLY if reply else OpinionKind.OPINION),
            "facts": last.facts if last else "",
            "basis": last.basis if last else "",
            "remedy_body": last.remedy_body if last else ("" if reply else remedy),
            "carries_out_by": last.carries_out_by if last else None,
        }
        for place in range(ROWS):
            row = answers[place] if place < len(answers) else None
            first = case.wish if not last and place == 0 else ""
            initial |= {
                f"matter{place}": row.matter if row else first,
                f"outcome{place}": row.outcome if row else "",
                f"text{place}": row.text if row else "",
            }
        self.returned = last if last and last.returned_reason else None
        super().__init__(*args, **{**kwargs, "initial": initial | (kwargs.get("initial") or {})})
        for place in range(ROWS):
            number = place + 1
            self.fields[f"matter{place}"] = words(label=_("诉求 %(n)d") % {"n": number}, rows=2, max_length=1000, required=False)
            self.fields[f"outcome{place}"] = forms.ChoiceField(
                label=_("结论"), choices=[("", _("（请选择）")), *Outcome.choices], required=False
            )
            self.fields[f"text{place}"] = words(label=_("答复的理由"), rows=2, max_length=2000, required=False)

    @property
    def rows(self) -> list[tuple[int, Any, Any, Any]]:
        """The matters: number, matter, outcome, reason."""
        return [(place + 1, self[f"matter{place}"], self[f"outcome{place}"], self[f"text{place}"]) for place in range(ROWS)]

    def clean(self) -> dict[str, Any] | None:
        cleaned, given = super().clean(), self.cleaned_data
        for place in range(ROWS):
            matter, outcome, text = (given.get(f"{name}{place}") for name in ("matter", "outcome", "text"))
            if (matter or text) and not outcome and f"outcome{place}" not in self.errors:
                self.add_error(f"outcome{place}", _("请选择结论：予以支持、解释说明或不予支持。"))
        return cleaned


class CheckForm(CaseForm):
    """What the bureau looks for in an opinion's form; each must be so."""

    matters = forms.BooleanField(label=_("信访人的每一项诉求都有答复"))
    grounds = forms.BooleanField(label=_("事实清楚，依据写明条款"))
    remedy = forms.BooleanField(label=_("写明复查机关和期限（没有复查程序的，已写明类型）"))
    plain = forms.BooleanField(label=_("用语准确、平实，没有不当表述"))


class ReasonForm(CaseForm):
    reason = words(label=_("理由"), rows=3, max_length=300)


class CarryOutForm(CaseForm):
    day = forms.DateField(label=_("兑现日期"), widget=DayInput)
    proof = words(label=_("怎样兑现、凭证"), rows=3, max_length=300)


class DeliverForm(CaseForm):
    """How a document reached the petitioner."""

    way = forms.ChoiceField(label=_("送达方式"), choices=DeliveryWay.choices, widget=forms.RadioSelect)
    delivered_on = forms.DateField(label=_("送达日期"), widget=DayInput, help_text=_("信访人收到的日期，不是寄出的日期。"))
    proof = words(label=_("送达证明"), max_length=300, help_text=_("例如“送达回证，本人签名”、挂号信编号和签收情况、见证人。"))

    papers = FilesField(label=_("送达回证的照片或扫描件"), required=False)


class DeliverDocumentForm(DeliverForm):
    """The same for one of the other documents."""

    field_order = ["document", "way", "delivered_on", "proof", "papers"]
    document: forms.ModelChoiceField = forms.ModelChoiceField(label=_("文书"), queryset=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["document"]
        assert isinstance(field, forms.ModelChoiceField)
        waiting = deliveries.undelivered(self.case)
        field.queryset = self.case.documents.filter(pk__in=[document.pk for document in waiting])


def drafted(given: dict[str, Any]) -> Draft:
    """What was typed into a draft, as the action takes it; a row without an outcome is none."""
    rows = ((given[f"matter{n}"], given[f"outcome{n}"], given[f"text{n}"]) for n in range(ROWS))
    return Draft(
        facts=given["facts"],
        basis=given["basis"],
        answers=tuple(Answered(matter, Outcome(outcome), text) for matter, outcome, text in rows if outcome),
        kind=OpinionKind(given["kind"]),
        remedy_body=given["remedy_body"],
        carries_out_by=given["carries_out_by"],
    )


def handed(given: dict[str, Any]) -> Handed:
    """How something arrived, as the action takes it."""
    return Handed(DeliveryWay(given["way"]), given["delivered_on"], given["proof"])
