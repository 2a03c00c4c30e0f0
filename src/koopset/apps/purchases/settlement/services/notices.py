"""Who is told of what: subscribers of this room's own events, in the transaction of the fact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.people import selectors as people
from koopset.apps.purchases.models import Participant, Round
from koopset.apps.purchases.services import tell_participants
from koopset.apps.purchases.settlement import events
from koopset.apps.purchases.settlement.models import Claim
from koopset.apps.purchases.settlement.permissions import SettlementRight
from koopset.foundation.notifications import notify
from koopset.foundation.rights.actors import persons_who_can
from koopset.foundation.ui.templatetags import ks

PAY, RECEIVED, SETTLED, CLAIM, CLAIM_ASKED = (
    "settlement.pay",
    "settlement.received",
    "settlement.settled",
    "settlement.claim",
    "settlement.claim-asked",
)


def _round(organisation_id: int, round_id: int) -> Round:
    return Round.objects.get(organisation_id=organisation_id, pk=round_id)


def on_received(event: events.RoundReceived) -> None:
    """The goods may be fetched."""
    row = _round(event.organisation_id, event.round_id)
    tell_participants(
        row,
        RECEIVED,
        _("The goods have come: %(title)s") % {"title": row.title},
        row.handed_out or _("Open the purchase: your code and when to come are there."),
        now=timezone.now(),
    )


def on_settled(event: events.RoundSettled) -> None:
    """Each may see where each rouble went."""
    row = _round(event.organisation_id, event.round_id)
    tell_participants(
        row,
        SETTLED,
        _("The purchase is settled: %(title)s") % {"title": row.title},
        _("Look what you paid for and where each rouble went. You may rate the supplier."),
        now=timezone.now(),
    )


def on_claim_answered(event: events.ClaimAnswered) -> None:
    """The household that asked."""
    claim = Claim.objects.get(organisation_id=event.organisation_id, pk=event.claim_id)
    household_id = (
        Participant.objects.filter(organisation_id=event.organisation_id, pk=claim.participant_id)
        .values_list("household_id", flat=True)
        .get()
    )
    _tell(claim, household_id, now=claim.answered_at or timezone.now())


def _tell(claim: Claim, household_id: int, *, now: datetime) -> None:
    text = claim.answer
    if claim.accepted_kop and claim.credit_id is None:
        text = f"{text} {_('The money comes to your account when the purchase is settled.')}".strip()
    notify(
        organisation_id=claim.organisation_id,
        topic=CLAIM,
        title=_("Your claim: %(state)s") % {"state": claim.get_state_display()},
        text=text,
        link=reverse("settlement:my-statement", args=[claim.round_id]),
        login_ids=people.household_logins([household_id]).get(household_id, []),
        email=True,
        now=now,
    )


def tell_to_pay(row: Round, missing: Mapping[int, int], *, now: datetime) -> None:
    """Each household that has too little on its account: how much, and to whom."""
    households = dict(
        Participant.objects.filter(organisation_id=row.organisation_id, pk__in=list(missing)).values_list(
            "pk", "household_id"
        )
    )
    logins = people.household_logins(households.values())
    for pk, kop in sorted(missing.items()):
        notify(
            organisation_id=row.organisation_id,
            topic=PAY,
            title=_("Time to pay: %(title)s") % {"title": row.title},
            text=_("%(sum)s is to be paid to %(name)s. How to pay is on the page.")
            % {"sum": ks.rub(kop), "name": row.operator_name},
            link=reverse("settlement:my-pay", args=[row.pk]),
            login_ids=logins.get(households[pk], []),
            email=True,
            now=now,
        )


def tell_claim_asked(claim: Claim, *, now: datetime) -> None:
    """Those who answer claims."""
    notify(
        organisation_id=claim.organisation_id,
        topic=CLAIM_ASKED,
        title=_("A claim waits for your answer"),
        link=reverse("settlement:claim", args=[claim.organisation_id, claim.pk]),
        person_ids=persons_who_can(
            SettlementRight.CLAIM_ANSWER, organisation_id=claim.organisation_id, on=timezone.localdate(now)
        ),
        now=now,
    )
