"""Reading of consents, requests, acts and looks. A person sees their own; the keeper of a card sees what concerns that card."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from koopset.apps.people import selectors as people
from koopset.apps.people.ports import keeper_name, keeper_names
from koopset.apps.privacy.formats.consent_texts import ORGANISATION, PLATFORM, ConsentText, LawfulUse, russian
from koopset.apps.privacy.models import (
    ConsentAct,
    DataExport,
    DestructionAct,
    ErasureRequest,
    PaperConsent,
)
from koopset.apps.privacy.permissions import PrivacyRight
from koopset.apps.privacy.rules import needs_on
from koopset.apps.privacy.selectors.paper import newest_papers
from koopset.foundation.personal.looks import look_name
from koopset.foundation.personal.models import Look
from koopset.foundation.personal.ports import Card, Fate, Line, Subject, Tie, rooms
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.roles import ROLE_NAMES

GIVEN = ConsentAct.Deed.GIVEN


# Consents


@dataclass(frozen=True, slots=True)
class ConsentState:
    """One document as the person's page shows it: `state` is "given", "changed" (another version was given), "withdrawn" or "" (never);
    `paper` where it was last said on paper."""

    text: ConsentText
    organisation_id: int | None
    addressee: str
    shown: str
    sha256: str
    state: str
    since: datetime | None
    paper: PaperConsent | None = None


def lawful_uses() -> tuple[LawfulUse, ...]:
    """What is done because a law says so, and asks no consent."""
    return russian().lawful


def addressee_of(text: ConsentText, organisation_id: int | None) -> str:
    """The name that stands in the text; "" where the organisation has none."""
    if text.to == PLATFORM:
        return russian().platform
    return keeper_name(organisation_id) if organisation_id is not None else ""


def text_in_force(purpose: str, on: date) -> ConsentText | None:
    """The version of a purpose that is asked on a day."""
    return russian().in_force(on).get(purpose)


def _newest(
    login_ids: Collection[int], purpose: str | None = None, until: datetime | None = None
) -> dict[tuple[int, int | None, str], ConsentAct]:
    """(login, organisation, purpose) → the last act, of those before a moment."""
    found: dict[tuple[int, int | None, str], ConsentAct] = {}
    for part in people.chunks(login_ids):
        rows = ConsentAct.objects.filter(login_id__in=part).order_by("at", "pk")
        if purpose is not None:
            rows = rows.filter(purpose=purpose)
        if until is not None:
            rows = rows.filter(at__lt=until)
        for act in rows:
            found[act.login_id, act.organisation_id, act.purpose] = act
    return found


Deed = ConsentAct | PaperConsent


def _moment(deed: Deed) -> datetime:
    return deed.effective_at if isinstance(deed, PaperConsent) else deed.at


def _later(one: Deed | None, other: Deed | None) -> Deed | None:
    """The later of an act on the site and a paper; the paper where they fall together."""
    if one is None or other is None:
        return one or other
    return one if _moment(one) > _moment(other) else other


def standing_of_login(login_id: int, organisation_id: int | None, purpose: str) -> Deed | None:
    """What a login said last to one purpose, on the site or on paper. Asks no right."""
    cards = (
        people.person_ids_of_logins([login_id], organisation_id=organisation_id).get(login_id, [])
        if organisation_id is not None
        else []
    )
    return _standings(login_id, organisation_id, cards).get(purpose)


def standing_of_person(organisation_id: int, person_id: int, purpose: str) -> Deed | None:
    """The same for a card, with what its login said on the site."""
    return standings_of_person(organisation_id, person_id).get(purpose)


def standings_of_person(organisation_id: int, person_id: int) -> dict[str, Deed]:
    """purpose → what a person said last to an organisation, on the site or on paper. Asks no right."""
    login_id = people.login_ids_of_persons([person_id]).get(person_id)
    cards = (
        [person_id]
        if login_id is None
        else people.person_ids_of_logins([login_id], organisation_id=organisation_id).get(login_id, [])
    )
    return _standings(login_id, organisation_id, cards)


def _standings(
    login_id: int | None, organisation_id: int | None, person_ids: Collection[int]
) -> dict[str, Deed]:
    found: dict[str, Deed] = {
        purpose: act
        for (_login, given_to, purpose), act in _newest([login_id] if login_id is not None else []).items()
        if given_to == organisation_id
    }
    papers = newest_papers(organisation_id, person_ids) if organisation_id is not None else {}
    for (_person, purpose), row in papers.items():
        later = _later(found.get(purpose), row)
        assert later is not None
        found[purpose] = later
    return found


def organisation_texts(on: date) -> list[ConsentText]:
    """Every version of the consents that are given to organisations and in force on or before a day, the newest of a purpose first."""
    found = [text for text in russian().consents if text.to == ORGANISATION and text.since <= on]
    order = list(dict.fromkeys(text.purpose for text in russian().consents))
    return sorted(found, key=lambda text: (order.index(text.purpose), -text.version))


def text_of_version(purpose: str, version: int) -> ConsentText | None:
    """A version by its number, also one that is no longer in force."""
    return russian().version(purpose, version)


def consents_of(actor: Actor, *, now: datetime) -> list[ConsentState]:
    """Every document in force, to each organisation the actor has a role in and to the platform, with what the actor said of it."""
    if actor.login_id is None:
        return []
    acts = _newest([actor.login_id])
    names = keeper_names(actor.organisation_ids)
    papers = _own_papers(actor.login_id, names)
    found = []
    for text in russian().in_force(timezone.localdate(now)).values():
        for organisation_id in [None] if text.to == PLATFORM else sorted(names):
            addressee = russian().platform if organisation_id is None else names[organisation_id]
            act = acts.get((actor.login_id, organisation_id, text.purpose))
            said = _later(act, papers.get((organisation_id or 0, text.purpose)))
            state = ""
            if said is not None:
                state = "withdrawn" if said.deed != GIVEN else "given"
                if state == "given" and said.version != text.version:
                    state = "changed"
            found.append(
                ConsentState(
                    text,
                    organisation_id,
                    addressee,
                    text.shown(addressee),
                    text.digest(addressee),
                    state,
                    _moment(said) if said is not None else None,
                    said if isinstance(said, PaperConsent) else None,
                )
            )
    return found


def _own_papers(login_id: int, organisation_ids: Iterable[int]) -> dict[tuple[int, str], PaperConsent]:
    found: dict[tuple[int, str], PaperConsent] = {}
    cards: dict[int, list[int]] = {}
    for card in people.persons_of_login(login_id):
        if card.keeper_id is not None and card.keeper_id in organisation_ids:
            cards.setdefault(card.keeper_id, []).append(card.pk)
    for organisation_id, person_ids in cards.items():
        for (_person, purpose), row in newest_papers(organisation_id, person_ids).items():
            known = found.get((organisation_id, purpose))
            if known is None or known.effective_at <= row.effective_at:
                found[organisation_id, purpose] = row
    return found


def consents_asked(actor: Actor, *, now: datetime) -> int:
    """How many consents the actor gave in an old version: they are asked again."""
    return sum(one.state == "changed" for one in consents_of(actor, now=now))


def logins_consented(
    login_ids: Iterable[int], purpose: str, *, organisation_id: int | None, on: date
) -> frozenset[int]:
    """Which logins have consented to a purpose, on the site or on paper, at the end of a day, by the version then in force. Asks no right.

    A consent to an older version does not count: the text changed, so it is asked again.
    """
    text = text_in_force(purpose, on)
    if text is None:
        return frozenset()
    end, wanted = _end(on), set(login_ids)
    to = None if text.to == PLATFORM else organisation_id
    said: dict[int, Deed | None] = {
        login_id: act
        for (login_id, given_to, _purpose), act in _newest(wanted, purpose, end).items()
        if given_to == to
    }
    if to is not None:
        cards = people.person_ids_of_logins(wanted, organisation_id=to)
        login_of = {person_id: login_id for login_id, persons in cards.items() for person_id in persons}
        for (person_id, _purpose), row in newest_papers(to, login_of, purpose, end).items():
            said[login_of[person_id]] = _later(said.get(login_of[person_id]), row)
    return frozenset(login_id for login_id, deed in said.items() if _stands(deed, text.version))


def _end(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.max))


def _stands(deed: Deed | None, version: int) -> bool:
    return deed is not None and deed.deed == GIVEN and deed.version == version


def persons_consented(
    person_ids: Iterable[int], purpose: str, *, organisation_id: int | None, on: date
) -> frozenset[int]:
    """The same for cards: by the login that unites them, or by paper; a card without a login has consented on paper or not at all."""
    wanted = set(person_ids)
    logins = people.login_ids_of_persons(wanted)
    agreed = logins_consented(logins.values(), purpose, organisation_id=organisation_id, on=on)
    found = {person_id for person_id, login_id in logins.items() if login_id in agreed}
    text = text_in_force(purpose, on)
    if text is not None and text.to == ORGANISATION and organisation_id is not None:
        papers = newest_papers(organisation_id, wanted - logins.keys(), purpose, _end(on))
        found |= {person_id for (person_id, _purpose), row in papers.items() if _stands(row, text.version)}
    return frozenset(found)


def consented(
    *,
    purpose: str,
    on: date,
    organisation_id: int | None = None,
    login_id: int | None = None,
    person_id: int | None = None,
) -> bool:
    """Whether a login, or the login of a card, has consented to a purpose on a day. Asks no right."""
    if login_id is not None:
        return bool(logins_consented([login_id], purpose, organisation_id=organisation_id, on=on))
    assert person_id is not None, "whose consent"
    return bool(persons_consented([person_id], purpose, organisation_id=organisation_id, on=on))


def is_for_organisation(text: ConsentText) -> bool:
    """Whether the consent is given to an organisation and not to the platform."""
    return text.to == ORGANISATION


# Subjects


def subject_of_login(login_id: int) -> Subject:
    """A login with all its cards, and wherever else those occur."""
    cards = tuple(Card(person.pk, person.keeper_id) for person in people.persons_of_login(login_id))
    return Subject(login_id, cards, _whereabouts([card.person_id for card in cards]))


def subject_of_request(request: ErasureRequest) -> Subject:
    """What an erasure is about: one card that an organisation keeps, or the login with the card the person made."""
    if request.person_id is not None:
        return Subject(None, (Card(request.person_id, request.organisation_id),))
    own = [person.pk for person in people.persons_of_login(request.login_id) if person.keeper_id is None]
    return Subject(request.login_id, tuple(Card(pk, None) for pk in own), _whereabouts(own))


def _whereabouts(person_ids: list[int]) -> tuple[int, ...]:
    return tuple(sorted({one for room in rooms() for one in room.whereabouts(person_ids)}))


# Erasure


@dataclass(frozen=True, slots=True)
class RoomFate:
    """What would become of the data of one room."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an erasure would do today. `needs` is what law needs of the card; empty: everything goes."""

    ties: tuple[Tie, ...]
    needs: frozenset[str]
    rooms: tuple[RoomFate, ...]

    @property
    def is_whole(self) -> bool:
        return not self.needs

    @property
    def erases(self) -> bool:
        """Whether anything goes at all."""
        return any(line.fate is not Fate.KEEP for room in self.rooms for line in room.lines)


