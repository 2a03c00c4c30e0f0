"""All writing of cards and logins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.contrib.sessions.models import Session
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from koopset.apps.people.models import KnownDevice, Login, Person, PhoneCode, SignIn, SupportVisit
from koopset.apps.people.permissions import PeopleRight
from koopset.apps.people.rules import CardData, card_checked, contacts_to_erase, erased_login_email, fields_of
from koopset.apps.people.services.devices import sign_in_end as sign_in_end
from koopset.apps.people.services.devices import sign_in_record as sign_in_record
from koopset.apps.people.services.devices import sign_ins_end_others as sign_ins_end_others
from koopset.apps.people.services.devices import sign_ins_forget as sign_ins_forget
from koopset.apps.people.services.households import household_ensure as household_ensure
from koopset.apps.people.services.households import (
    household_invitations_forget as household_invitations_forget,
)
from koopset.apps.people.services.households import household_invite as household_invite
from koopset.apps.people.services.households import household_join as household_join
from koopset.apps.people.services.households import household_leave as household_leave
from koopset.apps.people.services.households import household_lock_for_room as household_lock_for_room
from koopset.apps.people.services.households import household_member_remove as household_member_remove
from koopset.apps.people.services.households import household_part_for_room as household_part_for_room
from koopset.apps.people.services.households import household_rename as household_rename
from koopset.apps.people.services.households import invitation_withdraw as invitation_withdraw
from koopset.apps.people.services.invitations import logins_invite_all as logins_invite_all
from koopset.apps.people.services.phone_codes import phone_code_check as phone_code_check
from koopset.apps.people.services.phone_codes import phone_code_send as phone_code_send
from koopset.apps.people.services.phone_codes import phone_codes_forget as phone_codes_forget
from koopset.apps.people.services.phone_codes import phone_forget as phone_forget
from koopset.apps.people.services.phone_codes import phone_prove as phone_prove
from koopset.apps.people.services.phone_codes import phone_prove_ask as phone_prove_ask
from koopset.apps.people.services.phone_codes import phone_sign_in_ask as phone_sign_in_ask
from koopset.apps.people.services.second_factor import second_factor_ask as second_factor_ask
from koopset.apps.people.services.second_factor import second_factor_remove as second_factor_remove
from koopset.apps.people.services.support import visit_allow as visit_allow
from koopset.apps.people.services.support import visit_ask as visit_ask
from koopset.apps.people.services.support import visit_end as visit_end
from koopset.apps.people.services.support import visit_enter as visit_enter
from koopset.apps.people.services.support import visit_refuse as visit_refuse
from koopset.foundation.history.bulk import create_many
from koopset.foundation.jobs import enqueue
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.names import fold
from koopset.kernel.violations import RuleViolation

#: The link of an invitation is good until a password is set or settings.PASSWORD_RESET_TIMEOUT has passed.
invitation_tokens = PasswordResetTokenGenerator()
#: The work that sends the letter of an invitation.
LETTER_JOB = "people.invitation_letter"


@service(PeopleRight.PERSON_EDIT)
def person_create(
    *,
    actor: Actor,
    organisation_id: int,
    kind: str = "natural",
    last_name: str = "",
    first_name: str = "",
    middle_name: str = "",
    body_name: str = "",
    inn: str = "",
    email: str = "",
    phone: str = "",
    postal_address: str = "",
    birth_date: Any = None,
    paper_only: bool = False,
    now: datetime,
) -> Person:
    """A new card kept by the organisation. Raises what `rules.card_checked` raises."""
    data = CardData(
        kind,
        last_name,
        first_name,
        middle_name,
        body_name,
        inn,
        email,
        phone,
        postal_address,
        birth_date,
        paper_only,
    )
    checked = card_checked(data, today=timezone.localdate(now))
    return Person.objects.create(keeper_id=organisation_id, created_at=now, **fields_of(checked))


@service(PeopleRight.PERSON_EDIT)
def persons_create_many(
    *, actor: Actor, organisation_id: int, cards: Sequence[CardData], now: datetime
) -> list[int]:
    """New cards kept by the organisation, with their history, in a few queries; keys in the order of `cards`.

    Raises what `rules.card_checked` raises, with `line` the index of the card from 1; then none is made.
    """
    rows = []
    for index, data in enumerate(cards, start=1):
        try:
            checked = card_checked(data, today=timezone.localdate(now))
        except RuleViolation as refusal:
            raise RuleViolation(refusal.code, field=refusal.field, line=index, **refusal.params) from refusal
        person = Person(keeper_id=organisation_id, created_at=now, **fields_of(checked))
        person.folded_name = fold(person.full_name)
        rows.append(person)
    return [person.pk for person in create_many(rows)]


@service(PeopleRight.PERSON_EDIT)
def person_update(
    *, actor: Actor, organisation_id: int, person_id: int, now: datetime, **changes: Any
) -> Person:
    """Change fields of a card that the organisation keeps. A changed e-mail of a card without a login cancels its invitation.

    Raises people.unknown and what `rules.card_checked` raises.
    """
    person = Person.objects.select_for_update().filter(keeper_id=organisation_id, pk=person_id).first()
    if person is None:
        raise RuleViolation("people.unknown")
    _apply(person, changes, now)
    return person


def _apply(person: Person, changes: dict[str, Any], now: datetime) -> None:
    known = {name: getattr(person, name) for name in fields_of(CardData())}
    unknown = set(changes) - set(known)
    assert not unknown, unknown
    before = person.email
    checked = fields_of(card_checked(CardData(**(known | changes)), today=timezone.localdate(now)))
    if checked == known:
        return
    for name, value in checked.items():
        setattr(person, name, value)
    if person.email != before and person.login_id is None:
        person.invited_at = None
    person.save()


@service(None)
def profile_update(*, actor: Actor, person_id: int, now: datetime, **changes: Any) -> Person:
    """A person changes contacts of an own card, whoever keeps it; names of a kept card are changed by its keeper (217-ФЗ art. 15 part 5:
    a member tells the board of changes). Right: the login that the card belongs to. Raises people.unknown, people.name_by_keeper.
    """
    person = Person.objects.select_for_update().filter(pk=person_id, login_id=actor.login_id).first()  # type: ignore[misc]
    if person is None or actor.login_id is None:
        raise RuleViolation("people.unknown")
    names = {"kind", "last_name", "first_name", "middle_name", "body_name", "inn"}
    if person.keeper_id is not None and any(
        getattr(person, name) != changes[name] for name in names & set(changes)
    ):
        raise RuleViolation("people.name_by_keeper")
    _apply(person, changes, now)
    return person


@service(None)
def login_settings_update(
    *, actor: Actor, language: str | None = None, theme: str | None = None, now: datetime
) -> Login:
    """Language and theme of the own login. Raises people.unknown_language, people.unknown_theme."""
    login = Login.objects.select_for_update().get(pk=actor.login_id)  # type: ignore[misc]
    if language is not None:
        if language not in dict(settings.LANGUAGES):
            raise RuleViolation("people.unknown_language", field="language")
        login.language = language
    if theme is not None:
        if theme not in Login.Theme.values:
            raise RuleViolation("people.unknown_theme", field="theme")
        login.theme = theme
    login.save(update_fields=["language", "theme"])
    return login


@service(None)
def guide_close(*, actor: Actor, key: str, now: datetime) -> Login:
    """The first-login guide `key` is not shown to this login again. Right: the own login. Raises people.unknown for nobody's."""
    login = Login.objects.select_for_update().filter(pk=actor.login_id).first()  # type: ignore[misc]
    if login is None:
        raise RuleViolation("people.unknown")
    if key not in login.guides_seen:
        login.guides_seen = [*login.guides_seen, key]
        login.save(update_fields=["guides_seen"])
    return login


