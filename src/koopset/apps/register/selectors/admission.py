"""Applications for membership: the office's queue, one application, one's own."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from koopset.apps.organisations.selectors import organisation_card
from koopset.apps.people.selectors import PersonCard, login_names, persons_by_ids
from koopset.apps.register.formats.law_profile import Law, RefusalGround, law_of
from koopset.apps.register.models import ApplicationFile, ApplicationMove, MembershipApplication
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.rules import verbs_of
from koopset.apps.register.selectors.decisions import decision_label
from koopset.foundation.files.models import StoredFile
from koopset.foundation.rights.actors import Actor, Forbidden

#: Kind of a stored file: a paper of an application, read by the applicant and by those who handle applications.
APPLICATION_FILE = "register.application"
State = MembershipApplication.State
ROLES = {State.ADMITTED: "ok", State.REFUSED: "over", State.WITHDRAWN: "", State.MENDING: "wait"}


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """An application in a list. `days_left` until the term of the decision (negative: overdue); None when closed or without a term."""

    id: int
    person: PersonCard
    state: str
    state_name: str
    role: str
    submitted_on: date
    due_on: date | None
    days_left: int | None
    on_paper: bool
    closed_on: date | None

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def is_overdue(self) -> bool:
        return self.days_left is not None and self.days_left < 0


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A move with who made it; `changes` is for the list of history."""

    when: datetime
    who: str
    what: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ApplicationCard:
    """An application whole: what was written, its papers, moves, and what may be done with it now."""

    row: ApplicationRow
    residence: str
    postal_address: str
    email: str
    word: str
    ground: RefusalGround | None
    ground_text: str
    decision_id: int | None
    decision: str
    files: tuple[StoredFile, ...]
    moves: tuple[MoveRow, ...]
    verbs: frozenset[str]


def law_here(organisation_id: int) -> Law:
    """The law of membership that the organisation's legal form follows."""
    return law_of(organisation_card(organisation_id).form)


def ground_text(ground: RefusalGround) -> str:
    """A ground in the language of the reader, with a mark where it was not read in a published text."""
    text = ground.text if (get_language() or "ru").startswith("ru") else ground.text_en
    if ground.is_checked:
        return f"{text} ({ground.article})"
    return _("%(text)s (%(article)s; check against the edition in force)") % {
        "text": text,
        "article": ground.article,
    }


def applications_query(actor: Actor, organisation_id: int, show: str = "") -> QuerySet[MembershipApplication]:
    """The queue: "" open ones, the most urgent first; a state; "all", the latest first. Raises Forbidden."""
    actor.require(RegisterRight.APPLICATION_VIEW, organisation_id)
    rows = MembershipApplication.objects.filter(organisation_id=organisation_id)
    if show == "all":
        return rows.order_by("-submitted_on", "-pk")
    if show in State.values:
        return rows.filter(state=show).order_by("-submitted_on", "-pk")
    return rows.filter(closed_on__isnull=True).order_by(F("due_on").asc(nulls_last=True), "pk")


def application_rows(
    organisation_id: int, rows: Iterable[MembershipApplication], today: date
) -> list[ApplicationRow]:
    """Rows with their people. Asks no right: the caller has."""
    found = list(rows)
    cards = persons_by_ids([row.person_id for row in found], organisation_id=organisation_id)
    return [_row(row, cards[row.person_id], today) for row in found if row.person_id in cards]


def _row(row: MembershipApplication, card: PersonCard, today: date) -> ApplicationRow:
    left = None if row.closed_on is not None or row.due_on is None else (row.due_on - today).days
    state = State(row.state)
    return ApplicationRow(
        row.pk,
        card,
        row.state,
        str(state.label),
        ROLES.get(state, "wait"),
        row.submitted_on,
        row.due_on,
        left,
        row.on_paper,
        row.closed_on,
    )


