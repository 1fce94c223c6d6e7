"""Anyone who holds a receipt can check it: the number and the check code on it, and nothing is told but whether they fit."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from petitions.models import Minutes
from reception import codes, scope
from reception.http import Missing, find, prefix

# Twelve hexadecimal digits are 48 bits: no number's receipt is found by trying.
SHOWN = 12


class VerifyForm(forms.Form):
    """What stands on the paper, with whatever spaces."""

    number = forms.CharField(label=_("编号"), max_length=40)
    digits = forms.CharField(label=_("校验码"), max_length=40, help_text=_("受理单下方的 12 位校验码。"))

    def clean_number(self) -> str:
        try:
            return codes.read_number(self.cleaned_data["number"])
        except codes.Mistyped:
            raise forms.ValidationError(_("编号不对，应为 11 位数字。请对照受理单核对。")) from None

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
            rows = Minutes.objects.filter(booking__number=form.cleaned_data["number"])
            row = rows.filter(hash__startswith=form.cleaned_data["digits"]).first()
            answer = "none" if row is None else "current" if not hasattr(row, "corrected_by") else "corrected"
    with timezone.override(found.zone):
        context = {"county": found, "slug": found.slug, "prefix": prefix(), "form": form, "answer": answer}
        response = render(request, "petitions/verify.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response
