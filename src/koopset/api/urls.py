from django.urls import path, re_path

from koopset.api import views
from koopset.api.door import api

urlpatterns = [
    path("api/v1/openapi.json", views.openapi, name="api-openapi"),
    path("api/v1/docs", views.docs, name="api-docs"),
    path("api/v1/", api.urls),
    re_path(r"^api/", views.unknown, name="api-unknown"),
]
