"""What pages of this room share: whose round it is, the tabs of the office, a deed that may be refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from koopset.apps.purchases.models import Round
from koopset.apps.purchases.settlement import selectors
from koopset.apps.purchases.settlement.permissions import SettlementRight
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest
from koopset.foundation.ui.forms import RefusableForm
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

#: Of one list.
PER_PAGE = 60


def office(request: PageRequest, organisation_id: int, round_id: int) -> Round:
    """The round of the address; 404 for another body's."""
    return get_object_or_404(Round, organisation_id=organisation_id, pk=round_id)


def mine(request: PageRequest, round_id: int) -> selectors.OwnRound:
    """The round of the actor's household; 404 for any other."""
    found = selectors.own_round(request.actor, round_id)
    if found is None:
        raise Http404
    return found


def frame(request: PageRequest, row: Round, tab: str) -> dict[str, Any]:
    """Context of every office page of a round."""
    actor, organisation_id = request.actor, row.organisation_id
    return {
        "organisation_id": organisation_id,
        "row": row,
        "state_text": row.get_state_display(),
        "tab": tab,
        "holder": selectors.holder_of(row),
        "may": {
            "money": actor.can(SettlementRight.MONEY_VIEW, organisation_id),
            "take": actor.can(SettlementRight.MONEY_TAKE, organisation_id),
            "terms": actor.can(SettlementRight.TERMS_EDIT, organisation_id),
            "intake": actor.can(SettlementRight.INTAKE_WRITE, organisation_id),
            "give": actor.can(SettlementRight.HANDOUT_GIVE, organisation_id),
            "answer": actor.can(SettlementRight.CLAIM_ANSWER, organisation_id),
            "settle": actor.can(SettlementRight.ROUND_SETTLE, organisation_id),
        },
    }


def attempt(call: Callable[..., Any], **arguments: Any) -> RuleViolation | None:
    """Make one call of the domain now; the refusal, if it refuses."""
    try:
        call(now=timezone.now(), **arguments)
    except RuleViolation as violation:
        return violation
    return None


def posted(
    request: PageRequest, form: RefusableForm, words: str, call: Callable[..., Any], **arguments: Any
) -> bool:
    """Make the call of a form in the body of the page, and say so in `words`; a refusal stays with the form."""
    violation = attempt(call, actor=request.actor, organisation_id=request.organisation_id, **arguments)
    if violation is not None:
        form.refuse(violation)
        return False
    tell(request, words)
    return True


def refused(
    request: PageRequest, template: str, context: Mapping[str, Any], violation: RuleViolation
) -> HttpResponse:
    """The same page with what was refused at its head."""
    return render(request, template, {**context, "refusal": text_of(violation)}, status=422)
