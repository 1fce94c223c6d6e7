"""Anyone who holds a receipt or a document can check it: the number and the check code on it; nothing is told but whether they fit."""

import re
import unicodedata
from dataclasses import dataclass

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from petitions.models import Document, Minutes
from reception import codes, scope
from reception.http import Missing, find, prefix

# Twelve hexadecimal digits are 48 bits: no number's receipt is found by trying.
SHOWN = 12
# What belongs to no case bears only its own number: 澄河县信建字〔2026〕3号, however its brackets are typed.
DOCUMENT = re.compile(r"\D*(\d{4})\D{1,3}(\d{1,6})\D*")


@dataclass(frozen=True)
class Number:
    """A case's number, or the year and the number in it of a document."""

    case: str = ""
    year: int = 0
    n: int = 0


class VerifyForm(forms.Form):
    """What stands on the paper, with whatever spaces."""

    number = forms.CharField(label=_("编号"), max_length=80, help_text=_("受理单或文书下方的编号：11 位数字，或者文号。"))
    digits = forms.CharField(label=_("校验码"), max_length=40, help_text=_("受理单或文书下方的 12 位校验码。"))

    def clean_number(self) -> Number:
        typed = unicodedata.normalize("NFKC", self.cleaned_data["number"])
        try:
            return Number(case=codes.read_number(typed))
        except codes.Mistyped:
            found = DOCUMENT.fullmatch(typed)
            if found is None or typed.strip().isdecimal():
                raise forms.ValidationError(_("编号不对，应为 11 位数字。请对照受理单核对。")) from None
            return Number(year=int(found[1]), n=int(found[2]))

    def clean_digits(self) -> str:
        digits = "".join(str(self.cleaned_data["digits"]).split()).lower()
        if len(digits) != SHOWN or set(digits) - set("0123456789abcdef"):
            raise forms.ValidationError(_("校验码是 12 位数字和字母 a 至 f。"))
        return digits


@login_not_required
def verify(request: HttpRequest, county: str) -> HttpResponse:
    """Whether a receipt is what the portal holds, and whether a correction came after it. POST, so that nothing stands in an address."""
    try:
        found = find(county)
    except Missing as missing:
        context = {"sentence": missing.sentence, "links": missing.links, "status": missing.status}
        return render(request, "reception/missing.html", context, status=missing.status)
    form, answer = VerifyForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        with scope.county(found):
            answer = _answer(form.cleaned_data["number"], form.cleaned_data["digits"])
    with timezone.override(found.zone):
        context = {"county": found, "slug": found.slug, "prefix": prefix(), "form": form, "answer": answer}
        response = render(request, "petitions/verify.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _answer(number: Number, digits: str) -> str:
    """What the county in scope holds under this number with a hash that begins so."""
    if number.case:
        minutes = Minutes.objects.filter(booking__number=number.case, hash__startswith=digits).first()
        if minutes:
            return "corrected" if hasattr(minutes, "corrected_by") else "current"
        documents = Document.objects.filter(case__number=number.case)
    else:
        documents = Document.objects.filter(year=number.year, n=number.n)
    return "document" if documents.filter(hash__startswith=digits).exists() else "none"
