from django.urls import path

from koopset.apps.privacy.views import desk, own, paper

app_name = "privacy"
_o = "o/<int:organisation_id>/privacy/"
urlpatterns = [
    path("me/data/", own.my_data, name="my_data"),
    path("me/data/export/", own.export, name="export"),
    path("me/data/export/<int:export_id>/download/", own.export_file, name="export_file"),
    path("me/data/looks/", own.looks, name="my_looks"),
    path("me/data/erasure/", own.erasure, name="erasure"),
    path("me/data/erasure/<int:request_id>/take-back/", own.take_back, name="take_back"),
    path(_o, desk.desk, name="desk"),
    path(f"{_o}looks/", desk.looks, name="looks"),
    path(f"{_o}persons/<int:person_id>/consents/", paper.person_consents, name="person_consents"),
    path(f"{_o}persons/<int:person_id>/consents/form.pdf", paper.consent_form, name="consent_form"),
    path(f"{_o}requests/<int:request_id>/", desk.request_page, name="request"),
    path("operator/privacy/", desk.platform_desk, name="platform_desk"),
    path("operator/privacy/requests/<int:request_id>/", desk.platform_request, name="platform_request"),
]
