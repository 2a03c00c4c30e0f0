"""A form of a page that counts once, also when it was kept on a phone without a line and is sent later, or sent twice.

`@sent_once` stands above `@page`. The script of pages gives the form a key: in the field `once` when it is sent as usual, in the header
Idempotency-Key when it was kept; a kept form also says for which login it was filled in, and gets its answer in JSON.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect

from koopset.foundation.access.idempotency import LONGEST_KEY, InProgress, run_once
from koopset.foundation.rights.pages import PageRequest
from koopset.foundation.ui.offline import WHO_HEADER, device_key
from koopset.kernel.violations import RuleViolation

P = ParamSpec("P")
FIELD = "once"
#: What the browser puts into a form and what does not make it another one.
_NOT_SAID = frozenset({"csrfmiddlewaretoken", FIELD})


class _Refused(Exception):
    """The view did not take the form: nothing is kept, and the page it drew is the answer."""

    def __init__(self, response: HttpResponseBase) -> None:
        self.response = response


def sent_once(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A view whose POST redirects when it has done its work, made to do it once a key. Without a key nothing changes."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        kept = request.headers.get("Idempotency-Key", "")
        key = kept or request.POST.get(FIELD, "")
        actor = cast(PageRequest, request).actor
        if kept and (actor.login_id is None or request.headers.get(WHO_HEADER) != device_key(actor.login_id)):
            return JsonResponse({"done": False}, status=409)  # another login sits at the phone now
        if actor.login_id is None or not (
            0 < len(key) <= LONGEST_KEY - 5 and key.isascii() and key.isprintable()
        ):
            return view(request, *args, **kwargs)

        given: list[HttpResponseBase] = []

        def work() -> HttpResponse:
            response = view(request, *args, **kwargs)
            if response.status_code not in (302, 303):
                raise _Refused(response)
            given.append(response)
            return HttpResponse(response["Location"])  # what is kept with the key: where it led

        try:
            done = run_once(request, actor.login_id, f"form:{key}", work, asked=_fingerprint(request))
        except _Refused as refused:
            if not kept:
                return refused.response
            status = refused.response.status_code
            return JsonResponse({"done": False}, status=status if status >= 400 else 422)
        except InProgress:
            return JsonResponse({"done": False}, status=425) if kept else redirect(request.get_full_path())
        except RuleViolation:
            # The key of another form: a page brought back by «Back» and filled in anew. It is sent as a new one.
            return JsonResponse({"done": False}, status=422) if kept else view(request, *args, **kwargs)
        if kept:
            return JsonResponse({"done": True})
        return given[0] if given else redirect(cast(HttpResponse, done).content.decode())

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", cast(Any, run))


def _fingerprint(request: HttpRequest) -> str:
    found = hashlib.sha256(f"{request.method}\n{request.get_full_path()}\n".encode())
    for name, values in sorted(request.POST.lists()):
        if name not in _NOT_SAID:
            found.update(repr((name, values)).encode())
    return found.hexdigest()
