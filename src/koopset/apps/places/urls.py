from django.urls import path

from koopset.apps.places import views

app_name = "places"
urlpatterns = [
    path("places/", views.tree, name="tree"),
    path("places/<int:territory_id>/", views.tree, name="territory"),
    path("o/<int:organisation_id>/organisation/location/", views.location, name="location"),
]
