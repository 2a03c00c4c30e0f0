from django.urls import path

from koopset.apps.meetings.papers import views

app_name = "meeting_papers"

_PAPERS = "o/<int:organisation_id>/meetings/<int:meeting_id>/papers/"

urlpatterns = [
    path(_PAPERS, views.all_papers, name="all"),
    path(f"{_PAPERS}ballot/", views.ballot, name="ballot"),
    path(f"{_PAPERS}ballot/<int:person_id>/", views.ballot_of, name="ballot-of"),
    path(f"{_PAPERS}minutes/", views.minutes_text, name="minutes-text"),
    path(f"{_PAPERS}prepare/", views.prepare, name="prepare"),
    path(f"{_PAPERS}paper/<slug:kind>/", views.paper, name="paper"),
]