# Logins


@service(PeopleRight.LOGIN_INVITE)
def login_invite(*, actor: Actor, organisation_id: int, person_id: int, now: datetime) -> Login:
    """Invite the owner of a card's e-mail to take the card; a letter with a link goes out in the background, tried again where the mail
    server does not take it.

    Where the e-mail has proved its login already, the card is united with it at once. The card of somebody else's household never
    shows before the e-mail is proved. Raises people.unknown, people.no_email, people.has_login, people.body_has_no_login.
    """
    person = Person.objects.select_for_update().filter(keeper_id=organisation_id, pk=person_id).first()
    if person is None:
        raise RuleViolation("people.unknown")
    if person.login_id is not None:
        raise RuleViolation("people.has_login", name=person.full_name)
    if not person.email:
        raise RuleViolation("people.no_email", field="email", name=person.full_name)
    if person.invited_at is not None and (now - person.invited_at).total_seconds() < 60:
        raise RuleViolation("people.invited_just_now", name=person.full_name)
    login = Login.objects.filter(email=person.email).first()
    if login is None:
        login = Login.objects.create_user(person.email, None)
        EmailAddress.objects.create(user=login, email=person.email, primary=True, verified=False)
    person.invited_at = now
    person.save()
    if _is_verified(login):
        _unite(login, person.email)
    enqueue(
        LETTER_JOB,
        actor=actor,
        organisation_id=organisation_id,
        args={"login_id": login.pk},
        now=now,
    )
    return login


