"""What this room holds of a person: the login, the cards, their history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, ClassVar

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.apps.people import services
from koopset.apps.people.models import (
    HouseholdInvitation,
    HouseholdMember,
    Login,
    Person,
    SignIn,
    SupportVisit,
)
from koopset.apps.people.rules import contacts_to_erase
from koopset.foundation.personal.looks import register_look
from koopset.foundation.personal.ports import (
    Column,
    Fate,
    Line,
    PersonalData,
    Subject,
    Table,
    register_personal_data,
    register_told,
    table,
)
from koopset.foundation.personal.terms import Term, days, register_term
from koopset.foundation.rights.actors import Actor

LIST, CARD_FORM = "people.persons", "people.card"


def _card_columns() -> list[Column]:
    return [
        Column("id", _("Card")),
        Column("keeper_id", _("Organisation, number")),
        Column("last_name", _("Last name")),
        Column("first_name", _("First name")),
        Column("middle_name", _("Middle name")),
        Column("body_name", _("Name of the body")),
        Column("inn", _("Taxpayer number (ИНН)")),
        Column("email", _("E-mail")),
        Column("phone", _("Phone")),
        Column("postal_address", _("Postal address")),
        Column("birth_date", _("Date of birth")),
        Column("paper_only", _("Takes papers on paper only")),
    ]


class PeopleData(PersonalData):
    room = "people"
    title = gettext_lazy("Who you are")
    models: ClassVar[dict[str, Any]] = {
        "people.Login": gettext_lazy("a login"),
        "people.Person": gettext_lazy("a card of a person"),
        "account.EmailAddress": gettext_lazy("an address of a login"),
        "people.SignIn": gettext_lazy("a sign-in"),
        "people.SupportVisit": gettext_lazy("a look of support with your eyes"),
        "mfa.Authenticator": gettext_lazy("a second step of signing in"),
        "people.HouseholdMember": gettext_lazy("a place in a family"),
        "people.HouseholdInvitation": gettext_lazy("an invitation into a family"),
    }

    def tables(self, subject: Subject) -> Iterable[Table]:
        if subject.login_id is not None:
            yield table(
                "login",
                gettext_lazy("Your login"),
                [
                    Column("email", _("E-mail")),
                    Column("created_at", _("Made")),
                    Column("last_login", _("Last sign-in")),
                    Column("language", _("Language")),
                    Column("theme", _("Colours")),
                    Column("is_active", _("May sign in")),
                ],
                Login.objects.filter(pk=subject.login_id),
            )
            yield table(
                "login-addresses",
                gettext_lazy("E-mail addresses of your login"),
                [
                    Column("email", _("E-mail")),
                    Column("verified", _("Proved")),
                    Column("primary", _("Main address")),
                ],
                EmailAddress.objects.filter(user_id=subject.login_id).order_by("pk"),
            )
            yield table(
                "sign-ins",
                gettext_lazy("Sign-ins"),
                [
                    Column("started_at", _("From")),
                    Column("seen_at", _("Seen last")),
                    Column("agent", _("Browser")),
                    Column("address", _("Network address, in part")),
                ],
                SignIn.objects.filter(login_id=subject.login_id).order_by("pk"),
            )
            yield table(
                "second-steps",
                gettext_lazy("Second steps of signing in, without their secrets"),
                [
                    Column("type", _("Kind")),
                    Column("created_at", _("Made")),
                    Column("last_used_at", _("Used last")),
                ],
                Authenticator.objects.filter(user_id=subject.login_id).order_by("pk"),
            )
            yield table(
                "support",
                gettext_lazy("Looks of support with your eyes"),
                [
                    Column("asked_at", _("Requested")),
                    Column("reason", _("Why")),
                    Column("allowed_at", _("Allowed")),
                    Column("entered_at", _("From")),
                    Column("ended_at", _("To")),
                ],
                SupportVisit.objects.filter(login_id=subject.login_id).order_by("pk"),
            )
            yield table(
                "families",
                gettext_lazy("Families you count purchases with"),
                [
                    Column("household_id", _("Family, number")),
                    Column("household__name", _("Name")),
                    Column("since", _("From")),
                    Column("until", _("To")),
                ],
                HouseholdMember.objects.filter(login_id=subject.login_id).order_by("pk"),
            )
            yield table(
                "family-invitations",
                gettext_lazy("Invitations into a family, made and taken up by you"),
                [
                    Column("made_at", _("Made")),
                    Column("email", _("E-mail")),
                    Column("until", _("To")),
                    Column("used_at", _("Taken up")),
                ],
                HouseholdInvitation.objects.filter(
                    Q(made_by_id=subject.login_id) | Q(used_by_id=subject.login_id)
                ).order_by("pk"),
            )
        yield table(
            "cards",
            gettext_lazy("Your cards"),
            _card_columns(),
            Person.objects.filter(pk__in=subject.person_ids).order_by("pk"),
        )
        yield table(
            "cards-history",
            gettext_lazy("What stood in your cards before"),
            [Column("history_date", _("When")), *_card_columns()],
            Person.history.filter(id__in=subject.person_ids).order_by("history_id"),
        )

    def holds(self, subject: Subject, *, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        words = {
            "phone": _("phone"),
            "birth_date": _("date of birth"),
            "inn": _("taxpayer number"),
            "email": _("e-mail"),
            "postal_address": _("postal address"),
        }
        for person in Person.objects.filter(pk__in=subject.person_ids).order_by("pk"):
            free = contacts_to_erase(needs, has_postal_address=bool(person.postal_address))
            gone = [words[name] for name in free if getattr(person, name)]
            if gone:
                yield Line(
                    _("card: %(fields)s, also in its history") % {"fields": ", ".join(gone)},
                    Fate.ERASE,
                    len(gone),
                )
            if "name" not in needs:
                yield Line(_("card: name, also in its history"), Fate.ANONYMISE, 1)
        if subject.login_id is not None:
            places = HouseholdMember.objects.filter(login_id=subject.login_id).count()
            if places:
                yield Line(_("families: that you were in them, and invitations by you"), Fate.ERASE, places)
            yield Line(_("login: e-mail, password, sessions; nobody enters by it any more"), Fate.ERASE, 1)

    def erase(
        self, *, actor: Actor, subject: Subject, needs: frozenset[str], now: datetime
    ) -> Iterator[Line]:
        lines = list(self.holds(subject, needs=needs, now=now))
        for card in subject.cards:
            services.card_erase_for_room(
                organisation_id=card.organisation_id, person_id=card.person_id, needs=needs
            )
        if subject.login_id is not None:
            services.household_part_for_room(login_id=subject.login_id, now=now)
            services.login_close_for_room(login_id=subject.login_id, now=now)
        yield from lines


def _forget_sessions(before: datetime, now: datetime) -> Counter[int | None]:
    return Counter({None: services.sessions_forget(before=before)})


def _forget_invitations(before: datetime, now: datetime) -> Counter[int | None]:
    return Counter({None: services.invitations_forget(before=before)})


def _forget_confirmations(before: datetime, now: datetime) -> Counter[int | None]:
    return Counter({None: EmailConfirmation.objects.filter(created__lt=before).delete()[0]})


def _forget_household_invitations(before: datetime, now: datetime) -> Counter[int | None]:
    return Counter({None: services.household_invitations_forget(before=before)})


def register() -> None:
    register_personal_data(PeopleData())
    register_told("people.Household", gettext_lazy("a family"), "given out with the places in it")
    register_term(
        Term(
            "people.household_invitations",
            gettext_lazy("Invitations into a family"),
            gettext_lazy("152-ФЗ art. 5 part 7: the purpose has passed"),
            days(30),
            _forget_household_invitations,
            order=30,
        )
    )
    register_told(
        "sessions.Session",
        gettext_lazy("a session"),
        "holds the login inside; ended with the login and by its term, of no worth to the person",
    )
    register_told(
        "people.KnownDevice",
        gettext_lazy("a known device"),
        "a digest of a cookie: of no worth to the person",
    )
    register_told(
        "people.PhoneCode", gettext_lazy("a code sent to a phone"), "digests that are good for minutes"
    )
    register_look(LIST, gettext_lazy("list of people"))
    register_look(CARD_FORM, gettext_lazy("form of a card"))
    register_term(
        Term(
            "people.sessions",
            gettext_lazy("Sign-ins of browsers"),
            gettext_lazy("needed while they last: 30 days from the last sign-in"),
            days(0),
            _forget_sessions,
            order=20,
        )
    )
    register_term(
        Term(
            "people.invitations",
            gettext_lazy("Invitations nobody took up"),
            gettext_lazy("152-ФЗ art. 5 part 7: the purpose has passed"),
            days(90),
            _forget_invitations,
            order=30,
        )
    )
    register_term(
        Term(
            "people.confirmations",
            gettext_lazy("Letters that prove an e-mail"),
            gettext_lazy("the link is good for three days"),
            days(3),
            _forget_confirmations,
            order=30,
        )
    )
