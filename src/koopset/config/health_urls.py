from django.urls import path

from koopset.config import health

app_name = "health"
urlpatterns = [
    path("healthz", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
]
