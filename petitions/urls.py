from django.urls import path

from petitions.views import desk, verify

app_name = "petitions"

urlpatterns = [
    path("desk/briefing/<int:sitting>/", desk.briefing, name="briefing"),
    path("desk/briefing/<int:sitting>/briefing.pdf", desk.briefing_pdf, name="briefing_pdf"),
    path("desk/briefing/<int:sitting>/names.pdf", desk.briefing_named, name="briefing_named"),
    path("<slug:county>/verify/", verify.verify, name="verify"),
]
