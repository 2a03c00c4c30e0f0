"""The frame of all pages of purchases: for whoever signs in, and for nobody who looks with their eyes.

A visit of support shows an operator a person's pages by consent. Purchases tell of health and habits: they are not among them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from koopset.apps.needs.selectors.own import own_import, own_receipt
from koopset.foundation.rights.pages import Gate, PageRequest, page

P = ParamSpec("P")


def own_page(
    view: Callable[Concatenate[PageRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page of one's own purchases: absent (404) on a visit of support, and where the receipt or the file in its address is others'."""

    @functools.wraps(view)
    def run(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if getattr(request, "support_visit", None) is not None:
            raise Http404
        # What is not the own household's is absent whatever is asked of it, also by a method the page does not know.
        if "receipt_id" in kwargs:
            own_receipt(request.actor, cast(int, kwargs["receipt_id"]), lock=False)
        if "import_id" in kwargs:
            own_import(request.actor, cast(int, kwargs["import_id"]))
        response = view(request, *args, **kwargs)
        # Nobody's cache on the way, and not the browser's after signing out.
        response.setdefault("Cache-Control", "private, no-store")
        return response

    gated: Callable[Concatenate[PageRequest, P], HttpResponseBase] = run
    return page(Gate.PERSON)(gated)
