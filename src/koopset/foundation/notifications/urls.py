from django.urls import path

from koopset.foundation.notifications import views

app_name = "notifications"
urlpatterns = [
    path("notices/", views.listing, name="list"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/<int:notification_id>/", views.follow, name="open"),
    path("notices/letters/<str:token>/", views.letters, name="letters"),
]
