from __future__ import annotations

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from koopset.foundation.access.sent_once import sent_once
from koopset.foundation.notifications import selectors, services
from koopset.foundation.notifications.forms import HoursForm, device_name
from koopset.foundation.notifications.links import Ticket, ticket_of
from koopset.foundation.notifications.models import MailRefusal, MailState, PushState, Rhythm, TopicChoice
from koopset.foundation.notifications.permissions import NoticeRight
from koopset.foundation.notifications.selectors import notices_of, unread_count
from koopset.foundation.notifications.services import Choice, mail_choose, notices_read
from koopset.foundation.notifications.topics import Channel, topic_name, topic_of
from koopset.foundation.notifications.wishes import may_be_gathered
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.ui.offline import kept_offline
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

PER_PAGE = 30
COUNTED = timedelta(days=30)


@kept_offline
@page(Gate.SIGNED_IN)
def listing(request: PageRequest) -> HttpResponse:
    found = Paginator(notices_of(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/list.html", {"page": found, "unread": unread_count(request.actor)})


@sent_once
@page(Gate.SIGNED_IN)
def read_all(request: PageRequest) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    notices_read(actor=request.actor, now=timezone.now())
    return redirect("notifications:list")


@page(Gate.SIGNED_IN)
def follow(request: PageRequest, notification_id: int) -> HttpResponse:
    """To what the notice is about; it counts as read then."""
    row = get_object_or_404(notices_of(request.actor), pk=notification_id)
    notices_read(actor=request.actor, notification_ids=[row.pk], now=timezone.now())
    return redirect(row.link or "notifications:list")


@page(Gate.SIGNED_IN)
def settings(request: PageRequest) -> HttpResponse:
    """How to tell me: topics by channels, quiet hours, my devices."""
    hours_form = HoursForm(
        request.POST if request.POST.get("form") == "hours" else None,
        initial=HoursForm.initial_of(selectors.hours_of(request.actor)),
    )
    lines = selectors.topic_lines(request.actor)
    if request.POST.get("form") == "topics":
        chosen = {
            line.code: _choice_of(request, line.code) for line in lines if f"has:{line.code}" in request.POST
        }
        services.choices_save(actor=request.actor, choices=chosen, now=timezone.now())
        tell(request, _("Saved. You will be told as you chose."))
        return redirect("notifications:settings")
    if hours_form.is_bound and hours_form.is_valid():
        try:
            services.hours_save(actor=request.actor, now=timezone.now(), **hours_form.cleaned_data)
        except RuleViolation as violation:
            hours_form.add_error(violation.field, text_of(violation))
        else:
            tell(request, _("The hours are saved."))
            return redirect("notifications:settings")
    context = {
        "lines": lines,
        "hours_form": hours_form,
        "rhythms": Rhythm.choices,
        "devices": selectors.devices_of(request.actor),
        "push_key": _push_key(),
    }
    return render(request, "notifications/settings.html", context)


def _choice_of(request: PageRequest, code: str) -> Choice:
    rhythm = request.POST.get(f"rhythm:{code}", "")
    return Choice(
        app=f"app:{code}" in request.POST,
        mail=f"mail:{code}" in request.POST,
        push=f"push:{code}" in request.POST,
        rhythm=Rhythm(rhythm) if rhythm in Rhythm.values else Rhythm.NOW,
    )


def _push_key() -> str:
    from koopset.foundation.notifications.push import public_key  # it brings libraries of the network

    return public_key()


@page(Gate.SIGNED_IN)
@require_safe
def sent(request: PageRequest) -> HttpResponse:
    """What was sent to me, when, where, how it ended."""
    found = Paginator(selectors.deliveries_of(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/sent.html", {"page": found})


@page(Gate.SIGNED_IN)
@require_POST
def device_add(request: PageRequest) -> HttpResponse:
    """The browser at hand asks for pushes: its address and keys, by the script of the page."""
    post = request.POST.get
    try:
        services.device_add(
            actor=request.actor,
            endpoint=post("endpoint", ""),
            p256dh=post("p256dh", ""),
            auth=post("auth", ""),
            name=device_name(request.headers.get("User-Agent", "")),
            now=timezone.now(),
        )
    except RuleViolation as violation:
        return JsonResponse({"text": text_of(violation)}, status=422)
    return JsonResponse({"done": True})


@page(Gate.SIGNED_IN)
@require_POST
def device_remove(request: PageRequest, device_id: int) -> HttpResponse:
    if not services.device_remove(actor=request.actor, device_id=device_id, now=timezone.now()):
        raise Http404
    tell(request, _("The device is removed, notices will not come to it any more."))
    return redirect("notifications:settings")


@page(Gate.SIGNED_IN)
@require_POST
def device_try(request: PageRequest) -> HttpResponse:
    """A trial push to all my devices."""
    count = services.device_try(actor=request.actor, now=timezone.now())
    if count:
        text = ngettext(
            "Sent to %(count)s device. It comes within a minute.",
            "Sent to %(count)s devices. It comes within a minute.",
            count,
        )
        tell(request, text % {"count": count})
    return redirect("notifications:settings")


@page(NoticeRight.COUNTS_VIEW)
@require_safe
def counts(request: PageRequest, organisation_id: int) -> HttpResponse:
    """For the office: how many notices of a topic went out and how it ended. No names."""
    since = timezone.now() - COUNTED
    rows = [
        (
            row,
            [(MailState(state).label, count) for state, count in sorted(row.mail.items()) if state != "none"],
            [(PushState(state).label, count) for state, count in sorted(row.push.items()) if state != "none"],
        )
        for row in selectors.sent_counts(request.actor, organisation_id, since)
    ]
    return render(request, "notifications/counts.html", {"rows": rows, "since": since.date()})


@csrf_exempt  # the signed link is the permission; mail programs post it by themselves (RFC 8058)
@page(Gate.PUBLIC)
def letters(request: PageRequest, token: str) -> HttpResponse:
    """The same choice for the topic of a letter, without signing in.

    Opening changes nothing: programs that look for danger open links too.
    """
    ticket = ticket_of(token)
    if ticket is None:
        raise Http404
    who = {"person_id": ticket.person_id, "login_id": ticket.login_id}
    if request.method == "POST":
        asked = request.POST.get("rhythm", "")
        rhythm = Rhythm(asked) if asked in Rhythm.values else None
        mail_choose(**who, topic=ticket.topic, rhythm=rhythm, now=timezone.now())
        return redirect(request.path)
    response = render(request, "notifications/letters.html", _letters_context(ticket, who))
    response["X-Robots-Tag"] = "noindex"
    return response


def _letters_context(ticket: Ticket, who: dict[str, int | None]) -> dict[str, object]:
    codes = ticket.topic.split(",")
    found = [topic_of(code) for code in codes]
    free = [topic for topic in found if Channel.MAIL not in topic.kept]
    refused = MailRefusal.objects.filter(**who, topic__in=codes).count() == len(codes)
    chosen = TopicChoice.objects.filter(**who, topic__in=codes).first()
    return {
        "topic": topic_name(ticket.topic),
        "refused": refused,
        "may_refuse": bool(free),
        "reason": "" if free else found[0].reason,
        "rhythms": [
            choice for choice in Rhythm.choices if choice[0] == Rhythm.NOW or any(map(may_be_gathered, free))
        ],
        "now": "none" if refused else (chosen.rhythm if chosen else Rhythm.NOW),
    }
