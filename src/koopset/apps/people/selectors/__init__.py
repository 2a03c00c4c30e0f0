"""Reading of persons, for this room's pages and for the rooms above. A card is seen by its keeper's office and by its own login."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from koopset.apps.people.models import Login, Person, full_name
from koopset.apps.people.permissions import PeopleRight
from koopset.foundation.access.keys import key_names
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.rights.once import asked_once
from koopset.kernel.names import fold
from koopset.kernel.violations import RuleViolation

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

#: Keys in one query: below the limit of parameters of either database.
CHUNK = 5000


@dataclass(frozen=True, slots=True)
class PersonCard:
    """What the rooms above may know of a person; `kind` is "natural" or "legal"."""

    id: int
    full_name: str
    short_name: str
    last_name: str
    kind: str
    email: str
    phone: str
    has_login: bool
    postal_address: str = ""
    inn: str = ""
    login_id: int | None = None
    paper_only: bool = False
    invited_at: datetime | None = None


def card_of(person: Person) -> PersonCard:
    """The card as the rooms above see it."""
    return PersonCard(
        id=person.pk,
        full_name=person.full_name,
        short_name=person.short_name,
        last_name=person.last_name,
        kind=person.kind,
        email=person.email,
        phone=person.phone,
        has_login=person.login_id is not None,
        postal_address=person.postal_address,
        inn=person.inn,
        login_id=person.login_id,
        paper_only=person.paper_only,
        invited_at=person.invited_at,
    )


def chunks(ids: Iterable[int], size: int = CHUNK) -> Iterator[list[int]]:
    """Keys in sorted parts that fit one query."""
    rest = iter(sorted(set(ids)))
    while part := list(islice(rest, size)):
        yield part


def to_invite(organisation_id: int) -> QuerySet[Person]:
    """Cards of people with an e-mail that neither sign in nor were invited, in the order of their names."""
    return (
        Person.objects.filter(
            keeper_id=organisation_id, kind=Person.Kind.NATURAL, login__isnull=True, invited_at__isnull=True
        )
        .exclude(email="")
        .order_by("folded_name", "pk")
    )


def anybody_invited(organisation_id: int, *, but: Collection[int] = ()) -> bool:
    """Whether somebody of the register signs in or was invited, besides the cards named."""
    rows = Person.objects.filter(keeper_id=organisation_id).exclude(pk__in=but)
    return rows.filter(Q(invited_at__isnull=False) | Q(login__isnull=False)).exists()


def visible_cards(organisation_id: int) -> QuerySet[Person]:
    """Cards that the organisation keeps, and those that people made for themselves (an office may be held by such a card)."""
    return Person.objects.filter(Q(keeper_id=organisation_id) | Q(keeper__isnull=True))


def persons_by_ids(ids: Iterable[int], *, organisation_id: int) -> dict[int, PersonCard]:
    """Cards by key; cards of other keepers are left out. Asks no right: the caller shows no more than its own page may."""
    return {
        person.pk: card_of(person)
        for part in chunks(ids)
        for person in visible_cards(organisation_id).filter(pk__in=part)
    }


def full_names(ids: Iterable[int], *, organisation_id: int) -> dict[int, str]:
    """«Иванов Иван Иванович» or the name of a body by key, of the cards that `persons_by_ids` gives. Asks no right."""
    return {
        pk: full_name(kind, body, last, first, middle)
        for part in chunks(ids)
        for pk, kind, body, last, first, middle in visible_cards(organisation_id)
        .filter(pk__in=part)
        .values_list("pk", "kind", "body_name", "last_name", "first_name", "middle_name")
    }


def card_seen_in(person: Person | None, organisation_id: int) -> PersonCard | None:
    """The card of a person read along with a row of the organisation, as `persons_by_ids` would give it."""
    return card_of(person) if person is not None and person.keeper_id in (None, organisation_id) else None


def person_of(actor: Actor, organisation_id: int, person_id: int) -> PersonCard:
    """One card, for the keeper's office or for the person itself. Raises Forbidden, also where there is none."""
    if person_id not in actor.acts_for(organisation_id) | actor.person_ids:
        actor.require(PeopleRight.PERSON_VIEW, organisation_id)
        cards = Person.objects.filter(keeper_id=organisation_id)
    else:
        cards = visible_cards(organisation_id)
    person = cards.filter(pk=person_id).first()
    if person is None:
        raise Forbidden(PeopleRight.PERSON_VIEW)
    return card_of(person)


def search_persons(actor: Actor, organisation_id: int, text: str, *, limit: int = 50) -> list[PersonCard]:
    """Cards whose name, e-mail, phone or taxpayer number contains the text, in the order of names; at most `limit`. Raises Forbidden."""
    actor.require(PeopleRight.PERSON_VIEW, organisation_id)
    cards = Person.objects.filter(keeper_id=organisation_id)
    if text.strip():
        cards = cards.filter(matching(text))
    return [card_of(person) for person in cards.order_by("folded_name", "pk")[:limit]]


