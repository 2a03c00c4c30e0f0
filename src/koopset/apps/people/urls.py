from django.urls import path

from koopset.apps.people import views
from koopset.apps.people.views import households, phone, security

app_name = "people"
urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/security/", security.security, name="security"),
    path("me/security/second-factor/", security.second_factor, name="second_factor"),
    path("me/security/sessions/<int:sign_in_id>/end/", security.session_end, name="session_end"),
    path("me/security/sessions/end-others/", security.sessions_end_others, name="sessions_end_others"),
    path("me/security/visits/<int:visit_id>/", security.visit_answer, name="visit_answer"),
    path("me/security/phone/", phone.phone_prove, name="phone_prove"),
    path("me/security/phone/code/", phone.phone_prove_code, name="phone_prove_code"),
    path("me/security/phone/forget/", phone.phone_forget, name="phone_forget"),
    path("my/household/", households.household, name="household"),
    path("my/household/leave/", households.household_leave, name="household_leave"),
    path(
        "my/household/invitations/<int:invitation_id>/accept/",
        households.household_accept,
        name="household_accept",
    ),
    path(
        "my/household/invitations/<int:invitation_id>/withdraw/",
        households.household_withdraw,
        name="household_withdraw",
    ),
    path(
        "my/household/members/<int:member_id>/remove/", households.household_remove, name="household_remove"
    ),
    path("sign-in/phone/", phone.sign_in_ask, name="phone_sign_in"),
    path("sign-in/phone/code/", phone.sign_in_code, name="phone_sign_in_code"),
    path("operator/support/", security.support, name="support"),
    path("operator/support/<int:visit_id>/enter/", security.support_enter, name="support_enter"),
    path("operator/support/leave/", security.support_leave, name="support_leave"),
    path("invitation/<str:key>/<str:token>/", views.invitation, name="invitation"),
    path("o/<int:organisation_id>/people/", views.persons, name="persons"),
    path("o/<int:organisation_id>/people/invite-all/", views.persons_invite_all, name="invite_all"),
    path("o/<int:organisation_id>/people/new/", views.person_new, name="person_new"),
    path("o/<int:organisation_id>/people/<int:person_id>/edit/", views.person_edit, name="person_edit"),
    path("o/<int:organisation_id>/people/<int:person_id>/invite/", views.person_invite, name="person_invite"),
    path(
        "o/<int:organisation_id>/people/<int:person_id>/release/", views.person_release, name="person_release"
    ),
]
