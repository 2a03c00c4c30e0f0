"""The frame of one's own pages of needs: for whoever signs in, and for nobody who looks with their eyes.

They are counted from purchases, which tell of health and habits: a visit of support does not see them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from koopset.foundation.rights.pages import Gate, PageRequest, page

P = ParamSpec("P")


def own_page(
    view: Callable[Concatenate[PageRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page of one's own needs: absent (404) on a visit of support."""

    @functools.wraps(view)
    def run(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if getattr(request, "support_visit", None) is not None:
            raise Http404
        return view(request, *args, **kwargs)

    gated: Callable[Concatenate[PageRequest, P], HttpResponseBase] = run
    return page(Gate.PERSON)(gated)
