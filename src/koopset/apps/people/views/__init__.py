"""Pages of persons: one's own profile, the invitation, the address book of an organisation."""

from __future__ import annotations

from django.contrib.auth import login as sign_in
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlsafe_base64_decode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from koopset.apps.people import ports, selectors, services
from koopset.apps.people.forms import ContactsForm, NameForm, PasswordForm, PersonForm, SettingsForm
from koopset.apps.people.models import Login, Person
from koopset.apps.people.permissions import PeopleRight
from koopset.foundation.access.sent_once import sent_once
from koopset.foundation.personal.looks import looked
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.actors import NOBODY
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.rights.roles import ROLE_NAMES
from koopset.foundation.ui.offline import kept_offline
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


def _login_of(request: PageRequest) -> Login:
    return get_object_or_404(Login, pk=request.actor.login_id)


@kept_offline
@sent_once
@page(Gate.SIGNED_IN)
def me(request: PageRequest) -> HttpResponse:
    """My profile (K1): cards that organisations keep of me, my roles, my settings."""
    login = _login_of(request)
    cards = selectors.persons_of_login(login.pk)
    kept = ports.keeper_names(
        {card.keeper_id for card in cards if card.keeper_id} | set(request.actor.organisation_ids)
    )
    asked = request.POST.get("form", "")
    forms_of_cards = []
    name_form = NameForm(request.POST if asked == "name" else None)
    settings_form = SettingsForm(
        request.POST if asked == "settings" else None,
        initial={"language": login.language, "theme": login.theme},
    )
    try:
        if asked == "name" and name_form.is_valid():
            services.own_card_create(
                actor=request.actor, login_id=login.pk, now=timezone.now(), **name_form.cleaned_data
            )
            tell(request, _("Your name is saved."))
            return redirect("people:me")
        if asked == "settings" and settings_form.is_valid():
            services.login_settings_update(
                actor=request.actor, now=timezone.now(), **settings_form.cleaned_data
            )
            return _with_settings(
                redirect("people:me"), settings_form.cleaned_data, secure=request.is_secure()
            )
    except RuleViolation as violation:
        (name_form if asked == "name" else settings_form).refuse(violation)
    for card in cards:
        mine = asked == f"card-{card.pk}"
        initial = {name: getattr(card, name) for name in ContactsForm.base_fields}
        form = ContactsForm(request.POST if mine else None, initial=initial, prefix=f"card-{card.pk}")
        if mine and form.is_valid():
            try:
                services.profile_update(
                    actor=request.actor, person_id=card.pk, now=timezone.now(), **form.cleaned_data
                )
                tell(request, _("Your contacts are saved."))
                return redirect("people:me")
            except RuleViolation as violation:
                form.refuse(violation)
        forms_of_cards.append((card, kept.get(card.keeper_id or 0, ""), form))
    roles = [
        (
            kept.get(organisation_id, ""),
            [ROLE_NAMES[role] for role in sorted(request.actor.roles_in(organisation_id))],
        )
        for organisation_id in request.actor.organisation_ids
    ]
    context = {
        "login": login,
        "cards": forms_of_cards,
        "roles": roles,
        "is_operator": request.actor.is_operator,
        "name_form": None if cards else name_form,
        "settings_form": settings_form,
    }
    return render(request, "people/me.html", context)


def _with_settings(response: HttpResponse, data: dict[str, str], *, secure: bool) -> HttpResponse:
    from django.conf import settings

    from koopset.foundation.ui.context import THEME_COOKIE

    for name, value in ((settings.LANGUAGE_COOKIE_NAME, data["language"]), (THEME_COOKIE, data["theme"])):
        response.set_cookie(name, value, max_age=365 * 24 * 3600, samesite="Lax", secure=secure)
    return response