def ties_of(subject: Subject, *, now: datetime) -> list[Tie]:
    """What law keeps the subject's name for, room by room, those with no end first."""
    found = [tie for room in rooms() for tie in room.ties(subject, now=now)]
    return sorted(found, key=lambda tie: (tie.until is not None, tie.until or date.max))


def needs_of(subject: Subject, *, now: datetime) -> frozenset[str]:
    """What is needed of the subject's cards today."""
    return needs_on([(tie.until, tie.needs) for tie in ties_of(subject, now=now)], timezone.localdate(now))


def erasure_preview(request: ErasureRequest, *, now: datetime) -> Preview:
    """Asks no right: the page that shows it has."""
    subject = subject_of_request(request)
    ties, needs = ties_of(subject, now=now), needs_of(subject, now=now)
    found = []
    for room in rooms():
        lines = tuple(room.holds(subject, needs=needs, now=now))
        if lines:
            found.append(RoomFate(str(room.title), lines))
    return Preview(tuple(ties), needs, tuple(found))


def requests_of(actor: Actor, organisation_id: int | None) -> QuerySet[ErasureRequest]:
    """Requests to one keeper (None: the platform), those that wait first. Raises Forbidden."""
    actor.require(_decides(organisation_id), organisation_id)
    return ErasureRequest.objects.filter(organisation_id=organisation_id).order_by("-created_at", "-pk")


