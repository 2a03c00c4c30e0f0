"""What waits for the treasurer: lines without an address, lines that may be repeats, money that went out and is not sorted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Sum

from koopset.apps.billing import selectors as billing
from koopset.apps.billing.payments.models import BankLine, Payment
from koopset.apps.billing.payments.permissions import PaymentRight
from koopset.apps.billing.payments.selectors.wording import confidence_pill, reason_text
from koopset.foundation.rights.actors import Actor

WAITING, ASKED = BankLine.State.WAITING, BankLine.State.ASKED


@dataclass(frozen=True, slots=True)
class Part:
    """A suggested part of a line."""

    account: billing.AccountLabel
    amount_kop: int


@dataclass(frozen=True, slots=True)
class LineCard:
    """A bank line as the queue shows it. `free_kop` is what of it stands on no account yet."""

    id: int
    direction: str
    state: str
    state_text: str
    posted_on: date
    document_date: date | None
    number: str
    amount_kop: int
    free_kop: int
    party_name: str
    purpose: str
    parts: tuple[Part, ...]
    reasons: tuple[str, ...]
    confidence: str
    pill: str
    pill_role: str
    statement_id: int | None
    line_number: int | None

    @property
    def is_sure(self) -> bool:
        """Whether one press confirms it."""
        return self.confidence == "almost" and bool(self.parts)


@dataclass(frozen=True, slots=True)
class QueueTotals:
    """How many lines wait and how much money they hold."""

    incoming: int
    incoming_kop: int
    outgoing: int
    outgoing_kop: int
    asked: int
    asked_kop: int
    sure: int

    @property
    def count(self) -> int:
        """All that needs a person."""
        return self.incoming + self.outgoing + self.asked


def queue(actor: Actor, organisation_id: int, kind: str = "in") -> QuerySet[BankLine]:
    """Lines that wait, the newest first: kind in, out or asked. Raises Forbidden."""
    actor.require(PaymentRight.PAYMENT_VIEW, organisation_id)
    lines = BankLine.objects.filter(organisation_id=organisation_id)
    if kind == "asked":
        lines = lines.filter(state=ASKED)
    else:
        lines = lines.filter(state=WAITING, direction="out" if kind == "out" else "in")
    return lines.order_by("-posted_on", "-pk")


def queue_totals(organisation_id: int) -> QueueTotals:
    """The whole queue in two queries. Asks no right: the caller has."""
    found = {
        (state, direction): (count, kop)
        for state, direction, count, kop in BankLine.objects.filter(
            organisation_id=organisation_id, state__in=[WAITING, ASKED]
        )
        .values_list("state", "direction")
        .annotate(count=Count("pk"), kop=Sum("amount_kop"))
        .values_list("state", "direction", "count", "kop")
    }
    taken = (
        Payment.objects.filter(
            organisation_id=organisation_id,
            line__organisation_id=organisation_id,
            line__state=WAITING,
            reversal__isnull=True,
        ).aggregate(kop=Sum("amount_kop"))["kop"]
        or 0
    )
    incoming, outgoing = found.get((WAITING, "in"), (0, 0)), found.get((WAITING, "out"), (0, 0))
    asked = [value for (state, _way), value in found.items() if state == ASKED]
    return QueueTotals(
        incoming=incoming[0],
        incoming_kop=incoming[1] - taken,
        outgoing=outgoing[0],
        outgoing_kop=outgoing[1],
        asked=sum(count for count, _kop in asked),
        asked_kop=sum(kop for _count, kop in asked),
        sure=len(sure_lines(organisation_id)) if incoming[0] else 0,
    )


def sure_lines(organisation_id: int, *, limit: int = 200) -> list[int]:
    """Waiting lines that one press confirms, the oldest first."""
    return list(
        BankLine.objects.filter(
            organisation_id=organisation_id, state=WAITING, direction="in", suggestion__confidence="almost"
        )
        .order_by("posted_on", "pk")
        .values_list("pk", flat=True)[:limit]
    )


def line_cards(organisation_id: int, lines: Iterable[BankLine]) -> list[LineCard]:
    """Lines with the labels of what is suggested. Asks no right."""
    listed = list(lines)
    wanted = {part["account_id"] for line in listed for part in line.suggestion.get("parts", ())}
    labels = billing.account_labels(organisation_id, wanted) if wanted else {}
    taken: dict[int, int] = dict(
        Payment.objects.filter(
            organisation_id=organisation_id, line_id__in=[line.pk for line in listed], reversal__isnull=True
        )
        .values_list("line_id")
        .annotate(kop=Sum("amount_kop"))
        .values_list("line_id", "kop")
    )
    found = []
    for line in listed:
        told = line.suggestion
        confidence = str(told.get("confidence", "none"))
        pill, role = confidence_pill(confidence)
        found.append(
            LineCard(
                id=line.pk,
                direction=line.direction,
                state=line.state,
                state_text=line.get_state_display(),
                posted_on=line.posted_on,
                document_date=line.document_date,
                number=line.number,
                amount_kop=line.amount_kop,
                free_kop=line.amount_kop - taken.get(line.pk, 0),
                party_name=line.party_name,
                purpose=line.purpose,
                parts=tuple(
                    Part(labels[part["account_id"]], part["amount_kop"])
                    for part in told.get("parts", ())
                    if part["account_id"] in labels
                ),
                reasons=tuple(reason_text(reason) for reason in told.get("reasons", ())),
                confidence=confidence,
                pill=pill,
                pill_role=role,
                statement_id=line.statement_id,
                line_number=line.line_number,
            )
        )
    return found
