"""Consents that people give on paper: the text to sign, and what was brought back."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from koopset.apps.people.selectors import person_of
from koopset.apps.privacy import selectors, services
from koopset.apps.privacy.forms import PaperConsentForm
from koopset.apps.privacy.models import ConsentAct, PaperConsent
from koopset.apps.privacy.permissions import PrivacyRight
from koopset.apps.privacy.selectors.paper import PAPER_FILE, papers_of_person
from koopset.foundation.files import file_store
from koopset.foundation.personal.looks import looked
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.templatetags.ks import day
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

PAPER = Path(__file__).resolve().parent.parent / "templates" / "privacy" / "consent.typ"
MAX_BYTES = 50 * 1024 * 1024


@page(PrivacyRight.CONSENT_RECORD)
@require_http_methods(["GET", "POST"])
def person_consents(request: PageRequest, organisation_id: int, person_id: int) -> HttpResponse:
    """One person: what is agreed to, the texts to print, the papers brought in, a form for another."""
    card = person_of(request.actor, organisation_id, person_id)
    now = timezone.now()
    today = timezone.localdate(now)
    texts = selectors.organisation_texts(today)
    form = PaperConsentForm(
        request.POST or None,
        request.FILES or None,
        texts=[
            (
                f"{text.purpose}:{text.version}",
                _("%(title)s, version %(version)s of %(since)s")
                % {"title": text.title, "version": text.version, "since": day(text.since)},
            )
            for text in texts
        ],
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        purpose, version = data["text"].rsplit(":", 1)
        try:
            with transaction.atomic():
                kept = (
                    file_store(
                        organisation_id=organisation_id,
                        name=data["file"].name,
                        content=data["file"].file,
                        kind=PAPER_FILE,
                        actor=request.actor,
                        now=now,
                        max_bytes=MAX_BYTES,
                    ).pk
                    if data["file"]
                    else None
                )
                services.paper_consent_record(
                    actor=request.actor,
                    organisation_id=organisation_id,
                    person_id=card.id,
                    purpose=purpose,
                    version=int(version),
                    deed=data["deed"],
                    signed_on=data["signed_on"],
                    file_id=kept,
                    now=now,
                )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Entered. The person sees it under «My data and consents»."))
            return redirect("privacy:person_consents", organisation_id=organisation_id, person_id=person_id)
    looked(request.actor, organisation_id, "privacy.consents", person_id=card.id)
    said = selectors.standings_of_person(organisation_id, card.id)
    context = {
        "organisation_id": organisation_id,
        "person": card,
        "form": form,
        "states": [
            (text, said.get(text.purpose))
            for text in texts
            if selectors.text_in_force(text.purpose, today) == text
        ],
        "papers": papers_of_person(request.actor, organisation_id, card.id),
    }
    return render(request, "privacy/person_consents.html", context)


@page(PrivacyRight.CONSENT_RECORD)
@require_safe
def consent_form(request: PageRequest, organisation_id: int, person_id: int) -> HttpResponse:
    """The text to sign, with the name, a line for the signature and the number of the version: A4, large letters. `?deed=withdrawn`: its
    withdrawal. In Russian whoever prints it: it is a paper of Russian law."""
    from koopset.foundation.pdf import render as render_pdf

    card = person_of(request.actor, organisation_id, person_id)
    now = timezone.now()
    texts = selectors.organisation_texts(timezone.localdate(now))
    asked = request.GET.get("purpose", texts[0].purpose if texts else "")
    text = next((one for one in texts if one.purpose == asked), None)
    if text is None:
        raise Http404
    withdraws = request.GET.get("deed") == ConsentAct.Deed.WITHDRAWN
    addressee = selectors.addressee_of(text, organisation_id)
    said = selectors.standing_of_person(organisation_id, card.id, text.purpose) if withdraws else None
    version = said.version if said is not None else text.version
    digest = text.digest(addressee)
    if said is not None:
        digest = said.text_sha256 if isinstance(said, PaperConsent) else said.sha256
    with override("ru"):
        since = day(text.since)
        body = text.shown(addressee)
        if withdraws:
            body = (
                f"ОТЗЫВ СОГЛАСИЯ на обработку персональных данных: {text.title}\n\n"
                f"Я отзываю согласие, данное: {addressee}.\n"
                f"Цель, на которую оно было дано: {text.title}. Редакция текста: {version}.\n"
                "Прошу прекратить обработку моих данных для этой цели (152-ФЗ, ст. 9 ч. 2)."
            )
    paragraphs = [part for part in body.split("\n") if part.strip()]
    data = {
        "title": paragraphs[0],
        "paragraphs": paragraphs[1:],
        "name": card.full_name,
        "address": card.postal_address,
        "version": f"Редакция {version}" + ("" if withdraws else f", действует с {since}"),
        "digest": digest,
    }
    response = HttpResponse(render_pdf(PAPER, data, created_at=now), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="consent-{text.purpose}-{version}.pdf"'
    return response
