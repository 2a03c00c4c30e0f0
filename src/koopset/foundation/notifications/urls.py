from django.urls import path

from koopset.foundation.notifications import views

app_name = "notifications"
urlpatterns = [
    path("notices/", views.listing, name="list"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/settings/", views.settings, name="settings"),
    path("notices/sent/", views.sent, name="sent"),
    path("notices/devices/", views.device_add, name="device_add"),
    path("notices/devices/try/", views.device_try, name="device_try"),
    path("notices/devices/<int:device_id>/remove/", views.device_remove, name="device_remove"),
    path("notices/<int:notification_id>/", views.follow, name="open"),
    path("notices/letters/<str:token>/", views.letters, name="letters"),
    path("o/<int:organisation_id>/notices/counts/", views.counts, name="counts"),
]
