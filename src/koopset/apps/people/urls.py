from django.urls import path

from koopset.apps.people import views

app_name = "people"
urlpatterns = [
    path("me/", views.me, name="me"),
    path("invitation/<str:key>/<str:token>/", views.invitation, name="invitation"),
    path("o/<int:organisation_id>/people/", views.persons, name="persons"),
    path("o/<int:organisation_id>/people/new/", views.person_new, name="person_new"),
    path("o/<int:organisation_id>/people/<int:person_id>/edit/", views.person_edit, name="person_edit"),
    path("o/<int:organisation_id>/people/<int:person_id>/invite/", views.person_invite, name="person_invite"),
    path(
        "o/<int:organisation_id>/people/<int:person_id>/release/", views.person_release, name="person_release"
    ),
]
