"""Applications for membership in the office: the queue, one application, the decision."""

from __future__ import annotations

from typing import Any

from django.contrib.messages import ERROR
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.people.selectors import names_to_choose, persons_by_ids
from koopset.apps.register import selectors, services
from koopset.apps.register.forms import (
    ApplicationDecisionForm,
    ApplicationForm,
    PaperApplicationForm,
    WordForm,
    initial_day,
)
from koopset.apps.register.models import MembershipApplication
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.selectors import APPLICATION_FILE
from koopset.apps.register.views.bringing import decision_chosen, decisions_of, files_kept, person_named
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

PAGE_SIZE = 30


@page(RegisterRight.APPLICATION_VIEW)
def applications(request: PageRequest, organisation_id: int) -> HttpResponse:
    """The queue, the most urgent first."""
    show, today = request.GET.get("show", ""), timezone.localdate()
    found = Paginator(selectors.applications_query(request.actor, organisation_id, show), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "organisation_id": organisation_id,
        "page": found,
        "rows": selectors.application_rows(organisation_id, found.object_list, today),
        "show": show,
        "waiting": selectors.applications_waiting(organisation_id),
        "overdue": selectors.applications_overdue(organisation_id, today),
        "tabs": [
            ("", _("Open")),
            (MembershipApplication.State.BOARD.value, _("Wait for the decision")),
            (MembershipApplication.State.ADMITTED.value, _("Admitted")),
            (MembershipApplication.State.REFUSED.value, _("Refused")),
            ("all", _("All")),
        ],
        "may_handle": request.actor.can(RegisterRight.APPLICATION_HANDLE, organisation_id),
    }
    return render(request, "register/applications.html", context)


@page(RegisterRight.APPLICATION_HANDLE)
def application_new(request: PageRequest, organisation_id: int) -> HttpResponse:
    """An application brought on paper."""
    names = names_to_choose(organisation_id)
    today = timezone.localdate()
    initial = {"submitted_on": initial_day(today)}
    asked = request.GET.get("person", "")
    if asked.isdigit():
        card = persons_by_ids([int(asked)], organisation_id=organisation_id).get(int(asked))
        name = next((name for name, key in names.items() if card is not None and key == card.id), "")
        if card is not None:
            initial |= {
                "name": name or card.full_name,
                "residence": card.postal_address,
                "postal_address": card.postal_address,
                "email": card.email,
            }
    form = PaperApplicationForm(request.POST or None, request.FILES or None, initial=initial, persons=None)
    if request.method == "POST" and form.is_valid():
        data, now = dict(form.cleaned_data), timezone.now()
        uploads = data.pop("papers")
        try:
            with transaction.atomic():
                row = services.application_submit(
                    actor=request.actor,
                    organisation_id=organisation_id,
                    person_id=person_named(organisation_id, data.pop("name"), names, "name"),
                    file_ids=files_kept(request, organisation_id, uploads, APPLICATION_FILE, now),
                    now=now,
                    **data,
                )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The application is entered. The term runs from the day it was brought."))
            return redirect("register:application", organisation_id=organisation_id, application_id=row.pk)
    context = {"organisation_id": organisation_id, "form": form, "names": sorted(names)}
    return render(request, "register/application_form.html", context)


