from django.urls import path

from koopset.config import health, metrics

app_name = "health"
urlpatterns = [
    path("healthz", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("metrics", metrics.metrics, name="metrics"),
]
