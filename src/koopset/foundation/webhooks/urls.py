from django.urls import path

from koopset.foundation.webhooks import views

app_name = "webhooks"
_o = "o/<int:organisation_id>/webhooks/"
_one = f"{_o}<int:subscription_id>/"
urlpatterns = [
    path(_o, views.listing, name="list"),
    path(f"{_o}new/", views.new, name="new"),
    path(_one, views.show, name="show"),
    path(f"{_one}edit/", views.edit, name="edit"),
    path(f"{_one}test/", views.test, name="test"),
    path(f"{_one}pause/", views.pause, name="pause"),
    path(f"{_one}resume/", views.resume, name="resume"),
    path(f"{_one}secret/", views.secret, name="secret"),
    path(f"{_one}remove/", views.remove, name="remove"),
    path(f"{_o}deliveries/<int:delivery_id>/replay/", views.replay, name="replay"),
]
