from django.urls import path

from koopset.foundation.access import views

app_name = "access"
urlpatterns = [
    path("me/keys/", views.tokens, name="tokens"),
    path("me/keys/<int:token_id>/revoke/", views.token_close, name="revoke"),
    path("o/<int:organisation_id>/keys/", views.keys, name="keys"),
    path("o/<int:organisation_id>/keys/<int:key_id>/revoke/", views.key_close, name="key_revoke"),
]
