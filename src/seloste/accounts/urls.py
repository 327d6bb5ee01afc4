"""The addresses of the room, in Finnish. Names without a namespace are those the sign-in package asks for."""

from django.urls import URLPattern, URLResolver, include, path

from seloste.accounts import views

_named_by_the_package: list[URLPattern | URLResolver] = [
    path("kirjaudu/", views.sign_in, name="account_login"),
    path("kirjaudu/koodi/", views.sign_in_with_code, name="mfa_authenticate"),
    path("kirjaudu/avain/", views.sign_in_with_passkey, name="mfa_login_webauthn"),
    path("kirjaudu-ulos/", views.sign_out, name="account_logout"),
    path("suljettu/", views.inactive, name="account_inactive"),
    path("vahvista/", views.prove_with_password, name="account_reauthenticate"),
    path("vahvista/koodi/", views.prove_with_code, name="mfa_reauthenticate"),
    path("vahvista/avain/", views.prove_with_passkey, name="mfa_reauthenticate_webauthn"),
    path("", views.own, name="mfa_index"),
    path("", views.own, name="mfa_list_webauthn"),
    path("sovellus/", views.add_app, name="mfa_activate_totp"),
    path("sovellus/poista/", views.remove_app, name="mfa_deactivate_totp"),
    path("avaimet/uusi/", views.add_passkey, name="mfa_add_webauthn"),
    path("avaimet/<int:pk>/nimi/", views.rename_passkey, name="mfa_edit_webauthn"),
    path("avaimet/<int:pk>/poista/", views.remove_passkey, name="mfa_remove_webauthn"),
    path("varakoodit/", views.show_codes, name="mfa_view_recovery_codes"),
    path("varakoodit/uudet/", views.make_codes, name="mfa_generate_recovery_codes"),
]

_ours: list[URLPattern | URLResolver] = [
    path("", views.own, name="own"),
    path("kutsu/<slug:token>/", views.enrol, name="enrol"),
    path("kaksivaiheinen/", views.second_factor, name="second_factor"),
    path("salasana/", views.password, name="password"),
    path("istunnot/<slug:session_id>/paata/", views.end_session, name="end_session"),
    path("istunnot/paata-muut/", views.end_other_sessions, name="end_other_sessions"),
    path("sitoumus/", views.undertaking, name="undertaking"),
    path("tehtava/", views.choose_purpose, name="purpose"),
    path("tehtavat/", views.roles, name="roles"),
    path("henkilosto/", views.staff, name="staff"),
    path("henkilosto/kutsu/", views.invite, name="invite"),
    path("henkilosto/<uuid:user_id>/", views.employee, name="employee"),
    path("henkilosto/<uuid:user_id>/kutsu/", views.invite_again, name="invite_again"),
    path("henkilosto/<uuid:user_id>/rooli/", views.change_role, name="change_role"),
    path("henkilosto/<uuid:user_id>/sulje/", views.disable, name="disable"),
    path("henkilosto/<uuid:user_id>/avaa/", views.enable, name="enable"),
    path("henkilosto/<uuid:user_id>/unohda/", views.forget_factors, name="forget_factors"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("tili/", include(_named_by_the_package)),
    path("tili/", include((_ours, "accounts"))),
]