def open_application_of(organisation_id: int, person_id: int) -> int | None:
    """The open application of a person. Asks no right: the caller has."""
    rows = MembershipApplication.objects.filter(
        organisation_id=organisation_id, person_id=person_id, closed_on__isnull=True
    )
    return rows.values_list("pk", flat=True).first()


def applications_waiting(organisation_id: int) -> int:
    """How many are open. Asks no right: the caller has."""
    return MembershipApplication.objects.filter(
        organisation_id=organisation_id, closed_on__isnull=True
    ).count()


def applications_overdue(organisation_id: int, today: date) -> int:
    """How many are past their term. Asks no right."""
    return MembershipApplication.objects.filter(
        organisation_id=organisation_id, closed_on__isnull=True, due_on__lt=today
    ).count()


def applications_of_persons(
    organisation_id: int, person_ids: Collection[int], today: date
) -> list[ApplicationRow]:
    """One's own, the latest first. Asks no right: pass `actor.acts_for(organisation_id)`."""
    rows = MembershipApplication.objects.filter(
        organisation_id=organisation_id, person_id__in=sorted(person_ids)
    ).order_by("-submitted_on", "-pk")
    return application_rows(organisation_id, rows, today)


def application(
    actor: Actor, organisation_id: int, application_id: int, today: date, *, own: bool = False
) -> ApplicationCard:
    """One application, for the office; with `own`, for the applicant. Raises Forbidden, also where there is none."""
    if not own:
        actor.require(RegisterRight.APPLICATION_VIEW, organisation_id)
    row = MembershipApplication.objects.filter(organisation_id=organisation_id, pk=application_id).first()
    if row is None or (own and row.person_id not in actor.acts_for(organisation_id)):
        raise Forbidden(RegisterRight.APPLICATION_VIEW)
    card = persons_by_ids([row.person_id], organisation_id=organisation_id).get(row.person_id)
    if card is None:
        raise Forbidden(RegisterRight.APPLICATION_VIEW)
    ground = next((one for one in law_here(organisation_id).grounds if one.code == row.refusal_ground), None)
    files = ApplicationFile.objects.filter(organisation_id=organisation_id, application=row)
    return ApplicationCard(
        row=_row(row, card, today),
        residence=row.residence,
        postal_address=row.postal_address,
        email=row.email,
        word=row.word,
        ground=ground,
        ground_text=ground_text(ground) if ground is not None else "",
        decision_id=row.decision_id,
        decision=decision_label(organisation_id, row.decision_id) if row.decision_id else "",
        files=tuple(one.file for one in files.select_related("file").order_by("pk")),
        moves=tuple(_moves(row, with_names=not own)),
        verbs=verbs_of(row.state),
    )


def _moves(row: MembershipApplication, *, with_names: bool) -> list[MoveRow]:
    moves = list(
        ApplicationMove.objects.filter(organisation_id=row.organisation_id, application=row).order_by(
            "-at", "-pk"
        )
    )
    names = (
        login_names({move.login_id for move in moves if move.login_id}, organisation_id=row.organisation_id)
        if with_names
        else {}
    )
    found = []
    for move in moves:
        what = str(State(move.after).label) if move.before else _("handed in")
        if move.before == State.MENDING and move.after == State.SUBMITTED:
            what = _("mended and handed in again")
        text = what[:1].upper() + what[1:] + (f": {move.word}" if move.word else "")
        found.append(MoveRow(move.at, names.get(move.login_id or 0, ""), text))
    return found


def may_read_application(actor: Actor, file: StoredFile) -> bool:
    """The applicant and those who handle applications; nobody else."""
    if actor.can(RegisterRight.APPLICATION_VIEW, file.organisation_id):
        return True
    rows = MembershipApplication.objects.filter(
        Q(files__file_id=file.pk),
        organisation_id=file.organisation_id,
        person_id__in=sorted(actor.acts_for(file.organisation_id)),
    )
    return rows.exists()
