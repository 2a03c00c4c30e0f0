from django.urls import path

from koopset.foundation.jobs import views

app_name = "jobs"
urlpatterns = [
    path("o/<int:organisation_id>/jobs/", views.listing, name="list"),
    path("o/<int:organisation_id>/jobs/<int:job_id>/", views.progress, name="progress"),
    path("o/<int:organisation_id>/jobs/<int:job_id>/cancel/", views.cancel, name="cancel"),
]
