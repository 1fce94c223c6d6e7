"""Where an SMS gateway that takes signed forms says later what became of a short message: signed, fresh, and of nobody in particular."""

import hmac
import time

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from reception import clock, gateways
from reception.actions import gateway_receipts
from reception.models import User

LARGEST = 4 * 1024
# A receipt signed longer ago than this, or so far ahead, is not believed; in seconds.
FRESH = 300
DELIVERED = "delivered"
log = structlog.get_logger(__name__)


# No browser comes here and no cookie counts: what stands against forgery is the signature.
@login_not_required
@csrf_exempt
@require_POST
@never_cache
def receipts(request: HttpRequest) -> HttpResponse:
    """``/gateway/receipts/``: ``account, reference, status, time, sign``. 403 for a signature that is not the gateway's, or not fresh.

    Whatever is signed is answered alike, whether the message is known or not: the gateway need not repeat it. 503 asks it to.
    """
    gateway = gateways.named(settings.SMS_URL)
    if not isinstance(gateway, gateways.FormGateway):
        return HttpResponse(status=404)
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return HttpResponse(status=413)
    account, reference, status, when, sign = (request.POST.get(name, "") for name in FIELDS)
    wanted = gateway.signed("receipt", when, account, reference, status)
    is_ours = hmac.compare_digest(sign.encode(), wanted.encode()) and hmac.compare_digest(account.encode(), gateway.user.encode())
    if not is_ours or not _is_fresh(when):
        log.warning("receipt refused")
        return HttpResponse(status=403)
    try:
        county = gateway_receipts.county_of(reference)
        if county is not None and status:
            gateway_receipts.receive(
                reference=reference,
                is_delivered=status == DELIVERED,
                said=status,
                county=county,
                by=User.objects.system(),
                at=clock.now(),
            )
    except DatabaseError:
        return HttpResponse(status=503)
    return HttpResponse("0", content_type="text/plain; charset=utf-8")


FIELDS = ("account", "reference", "status", "time", "sign")


def _is_fresh(when: str) -> bool:
    return when.isascii() and when.isdecimal() and len(when) < 12 and abs(time.time() - int(when)) <= FRESH
