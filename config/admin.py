"""The staff's site: Django's admin, scoped to the county of whoever is signed in."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig


class PortalAdminSite(AdminSite):
    pass


class PortalAdminConfig(AdminConfig):
    default_site = "config.admin.PortalAdminSite"
