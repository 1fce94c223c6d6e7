"""The first page's tables: each in one group, none that one may not see."""

from django.contrib import admin
from django.urls import reverse

from reception.admin.groups import GROUPS
from reception.roles import Role
from tests.reception import builders


def test_every_table_is_in_one_group():
    listed = [table for _name, tables in GROUPS for table in tables]
    assert sorted(listed) == sorted(model._meta.model_name for model in admin.site._registry)


def test_the_first_page_shows_what_is_due_apart_from_the_rest_and_the_tables_one_may_see(office, sign_in):
    page = sign_in(office.chief).get(reverse("admin:index"))
    assert len(page.context["groups"]) == len(GROUPS)
    assert sorted(map(str, page.context["steps"])) == sorted(map(str, [*page.context["urgent"], *page.context["daily"]]))
    assert all(step.urgent for step in page.context["urgent"])
    security = sign_in(builders.user("security", office.county, Role.SECURITY_ADMIN)).get(reverse("admin:index"))
    shown = [model["object_name"] for group in security.context["groups"] for model in group["models"]]
    assert "User" in shown
    assert "Case" not in shown
