from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from koopset.foundation.access import keys as organisation_keys
from koopset.foundation.access.forms import OrganisationKeyForm, TokenForm
from koopset.foundation.access.models import ApiToken, OrganisationKey
from koopset.foundation.access.permissions import KeyRight
from koopset.foundation.access.scopes import scope_names
from koopset.foundation.access.services import token_make, token_revoke
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

SHOWN = 100


def _end_of(day: date) -> datetime:
    """The last day is a whole day. At the end of the calendar there is no next one."""
    day = min(day, date.max - timedelta(days=2))
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


@page(Gate.SIGNED_IN)
def tokens(request: PageRequest) -> HttpResponse:
    """One's own keys, and the form for the next. The secret is in the answer to its making and nowhere else."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    made: ApiToken | None = None
    secret = ""
    if request.method == "POST" and form.is_valid():
        last = form.cleaned_data["expires_on"]
        try:
            made, secret = token_make(
                actor=request.actor,
                name=form.cleaned_data["name"],
                scopes=form.chosen,
                expires_at=_end_of(last) if last else None,
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.add_error(violation.field if violation.field in form.fields else None, text_of(violation))
        else:
            form = TokenForm()
    now, words = timezone.now(), scope_names()
    rows = [
        (
            token,
            token.revoked_at is None and (token.expires_at is None or token.expires_at > now),
            [words.get(scope, scope) for scope in token.scopes],
        )
        for token in ApiToken.objects.filter(login_id=request.actor.login_id or 0).order_by(
            "revoked_at", "-created_at", "-pk"
        )[:SHOWN]
    ]
    context = {"form": form, "made": made, "secret": secret, "tokens": rows}
    response = render(request, "access/tokens.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@page(Gate.SIGNED_IN)
@require_POST
def token_close(request: PageRequest, token_id: int) -> HttpResponse:
    """Revoke a key; programs that use it are refused from now on."""
    get_object_or_404(ApiToken, login_id=request.actor.login_id or 0, pk=token_id)
    token_revoke(actor=request.actor, token_id=token_id, now=timezone.now())
    tell(request, _("The key is revoked. Programs that used it are refused from now on."))
    return redirect("access:tokens")


@page(KeyRight.VIEW)
def keys(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Keys of the organisation, and for the chair the form for the next. The secret is in the answer to its making and nowhere else."""
    actor = request.actor
    may_make = actor.can(KeyRight.MAKE, organisation_id)
    offered = organisation_keys.offered_scopes(actor, organisation_id) if may_make else []
    sent = request.POST if request.method == "POST" and may_make else None
    form = OrganisationKeyForm(sent, only=offered)
    made: OrganisationKey | None = None
    secret = ""
    if sent is not None and form.is_valid():
        try:
            made, secret = organisation_keys.key_make(
                actor=actor,
                organisation_id=organisation_id,
                name=form.cleaned_data["name"],
                scopes=form.chosen,
                expires_at=_end_of(form.cleaned_data["expires_on"]),
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.add_error(violation.field if violation.field in form.fields else None, text_of(violation))
        else:
            form = OrganisationKeyForm(only=offered)
    now, words = timezone.now(), scope_names()
    rows = [
        (
            key,
            key.revoked_at is None and key.expires_at > now,
            key.expires_at - timedelta(microseconds=1),
            key.expires_at <= now + organisation_keys.WARN_BEFORE,
            [words.get(scope, scope) for scope in key.scopes],
        )
        for key in organisation_keys.keys_of(organisation_id)[:SHOWN]
    ]
    context = {
        "organisation_id": organisation_id,
        "form": form,
        "made": made,
        "secret": secret,
        "keys": rows,
        "may_make": may_make,
    }
    response = render(request, "access/keys.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@page(KeyRight.MAKE)
@require_POST
def key_close(request: PageRequest, organisation_id: int, key_id: int) -> HttpResponse:
    """Revoke a key of the organisation; programs that use it are refused from now on."""
    get_object_or_404(OrganisationKey, organisation_id=organisation_id, pk=key_id)
    organisation_keys.key_revoke(
        actor=request.actor, organisation_id=organisation_id, key_id=key_id, now=timezone.now()
    )
    tell(request, _("The key is revoked. Programs that used it are refused from now on."))
    return redirect("access:keys", organisation_id=organisation_id)