def matching(text: str, prefix: str = "") -> Q:
    """The condition of a search by name (every word), e-mail, phone digits or taxpayer number; `prefix` leads to the person."""
    words = fold(text).split()
    by_name = Q()
    for word in words:
        by_name &= Q(**{f"{prefix}folded_name__contains": word})
    found = by_name if words else Q(pk__in=[])
    bare = text.strip()
    if "@" in bare:
        found |= Q(**{f"{prefix}email__icontains": bare})
    digits = "".join(char for char in bare if char.isdigit())
    if len(digits) >= 5:
        found |= Q(**{f"{prefix}phone__contains": digits}) | Q(**{f"{prefix}inn__startswith": digits})
    return found


def persons_by_folded_names(organisation_id: int, names: Sequence[str]) -> dict[str, list[int]]:
    """Keys of the cards that the organisation keeps under each folded name, oldest first: an import asks whom it knows already."""
    found: dict[str, list[int]] = {}
    rest = iter(sorted(set(names)))
    while part := list(islice(rest, CHUNK)):
        rows = (
            Person.objects.filter(keeper_id=organisation_id, folded_name__in=part)
            .order_by("pk")
            .values_list("folded_name", "pk")
        )
        for name, person_id in rows:
            found.setdefault(name, []).append(person_id)
    return found


def persons_of_login(login_id: int) -> list[Person]:
    """All cards that a login unites, the oldest first; for the owner's own profile."""
    return list(_own_cards(login_id))


@asked_once
def _own_cards(login_id: int) -> tuple[Person, ...]:
    """With the login of each and whether it has a second factor: who asks for the one need not ask for the others."""
    cards = Person.objects.filter(login_id=login_id).select_related("login").order_by("pk")
    return tuple(cards.annotate(login_has_factor=_has_factor("login_id")))


def _has_factor(login: str) -> Exists:
    """Whether the login that the column names has an application or a passkey; recovery codes alone are none."""
    return Exists(Authenticator.objects.filter(user_id=OuterRef(login), type__in=FACTORS))


@asked_once
def _login(login_id: int) -> Login | None:
    """With the cards where there are any: then it costs no question."""
    for card in _own_cards(login_id):
        if card.login is not None:
            return card.login if card.login.is_active else None
    return Login.objects.filter(pk=login_id, is_active=True).first()


def factor_of_login(login_id: int) -> tuple[datetime | None, bool]:
    """Since when a second factor is asked of a login (None: not yet), and whether it has one. For the check of roles: asks no right."""
    for card in _own_cards(login_id):
        if card.login is not None:
            return card.login.second_factor_asked_at, card.login_has_factor  # type: ignore[attr-defined]
    row = Login.objects.filter(pk=login_id).annotate(
        has_factor=_has_factor("pk")
    )  # an operator without a card
    return row.values_list("second_factor_asked_at", "has_factor").first() or (None, False)


def signed_in_login(login_id: int) -> Login | None:
    """The active login of a session, in one question with its cards: the engine of rights asks for those next."""
    return _login(login_id)


def login_is_operator(login_id: int) -> bool:
    """Whether the login runs the platform."""
    login = _login(login_id)
    return login is not None and login.is_operator


def login_was_appointed(login_id: int) -> bool:
    """Whether the login was ever appointed to a district; whether the appointment holds is asked of the room that made it."""
    login = _login(login_id)
    return login is not None and login.is_coordinator


def login_by_email(email: str) -> int | None:
    """The key of the active login with this e-mail. For those who appoint: asks no right."""
    return (
        Login.objects.filter(email=email.strip().lower(), is_active=True).values_list("pk", flat=True).first()
    )


def login_emails(login_ids: Iterable[int]) -> dict[int, str]:
    """E-mails of logins, for those who appoint. Asks no right: the caller has."""
    return dict(Login.objects.filter(pk__in=list(login_ids)).values_list("pk", "email"))


def proven_emails(login_ids: Iterable[int]) -> dict[int, str]:
    """login → its e-mail, of active logins whose address is confirmed. Asks no right: for whoever sends what only the owner may read."""
    return dict(
        Login.objects.filter(
            pk__in=list(login_ids),
            is_active=True,
            emailaddress__email=F("email"),
            emailaddress__verified=True,
        ).values_list("pk", "email")
    )


def proven_phones(login_ids: Iterable[int]) -> dict[int, str]:
    """login → its phone, of active logins that have proved one by a code. Asks no right, as above."""
    rows = Login.objects.filter(pk__in=list(login_ids), is_active=True, phone_proved_at__isnull=False)
    return dict(rows.exclude(phone="").values_list("pk", "phone"))


def login_totals(organisation_ids: Iterable[int] | None = None) -> dict[int, int]:
    """How many people of the register of each organisation have a login; a number, nobody's name. None: of all organisations."""
    rows = Person.objects.filter(keeper__isnull=False, login__isnull=False)
    if organisation_ids is not None:
        rows = rows.filter(keeper_id__in=list(organisation_ids))
    return dict(rows.values_list("keeper_id").annotate(logins=Count("login", distinct=True)).order_by())