def request_of(actor: Actor, organisation_id: int | None, request_id: int) -> ErasureRequest | None:
    """One of them. Raises Forbidden."""
    return requests_of(actor, organisation_id).filter(pk=request_id).first()


def _decides(organisation_id: int | None) -> PrivacyRight:
    return PrivacyRight.PLATFORM_DECIDE if organisation_id is None else PrivacyRight.REQUEST_DECIDE


def acts_of(request: ErasureRequest) -> list[DestructionAct]:
    """Acts of one request, the first one first."""
    return list(
        DestructionAct.objects.filter(
            organisation_id=request.organisation_id, request_id=request.pk
        ).order_by("at")
    )


def own_requests(actor: Actor) -> list[ErasureRequest]:
    """What the actor has asked to erase, the newest first."""
    if actor.login_id is None:
        return []
    return list(ErasureRequest.objects.filter(login_id=actor.login_id).order_by("-created_at", "-pk")[:50])


# Exports


def own_exports(actor: Actor) -> QuerySet[DataExport]:
    """The actor's own archives, the newest first."""
    if actor.login_id is None:
        return DataExport.objects.none()
    return DataExport.objects.filter(login_id=actor.login_id).order_by("-created_at", "-pk")


# Looks


@dataclass(frozen=True, slots=True)
class LookDay:
    """Looks of one day by one role at one kind of page; `person_id` None: lists, `most` people in the longest."""

    day: date
    organisation_id: int
    roles: str
    what: str
    is_list: bool
    times: int
    most: int