def _is_verified(login: Login) -> bool:
    return bool(EmailAddress.objects.filter(user=login, email=login.email, verified=True).exists())


def invitation_path(login: Login) -> str:
    """The address of the page on which the invited set a password."""
    key = urlsafe_base64_encode(force_bytes(login.pk))
    return reverse("people:invitation", kwargs={"key": key, "token": invitation_tokens.make_token(login)})


def invitation_send(organisation_id: int, login_id: int) -> bool:
    """Send the letter of an invitation; False where the login is no more. Raises what the mail server raises.

    Called by the job: the link is made here, so that no table keeps it.
    """
    from koopset.apps.people.ports import keeper_name

    login = Login.objects.filter(pk=login_id, is_active=True).first()
    if login is None:
        return False
    with translation.override(login.language):
        verified = _is_verified(login)
        path = reverse("people:me") if verified else invitation_path(login)
        context = {
            "organisation": keeper_name(organisation_id),
            "link": settings.SITE_URL.rstrip("/") + path,
            "email": login.email,
            "has_account": verified,
        }
        subject = " ".join(render_to_string("people/mail/invitation_subject.txt", context).split())
        send_mail(
            subject,
            render_to_string("people/mail/invitation.txt", context),
            None,
            [login.email],
        )
    return True


@service(None)
def invitation_accept(*, actor: Actor, login_id: int, token: str, password: str, now: datetime) -> Login:
    """Set the first password by the link of a letter: the link proves the e-mail, so the invited cards are united with the login.

    Right: the token. Raises people.link_is_old.
    """
    login = Login.objects.select_for_update().filter(pk=login_id, is_active=True).first()
    if login is None or not invitation_tokens.check_token(login, token):
        raise RuleViolation("people.link_is_old")
    login.set_password(password)
    login.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(
        user=login, email=login.email, defaults={"verified": True, "primary": True}
    )
    _unite(login, login.email)
    return login


@service(None)
def card_claim(*, actor: Actor, login_id: int, email: str, now: datetime) -> list[Person]:
    """Unite with the login the cards whose keeper invited this e-mail. Called when the login has proved the e-mail and by nobody else.

    Right: none, the proof is the verified address itself (asked of the database again). The cards, also when there is none.
    """
    login = Login.objects.select_for_update().get(pk=login_id)
    address = email.strip().lower()
    if not EmailAddress.objects.filter(user=login, email__iexact=address, verified=True).exists():
        raise RuleViolation("people.email_not_proved", email=address)
    return _unite(login, address)


