"""Addresses. Chinese pages have no prefix, English ones begin with /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from reception.api import urls as api_urls
from reception.views import gateway, health

urlpatterns = [
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("healthz/messages", health.messages, name="messages_health"),
    path("metrics", health.metrics, name="metrics"),
    path("gateway/receipts/", gateway.receipts, name="receipts"),
    path("api/v1/", api_urls),
    *i18n_patterns(
        path("admin/", admin.site.urls),
        path("accounts/", include("reception.account_urls")),
        path("", include("petitions.urls")),
        path("", include("reception.urls")),
        prefix_default_language=False,
    ),
]

handler404 = "reception.views.public.not_found"
handler500 = "reception.views.public.failed"
handler400 = "reception.views.public.bad_request"
