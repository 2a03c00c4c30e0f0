from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from koopset.foundation.notifications.addresses import topic_name
from koopset.foundation.notifications.links import ticket_of
from koopset.foundation.notifications.models import MailRefusal
from koopset.foundation.notifications.selectors import notices_of, unread_count
from koopset.foundation.notifications.services import mail_allow, mail_refuse, notices_read
from koopset.foundation.rights.pages import Gate, PageRequest, page

PER_PAGE = 30


@page(Gate.SIGNED_IN)
def listing(request: PageRequest) -> HttpResponse:
    found = Paginator(notices_of(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/list.html", {"page": found, "unread": unread_count(request.actor)})


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


@csrf_exempt  # the signed link is the permission; mail programs post it by themselves (RFC 8058)
@page(Gate.PUBLIC)
def letters(request: PageRequest, token: str) -> HttpResponse:
    """Refuse letters of a topic or ask for them again. Opening changes nothing: programs that look for danger open links too."""
    ticket = ticket_of(token)
    if ticket is None:
        raise Http404
    who = {"person_id": ticket.person_id, "login_id": ticket.login_id}
    if request.method == "POST":
        if request.POST.get("again"):
            mail_allow(**who, topic=ticket.topic)
        else:
            mail_refuse(**who, topic=ticket.topic, now=timezone.now())
        return redirect(request.path)
    refused = MailRefusal.objects.filter(**who, topic=ticket.topic).exists()
    response = render(
        request, "notifications/letters.html", {"topic": topic_name(ticket.topic), "refused": refused}
    )
    response["X-Robots-Tag"] = "noindex"
    return response
