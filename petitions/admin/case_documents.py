"""Documents of a case for the staff: the list on its page, and each as PDF; masked on request, with the name by a button that is journalled."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from petitions import document_papers
from petitions.models import Case, Document
from petitions.views.desk import printed
from reception.actions import identities
from reception.admin.base import button, may, signed_in
from reception.models import County, User


def listed(case: Case, county: County, user: User) -> dict[str, Any]:
    """What the case's page shows of the documents in its file (`casefile.opened`), the newest first, and whether the person may print them with the name."""
    return {
        "rows": [(row, document_papers.number(row, county), getattr(row, "delivery", None)) for row in case.documents.all()],
        "named": button(user, "identity.read"),
    }


def document(request: HttpRequest, pk: int, uid: uuid.UUID) -> HttpResponse:
    """One document of a case that the person may see. POST puts the name in, for whoever may read identities, and is in the journal."""
    user, county = signed_in(request)
    at = timezone.now()
    seen = Case.objects.visible_to(user, on=timezone.localdate(at, timezone=county.zone))
    case = get_object_or_404(seen.select_related("identity"), pk=pk)
    row = get_object_or_404(Document.objects.select_related("case", "issuer"), uid=uid, case=case)
    shown = identities.masked(case.identity, county=county)
    if request.method == "POST":
        may(user, "identity.read")
        # A destroyed identity is masked for everyone.
        if case.identity.wrapped is not None:
            shown = _opened(row, case, county, user, at)
    return printed(document_papers.paper(row, county=county, person=shown, at=at))


def _opened(row: Document, case: Case, county: County, user: User, at: datetime) -> dict[str, str]:
    """Who the petitioner is; the reading is in the journal with the document's number."""
    reason = _("打印%(kind)s %(number)s") % {"kind": row.get_kind_display(), "number": document_papers.number(row, county)}
    person = identities.read(identity=case.identity, reason=reason, county=county, by=user, at=at)
    return {
        "name": person.name,
        "phone": person.phone,
        "id_number": person.id_number or person.other_paper,
        "address": person.address,
    }
