from django.urls import path

from koopset.apps.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("catalogue/", views.categories, name="categories"),
    path("catalogue/names/", views.names, name="names"),
    path("catalogue/names/<int:name_id>/", views.name, name="name"),
    path("catalogue/names/<int:name_id>/decline/", views.name_decline, name="name-decline"),
    path("catalogue/names/<int:name_id>/release/", views.name_release, name="name-release"),
]
