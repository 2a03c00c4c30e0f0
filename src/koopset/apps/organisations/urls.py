from django.urls import path

from koopset.apps.organisations import views

app_name = "organisations"
_o = "o/<int:organisation_id>/organisation/"
urlpatterns = [
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/new/", views.organisation_new, name="organisation_new"),
    path(_o, views.organisation, name="organisation"),
    path(f"{_o}edit/", views.organisation_edit, name="organisation_edit"),
    path(f"{_o}verify/", views.organisation_verify, name="organisation_verify"),
    path(f"{_o}accounts/new/", views.bank_account_new, name="bank_account_new"),
    path(f"{_o}accounts/<int:account_id>/confirm/", views.bank_account_confirm, name="bank_account_confirm"),
    path(f"{_o}accounts/<int:account_id>/main/", views.bank_account_main, name="bank_account_main"),
    path(f"{_o}accounts/<int:account_id>/close/", views.bank_account_close, name="bank_account_close"),
    path(f"{_o}accounts/changes/", views.bank_changes, name="bank_changes"),
    path(
        f"{_o}accounts/changes/<int:change_id>/object/", views.bank_change_object, name="bank_change_object"
    ),
    path(f"{_o}roles/new/", views.role_new, name="role_new"),
    path(f"{_o}roles/<int:assignment_id>/end/", views.role_end, name="role_end"),
]
