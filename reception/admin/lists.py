"""A list that comes in and goes out as a workbook: beside its table, a file to take and a file to bring, tried dry first."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe
from tablib import Dataset

from reception.admin.base import signed_in
from reception.cells import XLSX
from reception.errors import Refused
from reception.workbooks import lists
from reception.workbooks.bringing import Tried, bring_in

# What was tried is brought in within the hour, from the page itself: nothing is kept in between.
SALT, VALID_FOR = "reception.admin.lists", 3600


class FileForm(forms.Form):
    """The file to try."""

    file = forms.FileField(
        label=gettext_lazy("文件（XLSX 或 CSV）"), widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}), max_length=200
    )


class Listed(admin.ModelAdmin):
    """Mixed into a table of `lists.LISTS`."""

    change_list_template = "admin/listed.html"

    @property
    def _name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"

    @property
    def _list(self) -> type[lists.List]:
        return lists.LISTS[self.model]

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("import/", self.admin_site.admin_view(self.import_view), name=f"{self._name}_import"),
            path("list.xlsx", self.admin_site.admin_view(require_safe(self.export_view)), name=f"{self._name}_export"),
        ]
        return own + super().get_urls()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        addresses = {"export_url": reverse(f"admin:{self._name}_export"), "import_url": reverse(f"admin:{self._name}_import")}
        return super().changelist_view(request, {**addresses, **(extra_context or {})})

    def export_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        response = HttpResponse(lists.written(self._list), content_type=XLSX)
        response["Content-Disposition"] = f'attachment; filename="{self.opts.model_name}.xlsx"'
        return response

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Choose a file; see what it would change; bring it in."""
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied
        form, tried, sealed, refused = FileForm(), None, "", ""
        if request.method == "POST":
            try:
                if "sealed" in request.POST:
                    rows, expected = self._unsealed(request.POST["sealed"])
                    tried = self._bring(request, rows, dry=True)
                    if tried.can_be_done and tried.digest == expected:
                        return self._brought(request, self._bring(request, rows, dry=False))
                    refused = _("您核对之后，名单已有改动。请按下面的最新情况再核对一次。")
                    sealed = self._sealed(rows, tried)
                else:
                    form = FileForm(request.POST, request.FILES)
                    if form.is_valid():
                        file = form.cleaned_data["file"]
                        rows = lists.read(file.read(lists.MOST_BYTES + 1), file.name, self._list)
                        tried = self._bring(request, rows, dry=True)
                        sealed = self._sealed(rows, tried)
            except Refused as refusal:
                tried, refused = None, refusal.sentence
        context = {
            **self.admin_site.each_context(request),
            "title": _("导入：%(name)s") % {"name": self.opts.verbose_name_plural},
            "opts": self.opts,
            "form": form,
            "tried": tried,
            "sealed": sealed if tried and tried.can_be_done else "",
            "refused": refused,
            "columns": self._list.heads().values(),
            "export_url": reverse(f"admin:{self._name}_export"),
        }
        return render(request, "admin/list_import.html", context)

    def _bring(self, request: HttpRequest, rows: Dataset, *, dry: bool) -> Tried:
        user, county = signed_in(request)
        return bring_in(rows, of=self._list, county=county, by=user, at=timezone.now(), dry=dry)

    def _sealed(self, rows: Dataset, tried: Tried) -> str:
        """What was tried, for the button that brings it in: ours alone, and for this table alone."""
        return signing.dumps([rows.headers, [list(row) for row in rows], tried.digest], salt=f"{SALT}.{self._name}", compress=True)

    def _unsealed(self, sealed: str) -> tuple[Dataset, str]:
        try:
            heads, rows, digest = signing.loads(sealed, salt=f"{SALT}.{self._name}", max_age=VALID_FOR)
        except signing.BadSignature as error:
            raise Refused(_("试运行的结果已经过期。请重新选择文件。")) from error
        return Dataset(*rows, headers=heads), digest

    def _brought(self, request: HttpRequest, tried: Tried) -> HttpResponse:
        if tried.wrong:
            raise Refused(_("没有导入：%(sentence)s") % {"sentence": tried.wrong[0].wrong[0]})
        count = tried.new + tried.updated
        words = ngettext(
            "已导入 %(count)d 行：新增 %(new)d，修改 %(updated)d。", "已导入 %(count)d 行：新增 %(new)d，修改 %(updated)d。", count
        )
        messages.info(request, words % {"count": count, "new": tried.new, "updated": tried.updated})
        return redirect(f"admin:{self._name}_changelist")