def _unite(login: Login, email: str) -> list[Person]:
    cards = list(
        Person.objects.select_for_update()
        .filter(email=email, invited_at__isnull=False, login__isnull=True)
        .order_by("pk")
    )
    for person in cards:
        person.login = login
        person.save()
    return cards


@service(None)
def own_card_create(
    *, actor: Actor, login_id: int, last_name: str, first_name: str, middle_name: str = "", now: datetime
) -> Person:
    """The card that a person makes at sign-up; no organisation keeps it. Right: the own login or the sign-up itself.

    Raises people.has_own_card and what `rules.card_checked` raises.
    """
    login = Login.objects.select_for_update().get(pk=login_id)
    if Person.objects.filter(login=login, keeper__isnull=True).exists():
        raise RuleViolation("people.has_own_card")
    checked = card_checked(
        CardData(last_name=last_name, first_name=first_name, middle_name=middle_name, email=login.email),
        today=timezone.localdate(now),
    )
    return Person.objects.create(keeper=None, login=login, created_at=now, **fields_of(checked))


@service(PeopleRight.LOGIN_INVITE)
def login_release(*, actor: Actor, organisation_id: int, person_id: int, now: datetime) -> Person:
    """Part a card from its login: the wrong person was invited, or the plot has another owner. Raises people.unknown, people.no_login."""
    person = Person.objects.select_for_update().filter(keeper_id=organisation_id, pk=person_id).first()
    if person is None:
        raise RuleViolation("people.unknown")
    if person.login_id is None and person.invited_at is None:
        raise RuleViolation("people.no_login", name=person.full_name)
    person.login, person.invited_at = None, None
    person.save()
    return person


def persons_contacts_fill(
    *, organisation_id: int, contacts: Iterable[tuple[int, dict[str, str]]], now: datetime
) -> int:
    """Fill empty contacts of cards the organisation keeps; what is filled is never overwritten. For loading of registers; its service
    has asked the right. The number of cards changed.
    """
    wanted = dict(contacts)
    changed = 0
    for person in Person.objects.select_for_update().filter(keeper_id=organisation_id, pk__in=list(wanted)):
        empty = {
            name: value for name, value in wanted[person.pk].items() if value and not getattr(person, name)
        }
        if empty:
            _apply(person, empty, now)
            changed += 1
    return changed


def login_lock_for_room(*, login_id: int) -> None:
    """Hold a login to the end of the transaction: what one person does at most so many times is done one after another.

    Under the right that another room's service has asked. Raises Login.DoesNotExist.
    """
    Login.objects.select_for_update().get(pk=login_id)


def card_of_login_for_room(
    *,
    organisation_id: int,
    login_id: int,
    last_name: str,
    first_name: str,
    middle_name: str = "",
    email: str = "",
    phone: str = "",
    now: datetime,
) -> int:
    """The key of a card that the organisation keeps of the owner of a login, by the owner's own words: the login is theirs already.

    Under the right that another room's service has asked. Raises what `rules.card_checked` raises.
    """
    data = CardData(
        last_name=last_name, first_name=first_name, middle_name=middle_name, email=email, phone=phone
    )
    checked = card_checked(data, today=timezone.localdate(now))
    row = Person.objects.create(
        keeper_id=organisation_id, login_id=login_id, created_at=now, **fields_of(checked)
    )
    return row.pk


def coordinator_mark_for_room(*, login_id: int) -> None:
    """Say of a login that it was appointed to a district. Under the right that another room's service has asked."""
    Login.objects.filter(pk=login_id, is_coordinator=False).update(is_coordinator=True)


def operator_login_create(email: str, password: str) -> int:
    """A login of the platform's operator with a proven address; its key. For the command line and the demo town, never for a page."""
    return proven_login_create(email, password, is_operator=True)


def proven_login_create(email: str, password: str, *, is_operator: bool = False) -> int:
    """A login whose address counts as proven; its key. For the command line and the demo town, never for a page."""
    with transaction.atomic():
        login = Login.objects.create_user(email, password, is_operator=is_operator)
        EmailAddress.objects.create(user=login, email=login.email, primary=True, verified=True)
    return login.pk


