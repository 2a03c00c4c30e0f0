"""The house's addresses and one bare page: five small queries and the base template's weight of text, behind the same middleware."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from koopset.config.urls import handler400, handler403, handler404, handler500
from koopset.config.urls import urlpatterns as house

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

QUERIES = 5


def bare(request: HttpRequest) -> HttpResponse:
    """What any page of Django costs: the session and the actor by the middleware, five rows by their keys, a text."""
    numbers = []
    with connection.cursor() as cursor:
        for key in range(1, QUERIES + 1):
            cursor.execute("SELECT id, number FROM register_unit WHERE id = %s", [key])
            numbers.append(cursor.fetchone())
    return HttpResponse(f"<!doctype html><title>{request.user.pk}</title>{numbers}")


urlpatterns = [path("bench/bare/", bare), *house]
