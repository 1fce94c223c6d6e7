from django.urls import path

from petitions.views import copy, desk, letters, opinions, tracking, verify

app_name = "petitions"

urlpatterns = [
    path("desk/briefing/<int:sitting>/", desk.briefing, name="briefing"),
    path("desk/briefing/<int:sitting>/briefing.pdf", desk.briefing_pdf, name="briefing_pdf"),
    path("desk/briefing/<int:sitting>/names.pdf", desk.briefing_named, name="briefing_named"),
    path("track/matter/", tracking.case, name="track_case"),
    path("track/matter/documents/<uuid:uid>.pdf", tracking.document, name="track_document"),
    path("track/matter/application.pdf", tracking.application, name="track_application"),
    path("track/matter/rate/", tracking.rate, name="track_rate"),
    path("track/matter/sms/", tracking.sms, name="track_sms"),
    path("track/matter/review/", tracking.review, name="track_review"),
    path("track/matter/withdraw/", tracking.withdraw, name="track_withdraw"),
    path("track/copy.zip", copy.copy, name="copy"),
    path("desk/opinions/", opinions.opinions, name="opinions"),
    path("<slug:county>/verify/", verify.verify, name="verify"),
    path("<slug:county>/letters/new/", letters.new, name="letter_new"),
    path("<slug:county>/letters/<uuid:uid>/", letters.edit, name="letter_edit"),
    path("<slug:county>/letters/<uuid:uid>/check/", letters.check, name="letter_check"),
    path("<slug:county>/letters/<uuid:uid>/receipt/", letters.receipt, name="letter_receipt"),
    path("<slug:county>/letters/<uuid:uid>/slip.pdf", letters.slip, name="letter_slip"),
    path("<slug:county>/letters/<uuid:uid>/give-up/", letters.give_up, name="letter_give_up"),
]
