"""The addresses of signing in: those of django-allauth that we need, and no others. There is no signing up."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, re_path

from reception.views import arrival, own_sessions
from reception.views.accounts import View, leaving, not_in_demo, own, through_the_door


def mine(view: View) -> View:
    return not_in_demo(own(view))


urlpatterns = [
    path("arrive/", arrival.arrive, name="arrive"),
    path("login/", through_the_door(account.login), name="account_login"),
    path("logout/", leaving(through_the_door(account.logout)), name="account_logout"),
    path("inactive/", through_the_door(account.account_inactive), name="account_inactive"),
    path("reauthenticate/", mine(account.reauthenticate), name="account_reauthenticate"),
    path("sessions/", mine(own_sessions.sign_ins), name="account_sessions"),
    path("password/change/", mine(account.password_change), name="account_change_password"),
    path("password/reset/", through_the_door(account.password_reset), name="account_reset_password"),
    path("password/reset/done/", through_the_door(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        through_the_door(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        through_the_door(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("2fa/authenticate/", through_the_door(mfa.authenticate), name="mfa_authenticate"),
    path("2fa/", mine(mfa.index), name="mfa_index"),
    path("2fa/reauthenticate/", mine(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", mine(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", mine(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", mine(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", mine(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("2fa/webauthn/", mine(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", mine(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("2fa/webauthn/reauthenticate/", mine(webauthn.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", mine(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/edit/", mine(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
]
