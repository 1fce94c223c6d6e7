"""What the bureau tells those who want to book: kinds of matters, and the right-path guide."""

from django.contrib import admin

from reception.admin.base import PortalModelAdmin
from reception.admin.lists import Listed
from reception.models import GuideStep, Topic


@admin.register(Topic)
class TopicAdmin(Listed, PortalModelAdmin):
    list_display = ("position", "name", "name_en", "words", "department")
    list_display_links = ("name",)
    list_select_related = ("department",)
    search_fields = ("name", "name_en", "words")
    fields = ("code", "name", "name_en", "words", "department", "position")


@admin.register(GuideStep)
class GuideStepAdmin(PortalModelAdmin):
    list_display = ("position", "question", "kind", "body", "shown")
    list_display_links = ("question",)
    list_filter = ("kind", "shown")
    search_fields = ("question", "body", "how")
    fieldsets = (
        (None, {"fields": ("code", "kind", "position", "shown")}),
        ("中文", {"fields": ("question", "applies", "body", "place", "how", "by_when", "caution")}),
        ("English", {"fields": ("question_en", "applies_en", "body_en", "place_en", "how_en", "by_when_en", "caution_en")}),
    )