@page(RegisterRight.APPLICATION_VIEW)
def application(request: PageRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """One application: papers, clock, moves, and what to do next."""
    today = timezone.localdate()
    card = selectors.application(request.actor, organisation_id, application_id, today)
    verb = request.POST.get("verb", "")
    word = WordForm(request.POST if verb == "ask" else None)
    mend = ApplicationForm(
        request.POST if verb == "mend" else None,
        request.FILES if verb == "mend" else None,
        initial={"residence": card.residence, "postal_address": card.postal_address, "email": card.email, "consents": True},
        persons=None,
    )  # fmt: skip
    place: dict[str, Any] = {"organisation_id": organisation_id, "application_id": application_id}
    if request.method == "POST":
        common: dict[str, Any] = {"actor": request.actor, "now": timezone.now(), **place}
        done = ""
        try:
            if verb == "ask" and word.is_valid():
                services.application_ask(word=word.cleaned_data["word"], **common)
                done = _("The applicant is asked to mend it.")
            elif verb == "pass":
                services.application_pass(**common)
                done = _("The papers are in order: the application waits for the decision.")
            elif verb == "withdraw":
                services.application_withdraw(word=request.POST.get("word", "")[:1000], **common)
                done = _("The application is withdrawn.")
            elif verb == "mend" and mend.is_valid():
                _mend(request, mend, organisation_id, application_id)
                done = _("The application is mended.")
        except RuleViolation as violation:
            if verb not in ("ask", "mend"):
                tell(request, text_of(violation), level=ERROR)
                return redirect(
                    "register:application", organisation_id=organisation_id, application_id=application_id
                )
            (mend if verb == "mend" else word).refuse(violation)
        if done:
            tell(request, done)
            return redirect(
                "register:application", organisation_id=organisation_id, application_id=application_id
            )
    context = {
        "organisation_id": organisation_id,
        "card": card,
        "row": card.row,
        "law": selectors.law_here(organisation_id),
        "term": selectors.law_here(organisation_id).rule("admission.days", card.row.submitted_on),
        "who": selectors.law_here(organisation_id).rule("admission.by", today),
        "units": selectors.units_of_persons(organisation_id, [card.row.person.id], today),
        "word_form": word,
        "mend_form": mend,
        "may_handle": request.actor.can(RegisterRight.APPLICATION_HANDLE, organisation_id),
    }
    return render(request, "register/application.html", context)


def _mend(request: PageRequest, form: ApplicationForm, organisation_id: int, application_id: int) -> None:
    data, now = dict(form.cleaned_data), timezone.now()
    uploads = data.pop("papers")
    with transaction.atomic():
        services.application_mend(
            actor=request.actor,
            organisation_id=organisation_id,
            application_id=application_id,
            file_ids=files_kept(request, organisation_id, uploads, APPLICATION_FILE, now),
            now=now,
            **data,
        )


@page(RegisterRight.APPLICATION_HANDLE)
def application_decide(request: PageRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """What the board decided, by its minutes."""
    today = timezone.localdate()
    card = selectors.application(request.actor, organisation_id, application_id, today)
    law = selectors.law_here(organisation_id)
    who = law.rule("admission.by", today)
    body = who.value if who is not None and who.value != "application" else "board"
    form = ApplicationDecisionForm(
        request.POST or None,
        decisions=decisions_of(request, organisation_id, body),
        grounds=[(one.code, selectors.ground_text(one)) for one in law.grounds_on(today)],
        initial={"outcome": "admit"},
    )
    place: dict[str, Any] = {"organisation_id": organisation_id, "application_id": application_id}
    if request.method == "POST" and form.is_valid():
        data, now = form.cleaned_data, timezone.now()
        admits = data["outcome"] == "admit"
        name = card.row.person.full_name
        title = _("Admission of a member: %(name)s") if admits else _("Admission refused: %(name)s")
        wording = (
            _("Admit as a member: %(name)s.")
            if admits
            else _("Refuse to admit as a member: %(name)s. %(word)s")
        )
        try:
            with transaction.atomic():
                decision_id = decision_chosen(
                    request,
                    organisation_id,
                    data,
                    body=body,
                    title=title % {"name": card.row.person.short_name},
                    wording=wording % {"name": name, "word": data["word"]},
                    article=who.article if who is not None else "",
                    now=now,
                )
                common: dict[str, Any] = {
                    "actor": request.actor,
                    "decision_id": decision_id,
                    "now": now,
                    **place,
                }
                if admits:
                    services.application_admit(card_number=data["card_number"], **common)
                else:
                    services.application_refuse(ground=data["ground"], word=data["word"], **common)
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(
                request,
                _("Admitted. The applicant is told.") if admits else _("Refused. The applicant is told why."),
            )
            return redirect(
                "register:application", organisation_id=organisation_id, application_id=application_id
            )
    context = {
        "organisation_id": organisation_id,
        "card": card,
        "row": card.row,
        "form": form,
        "who": who,
        "can_decide": bool({"admit", "refuse"} & card.verbs),
    }
    return render(request, "register/application_decide.html", context)