@page(Gate.PUBLIC)
def invitation(request: PageRequest, key: str, token: str) -> HttpResponse:
    """The invited person sets the first password; the link proves the e-mail."""
    try:
        login = Login.objects.filter(pk=int(urlsafe_base64_decode(key))).first()
    except (ValueError, OverflowError):
        login = None
    if login is None or not services.invitation_tokens.check_token(login, token):
        return render(request, "people/invitation_old.html", status=410)
    form = PasswordForm(request.POST or None, login=login)
    if request.method == "POST" and form.is_valid():
        try:
            services.invitation_accept(
                actor=NOBODY,
                login_id=login.pk,
                token=token,
                password=form.cleaned_data["password1"],
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.add_error(None, text_of(violation))
        else:
            login.refresh_from_db()
            sign_in(request, login)
            tell(request, _("Welcome. Your plots and papers are here."))
            return redirect("/")
    return render(request, "people/invitation.html", {"form": form, "email": login.email})


@page(PeopleRight.PERSON_VIEW)
def persons(request: PageRequest, organisation_id: int) -> HttpResponse:
    """The address book of the organisation."""
    text = request.GET.get("q", "")
    show = request.GET.get("show", "")
    rows = Person.objects.filter(keeper_id=organisation_id)
    if text.strip():
        rows = rows.filter(selectors.matching(text))
    if show == "login":
        rows = rows.filter(login__isnull=False)
    elif show == "no-login":
        rows = rows.filter(login__isnull=True)
    elif show == "no-email":
        rows = rows.filter(email="")
    page_of = Paginator(rows.order_by("folded_name", "pk"), 50).get_page(request.GET.get("page"))
    looked(request.actor, organisation_id, "people.persons", count=len(page_of))
    context = {
        "page": page_of,
        "show": show,
        "active": 1 if show else 0,
        "sought": bool(text or show),
        "may_edit": request.actor.can(PeopleRight.PERSON_EDIT, organisation_id),
        "to_invite": selectors.to_invite(organisation_id).count()
        if request.actor.can(PeopleRight.LOGIN_INVITE, organisation_id)
        else 0,
        "organisation_id": organisation_id,
    }
    return render(request, "people/persons.html", context)


@page(PeopleRight.LOGIN_INVITE)
@require_POST
def persons_invite_all(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Send the letter to everybody who has an e-mail and has not had one."""
    try:
        services.logins_invite_all(actor=request.actor, organisation_id=organisation_id, now=timezone.now())
        tell(request, _("The invitations are being sent. Nobody gets two."))
    except RuleViolation as violation:
        tell(request, text_of(violation), level=40)
    return redirect("people:persons", organisation_id=organisation_id)


def _return_to(request: HttpRequest, organisation_id: int, person_id: int | None) -> str:
    """Where the form was opened from, if it is a path of this site; otherwise the person's page or the list."""
    target = request.GET.get("next") or request.POST.get("next") or ""
    if target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        joint = "&" if "?" in target else "?"
        return f"{target}{joint}person={person_id}" if person_id and request.GET.get("pick") else target
    if person_id is not None:
        return reverse("register:person", kwargs={"organisation_id": organisation_id, "person_id": person_id})
    return reverse("people:persons", kwargs={"organisation_id": organisation_id})


@page(PeopleRight.PERSON_EDIT)
def person_new(request: PageRequest, organisation_id: int) -> HttpResponse:
    """A new card."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = services.person_create(
                actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **form.cleaned_data
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The card is saved."))
            return redirect(_return_to(request, organisation_id, person.pk))
    context = {
        "form": form,
        "person": None,
        "organisation_id": organisation_id,
        "back": _return_to(request, organisation_id, None),
    }
    return render(request, "people/person_form.html", context)


@page(PeopleRight.PERSON_EDIT)
def person_edit(request: PageRequest, organisation_id: int, person_id: int) -> HttpResponse:
    """Change a card."""
    person = get_object_or_404(Person, keeper_id=organisation_id, pk=person_id)
    if request.method == "GET":
        looked(request.actor, organisation_id, "people.card", person_id=person.pk)
    form = PersonForm(
        request.POST or None, initial={name: getattr(person, name) for name in PersonForm.base_fields}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.person_update(
                actor=request.actor,
                organisation_id=organisation_id,
                person_id=person.pk,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The card is saved."))
            return redirect(_return_to(request, organisation_id, person.pk))
    context = {
        "form": form,
        "person": person,
        "organisation_id": organisation_id,
        "back": _return_to(request, organisation_id, person.pk),
    }
    return render(request, "people/person_form.html", context)


@page(PeopleRight.LOGIN_INVITE)
@require_POST
def person_invite(request: PageRequest, organisation_id: int, person_id: int) -> HttpResponse:
    """Send the letter with the invitation."""
    person = get_object_or_404(Person, keeper_id=organisation_id, pk=person_id)
    try:
        services.login_invite(
            actor=request.actor, organisation_id=organisation_id, person_id=person.pk, now=timezone.now()
        )
        tell(request, _("The invitation has been sent to %(email)s.") % {"email": person.email})
    except RuleViolation as violation:
        tell(request, text_of(violation), level=40)
    return redirect(_return_to(request, organisation_id, person.pk))


@page(PeopleRight.LOGIN_INVITE)
@require_POST
def person_release(request: PageRequest, organisation_id: int, person_id: int) -> HttpResponse:
    """Part the card from its login."""
    person = get_object_or_404(Person, keeper_id=organisation_id, pk=person_id)
    try:
        services.login_release(
            actor=request.actor, organisation_id=organisation_id, person_id=person.pk, now=timezone.now()
        )
        tell(request, _("The card is no longer tied to a login."))
    except RuleViolation as violation:
        tell(request, text_of(violation), level=40)
    return redirect(_return_to(request, organisation_id, person.pk))
