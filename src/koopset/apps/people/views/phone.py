"""Pages of the telephone: to prove it, and to sign in by it. Absent where this installation sends no text messages."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from allauth.account.utils import perform_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from koopset.apps.people import services
from koopset.apps.people.forms import CodeForm, PhoneForm
from koopset.apps.people.models import Login, PhoneCode
from koopset.apps.people.ports import sms_is_on
from koopset.foundation.rights.actors import NOBODY
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

PROVE_KEY = "phone_prove_code"
SIGN_IN_KEY = "phone_sign_in_code"
P = ParamSpec("P")


def where_messages_are_sent(
    view: Callable[Concatenate[PageRequest, P], HttpResponse],
) -> Callable[Concatenate[PageRequest, P], HttpResponse]:
    @functools.wraps(view)
    def run(request: PageRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not sms_is_on():
            raise Http404
        return view(request, *args, **kwargs)

    return cast("Callable[Concatenate[PageRequest, P], HttpResponse]", run)


@page(Gate.SIGNED_IN)
@where_messages_are_sent
@require_http_methods(["GET", "POST"])
def phone_prove(request: PageRequest) -> HttpResponse:
    """Give a phone: a code is sent to it."""
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.phone_prove_ask(
                actor=request.actor, phone=form.cleaned_data["phone"], now=timezone.now()
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            request.session[PROVE_KEY] = [row.pk, row.phone]
            return redirect("people:phone_prove_code")
    return render(request, "people/phone_prove.html", {"form": form})


def _asked(request: HttpRequest, key: str) -> tuple[int, str] | None:
    """The key of the code that this browser has asked for, and its number."""
    kept = request.session.get(key)
    return (kept[0], kept[1]) if isinstance(kept, list) and len(kept) == 2 else None


@page(Gate.SIGNED_IN)
@where_messages_are_sent
@require_http_methods(["GET", "POST"])
def phone_prove_code(request: PageRequest) -> HttpResponse:
    """Enter the code: the phone is proven."""
    asked = _asked(request, PROVE_KEY)
    if asked is None:
        return redirect("people:phone_prove")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.phone_prove(
                login_id=request.actor.login_id or 0,
                phone_code_id=asked[0],
                code=form.cleaned_data["code"],
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            del request.session[PROVE_KEY]
            tell(request, _("The phone is confirmed. You can sign in by it."))
            return redirect("people:security")
    return render(request, "people/phone_prove_code.html", {"form": form, "phone": asked[1]})


@page(Gate.SIGNED_IN)
@where_messages_are_sent
@require_POST
def phone_forget(request: PageRequest) -> HttpResponse:
    """Sign in by the phone no more."""
    services.phone_forget(actor=request.actor, now=timezone.now())
    tell(request, _("One can no longer sign in by this phone."))
    return redirect("people:security")


@page(Gate.PUBLIC)
@where_messages_are_sent
@require_http_methods(["GET", "POST"])
def sign_in_ask(request: PageRequest) -> HttpResponse:
    """Sign in by phone: the answer is the same for a number that nobody has proven."""
    if not request.actor.is_anonymous:
        return redirect("/")
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.phone_sign_in_ask(
                actor=NOBODY, phone=form.cleaned_data["phone"], now=timezone.now()
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            request.session[SIGN_IN_KEY] = [row.pk, row.phone]
            return redirect("people:phone_sign_in_code")
    return render(request, "people/phone_sign_in.html", {"form": form})


@page(Gate.PUBLIC)
@where_messages_are_sent
@require_http_methods(["GET", "POST"])
def sign_in_code(request: PageRequest) -> HttpResponse:
    """Enter the code and be in; a second step, where it is set up, still follows."""
    asked = _asked(request, SIGN_IN_KEY)
    if asked is None:
        return redirect("people:phone_sign_in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.phone_code_check(
                asked[0], PhoneCode.Purpose.SIGN_IN, form.cleaned_data["code"], now=timezone.now()
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            del request.session[SIGN_IN_KEY]
            login = Login.objects.get(pk=row.login_id or 0)
            # Not written down as a proof of the password: a change of keys still asks for it.
            response: HttpResponse = perform_login(request, login)
            return response
    return render(request, "people/phone_sign_in_code.html", {"form": form, "phone": asked[1]})