def role_words(codes: str) -> str:
    """Roles as they are called."""
    known = {role.value: str(name) for role, name in ROLE_NAMES.items()}
    return ", ".join(known.get(code, code) for code in codes.split(",") if code)


#: Lines of a person's page; older ones stay in the archive of one's own data.
LOOKS_SHOWN = 200


def looks_at(actor: Actor, *, lists: bool) -> list[LookDay]:
    """Who looked at the actor's own cards, by day; or, with `lists`, who opened lists of the organisations that keep them."""
    found: list[LookDay] = []
    cards = people.persons_of_login(actor.login_id or 0)
    for organisation_id in sorted({card.keeper_id for card in cards if card.keeper_id is not None}):
        own = [card.pk for card in cards if card.keeper_id in (None, organisation_id)]
        rows = Look.objects.filter(organisation_id=organisation_id)
        rows = rows.filter(person_id__isnull=True) if lists else rows.filter(person_id__in=own)
        grouped = (
            rows.exclude(login_id=actor.login_id or 0)
            .annotate(day=TruncDate("at"))
            .values("day", "roles", "kind")
            .annotate(times=Count("pk"), most=Max("count"), last=Max("at"))
            .order_by("-last")[:LOOKS_SHOWN]
        )
        found += [
            LookDay(
                row["day"],
                organisation_id,
                role_words(row["roles"]),
                look_name(row["kind"]),
                lists,
                row["times"],
                row["most"],
            )
            for row in grouped
        ]
    return sorted(found, key=lambda one: one.day, reverse=True)[:LOOKS_SHOWN]


def looks_of_organisation(actor: Actor, organisation_id: int) -> QuerySet[Look]:
    """The log of an organisation, the newest first. Raises Forbidden."""
    actor.require(PrivacyRight.LOOK_VIEW, organisation_id)
    return Look.objects.filter(organisation_id=organisation_id).order_by("-at", "-pk")