# Erasure: the room of privacy decides, and has asked the right

#: What stands in place of a name that was erased (a card must be named).
ERASED_NAME = "Данные удалены"


def card_erase_for_room(*, organisation_id: int | None, person_id: int, needs: frozenset[str]) -> list[str]:
    """Take out of a card, and of its history, what nothing needs any more; the fields that were emptied.

    `needs` as in `privacy.ports.Tie`: with "name" the name stays and only contacts go; without it the card is nameless and belongs to
    no login. Raises people.unknown.
    """
    person = Person.objects.select_for_update().filter(keeper_id=organisation_id, pk=person_id).first()
    if person is None:
        raise RuleViolation("people.unknown")
    before = Person.history.filter(id=person_id)
    emptied = contacts_to_erase(needs, has_postal_address=bool(person.postal_address))
    values: dict[str, Any] = {name: None if name == "birth_date" else "" for name in emptied}
    if "name" not in needs:
        values |= {
            "kind": Person.Kind.NATURAL,
            "last_name": ERASED_NAME,
            "first_name": "",
            "middle_name": "",
            "body_name": "",
            "paper_only": False,
            "login_id": None,
            "invited_at": None,
        }
        emptied = [*emptied, "last_name", "first_name", "middle_name", "body_name"]
    if "email" in values and person.login_id is None:
        values["invited_at"] = None
    changed = [name for name in emptied if getattr(person, name)]
    for name, value in values.items():
        setattr(person, name, value)
    person.save()
    if "name" not in needs:
        before.update(**values, folded_name=fold(ERASED_NAME), history_change_reason=None)
    elif values:
        before.update(**values)
    return changed


def login_close_for_room(*, login_id: int, now: datetime) -> int:
    """Close a login for ever: no e-mail, no password, no session; cards are parted from it. How many sessions ended.

    Raises people.unknown, people.operator_stays.
    """
    login = Login.objects.select_for_update().filter(pk=login_id).first()
    if login is None:
        raise RuleViolation("people.unknown")
    if login.is_operator:
        raise RuleViolation("people.operator_stays")
    for person in Person.objects.select_for_update().filter(login=login):
        person.login, person.invited_at = None, None
        person.save()
    EmailAddress.objects.filter(user=login).delete()
    Authenticator.objects.filter(user=login).delete()
    for rows in (SignIn, KnownDevice, PhoneCode, SupportVisit):
        rows.objects.filter(login=login).delete()
    login.email, login.phone, login.phone_proved_at = erased_login_email(login.pk), "", None
    login.set_unusable_password()
    login.is_active, login.guides_seen, login.last_login = False, [], None
    login.save()
    ended = 0
    for session in Session.objects.filter(expire_date__gt=now).iterator(chunk_size=500):
        if session.get_decoded().get("_auth_user_id") == str(login.pk):
            session.delete()
            ended += 1
    return ended


def sessions_forget(*, before: datetime) -> int:
    """Sign-ins that ended before a moment are forgotten; how many."""
    return int(Session.objects.filter(expire_date__lt=before).delete()[0])


def invitations_forget(*, before: datetime) -> int:
    """Invitations nobody took up are called off, and the login that was made for them goes; how many cards."""
    cards = Person.objects.select_for_update().filter(
        login__isnull=True, invited_at__lt=before, keeper__isnull=False
    )
    count = 0
    for person in cards:
        person.invited_at = None
        person.save()
        count += 1
    Login.objects.filter(
        created_at__lt=before,
        last_login__isnull=True,
        persons__isnull=True,
        is_operator=False,
        is_active=True,
    ).exclude(email__in=Person.objects.filter(invited_at__isnull=False).values("email")).exclude(
        pk__in=EmailAddress.objects.filter(verified=True).values("user_id")
    ).delete()
    return count
