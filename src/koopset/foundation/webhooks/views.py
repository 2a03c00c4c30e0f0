from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.foundation.webhooks import services
from koopset.foundation.webhooks.deliveries import secrets_in_force
from koopset.foundation.webhooks.forms import WebhookForm
from koopset.foundation.webhooks.models import Delivery, Subscription
from koopset.foundation.webhooks.permissions import WebhookRight
from koopset.foundation.webhooks.selectors import (
    FAULTS,
    deliveries_of,
    subscriptions_of,
    with_attempts,
    words_of,
)
from koopset.kernel.violations import RuleViolation

PER_PAGE = 20


@page(WebhookRight.VIEW)
def listing(request: PageRequest, organisation_id: int) -> HttpResponse:
    context = {
        "organisation_id": organisation_id,
        "subscriptions": subscriptions_of(organisation_id),
        "may_manage": request.actor.can(WebhookRight.MANAGE, organisation_id),
    }
    return render(request, "webhooks/list.html", context)


@page(WebhookRight.MANAGE)
def new(request: PageRequest, organisation_id: int) -> HttpResponse:
    """The form; the answer to its sending shows the secret, and nothing shows it again."""
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row, secret = services.webhook_add(
                actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **form.cleaned_data
            )
        except RuleViolation as violation:
            form.add_error(violation.field if violation.field in form.fields else None, text_of(violation))
        else:
            return _shown(request, row, secret=secret)
    return render(request, "webhooks/form.html", {"organisation_id": organisation_id, "form": form})


@page(WebhookRight.MANAGE)
def edit(request: PageRequest, organisation_id: int, subscription_id: int) -> HttpResponse:
    row = get_object_or_404(Subscription, organisation_id=organisation_id, pk=subscription_id)
    form = WebhookForm(
        request.POST if request.method == "POST" else None,
        initial={"name": row.name, "url": row.url, "events": row.events},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.webhook_change(
                actor=request.actor,
                organisation_id=organisation_id,
                subscription_id=row.pk,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except RuleViolation as violation:
            form.add_error(violation.field if violation.field in form.fields else None, text_of(violation))
        else:
            tell(request, _("The subscription is changed."))
            return _back(organisation_id, row.pk)
    context = {"organisation_id": organisation_id, "form": form, "subscription": row}
    return render(request, "webhooks/form.html", context)


@page(WebhookRight.VIEW)
def show(request: PageRequest, organisation_id: int, subscription_id: int) -> HttpResponse:
    return _shown(
        request, get_object_or_404(Subscription, organisation_id=organisation_id, pk=subscription_id)
    )


def _shown(request: PageRequest, row: Subscription, *, secret: str = "") -> HttpResponse:
    organisation_id = row.organisation_id
    found = Paginator(deliveries_of(organisation_id, row.pk), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "organisation_id": organisation_id,
        "subscription": row,
        "secret": secret,
        "keys": secrets_in_force(row, timezone.now()),
        "events": [words_of(event) for event in row.events],
        "page": found,
        "deliveries": with_attempts(organisation_id, found.object_list),
        "faults": FAULTS,
        "may_manage": request.actor.can(WebhookRight.MANAGE, organisation_id),
        "may_replay": request.actor.can(WebhookRight.REPLAY, organisation_id),
    }
    response = render(request, "webhooks/show.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _back(organisation_id: int, subscription_id: int) -> HttpResponse:
    return redirect("webhooks:show", organisation_id=organisation_id, subscription_id=subscription_id)


@page(WebhookRight.MANAGE)
@require_POST
def test(request: PageRequest, organisation_id: int, subscription_id: int) -> HttpResponse:
    get_object_or_404(Subscription, organisation_id=organisation_id, pk=subscription_id)
    try:
        services.webhook_test(
            actor=request.actor,
            organisation_id=organisation_id,
            subscription_id=subscription_id,
            now=timezone.now(),
        )
    except RuleViolation as violation:
        messages.error(request, text_of(violation))
    else:
        tell(
            request,
            _("The test is on its way. In some seconds open this page anew: below is what came back."),
        )
    return _back(organisation_id, subscription_id)


@page(WebhookRight.MANAGE)
@require_POST
def pause(request: PageRequest, organisation_id: int, subscription_id: int) -> HttpResponse:
    get_object_or_404(Subscription, organisation_id=organisation_id, pk=subscription_id)
    services.webhook_pause(
        actor=request.actor,
        organisation_id=organisation_id,
        subscription_id=subscription_id,
        now=timezone.now(),
    )
    tell(request, _("The subscription is off: nothing is sent to the address."))
    return _back(organisation_id, subscription_id)


@page(WebhookRight.MANAGE)
@require_POST
def resume(request: PageRequest, organisation_id: int, subscription_id: int) -> HttpResponse:
    row = get_object_or_404(Subscription, organisation_id=organisation_id, pk=subscription_id)
    try:
        services.look_up(row.url)
        services.webhook_resume(
            actor=request.actor,
            organisation_id=organisation_id,
            subscription_id=subscription_id,
            now=timezone.now(),
        )
    except RuleViolation as violation:
        messages.error(request, text_of(violation))
    else:
        tell(request, _("The subscription is on. What was kept for it goes out now."))
    return _back(organisation_id, subscription_id)


@page(WebhookRight.MANAGE)
@require_POST
def secret(request: PageRequest, organisation_id: int, subscription_id: int) -> HttpResponse:
    """A new secret; the answer shows it, and nothing shows it again."""
    row = get_object_or_404(Subscription, organisation_id=organisation_id, pk=subscription_id)
    _made, text = services.webhook_secret_change(
        actor=request.actor,
        organisation_id=organisation_id,
        subscription_id=subscription_id,
        now=timezone.now(),
    )
    return _shown(request, row, secret=text)


@page(WebhookRight.MANAGE)
@require_POST
def remove(request: PageRequest, organisation_id: int, subscription_id: int) -> HttpResponse:
    get_object_or_404(Subscription, organisation_id=organisation_id, pk=subscription_id)
    services.webhook_remove(
        actor=request.actor,
        organisation_id=organisation_id,
        subscription_id=subscription_id,
        now=timezone.now(),
    )
    tell(request, _("The subscription is removed."))
    return redirect("webhooks:list", organisation_id=organisation_id)


@page(WebhookRight.REPLAY)
@require_POST
def replay(request: PageRequest, organisation_id: int, delivery_id: int) -> HttpResponse:
    row = get_object_or_404(Delivery, organisation_id=organisation_id, pk=delivery_id)
    try:
        services.delivery_replay(
            actor=request.actor, organisation_id=organisation_id, delivery_id=row.pk, now=timezone.now()
        )
    except RuleViolation as violation:
        messages.error(request, text_of(violation))
    else:
        tell(request, _("It is on its way again."))
    return _back(organisation_id, row.subscription_id)
