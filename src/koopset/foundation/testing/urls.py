"""Addresses of the foundation alone, for its own tests."""

from importlib.util import find_spec

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    *(
        path("", include(f"koopset.foundation.{room}.urls"))
        for room in ("ui", "access", "files", "jobs", "notifications")
        if find_spec(f"koopset.foundation.{room}.urls")
    ),
]
