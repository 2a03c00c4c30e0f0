"""The document, its reference for people, and the answer of an address that is not there."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language

from koopset.api.door import api, rooms
from koopset.api.reference import reference
from koopset.foundation.access.errors import answer
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.kernel.violations import RuleViolation

_documents: dict[str, Any] = {}


def document() -> Any:
    """The OpenAPI document in the active language, made once for each."""
    language = get_language() or "ru"
    if language not in _documents:
        _documents[language] = api.get_openapi_schema()
    return _documents[language]


@page(Gate.PUBLIC)
def openapi(request: PageRequest) -> HttpResponse:
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


@page(Gate.PUBLIC)
def docs(request: PageRequest) -> HttpResponse:
    context = {"rooms": reference(document(), rooms), "base": request.build_absolute_uri("/api/v1")}
    return render(request, "api/docs.html", context)


@page(Gate.PUBLIC)
def unknown(request: HttpRequest) -> HttpResponse:
    return answer(api, request, RuleViolation("access.not_found"), 404)