def operator_person_ids() -> list[int]:
    """Cards of those who run the platform: whom to tell of what waits for the operator."""
    return list(
        Person.objects.filter(login__is_operator=True, login__is_active=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def operator_login_ids() -> list[int]:
    """Logins of those who run the platform, also of those who have no card anywhere."""
    return list(
        Login.objects.filter(is_operator=True, is_active=True).order_by("pk").values_list("pk", flat=True)
    )


def login_ids_of_persons(person_ids: Iterable[int]) -> dict[int, int]:
    """person → login, for those who have one."""
    return {
        person_id: login_id
        for part in chunks(person_ids)
        for person_id, login_id in Person.objects.filter(pk__in=part, login__isnull=False).values_list(
            "pk", "login_id"
        )
    }


def person_ids_of_logins(login_ids: Iterable[int], *, organisation_id: int) -> dict[int, list[int]]:
    """login → the cards of it that the organisation keeps."""
    found: dict[int, list[int]] = {}
    for part in chunks(login_ids):
        rows = Person.objects.filter(login_id__in=part, keeper_id=organisation_id).order_by("pk")
        for person_id, login_id in rows.values_list("pk", "login_id"):
            assert login_id is not None
            found.setdefault(login_id, []).append(person_id)
    return found


def login_names(login_ids: Iterable[int], *, organisation_id: int) -> dict[int, str]:
    """Short names of logins for the history page: the organisation's own card of the login if there is one, else the login's own card.

    What is below zero is the signature of a key of the organisation: «key 1С».
    """
    asked = list(login_ids)
    names = key_names(asked, organisation_id)
    for part in chunks(one for one in asked if one > 0):
        for person in visible_cards(organisation_id).filter(login_id__in=part).order_by("keeper_id", "pk"):
            assert person.login_id is not None
            if person.keeper_id == organisation_id or person.login_id not in names:
                names[person.login_id] = person.short_name
    return names


def name_given(login_id: int) -> str:
    """The short name under which a person enters into dealings of their own with a body that keeps no card of theirs: by the card that
    they made, else by the first that somebody keeps of them. Asks no right: to be used at the person's own word only. "" for no card.
    """
    cards = Person.objects.filter(login_id=login_id).order_by(F("keeper_id").asc(nulls_first=True), "pk")
    first = cards.first()
    return first.short_name if first is not None else ""


def own_card_names(login_ids: Iterable[int]) -> dict[int, str]:
    """Full names of logins by the card that each made: for the operator, who sees no card that an organisation keeps."""
    return {
        person.login_id: person.full_name
        for part in chunks(login_ids)
        for person in Person.objects.filter(login_id__in=part, keeper__isnull=True).order_by("-pk")
        if person.login_id is not None
    }


#: Names offered while one types; more make a page heavy, and a name may always be typed whole.
OFFERED = 1000


def names_to_choose(organisation_id: int) -> dict[str, int]:
    """Names of the organisation's cards → key, for a field that completes; namesakes are told apart by what is known of them.

    Asks no right: the page that offers them has.
    """
    found: dict[str, int] = {}
    for person in Person.objects.filter(keeper_id=organisation_id).order_by("folded_name", "pk")[:OFFERED]:
        name = person.full_name
        if name in found:
            told = person.phone or person.email or _("card %(number)s") % {"number": person.pk}
            name = f"{name} ({told})"
        found.setdefault(name, person.pk)
    return found


def find_one(organisation_id: int, text: str, offered: Mapping[str, int], *, field: str | None = None) -> int:
    """The card meant by a name chosen or typed whole. Raises people.name_unknown, people.namesakes at `field`."""
    name = " ".join(text.split())
    if name in offered:
        return offered[name]
    same = list(
        Person.objects.filter(keeper_id=organisation_id, folded_name=fold(name)).values_list("pk", flat=True)[
            :2
        ]
    )
    if len(same) > 1:
        raise RuleViolation("people.namesakes", field=field, name=name[:100])
    if not same:
        raise RuleViolation("people.name_unknown", field=field, name=name[:100])
    return same[0]


def any_login() -> bool:
    """Whether anybody at all has a way in: then the database is somebody's, and not to be filled with an invented town."""
    return Login.objects.exists()


# Households: written out at the end, for that part reads `chunks` of this one
from koopset.apps.people.selectors.households import HouseholdInfo as HouseholdInfo  # noqa: E402
from koopset.apps.people.selectors.households import household_by_id as household_by_id  # noqa: E402
from koopset.apps.people.selectors.households import household_logins as household_logins  # noqa: E402
from koopset.apps.people.selectors.households import household_of as household_of  # noqa: E402
from koopset.apps.people.selectors.households import households_of_logins as households_of_logins  # noqa: E402
from koopset.apps.people.selectors.households import logins_by_language as logins_by_language  # noqa: E402
from koopset.apps.people.selectors.households import names_in_household as names_in_household  # noqa: E402
