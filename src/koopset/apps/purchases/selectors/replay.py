"""An allocation computed once more from what was stored, and compared with what was said then and with what stands now."""

from __future__ import annotations

from dataclasses import dataclass

from koopset.apps.purchases.models import AllocationRun, Line, Round
from koopset.apps.purchases.rules import VERSION
from koopset.apps.purchases.rules.allotment import (
    allot,
    digest_of_inputs,
    digest_of_result,
    facts_of,
    goods_from,
)
from koopset.apps.purchases.selectors.wants import wants_by_good
from koopset.foundation.tenants.guard import across_tenants


@dataclass(frozen=True, slots=True)
class Difference:
    """What does not agree. `what`: inputs, result, line, version; a line names its good and buyer, what was computed and what stands."""

    what: str
    good_id: int = 0
    participant_id: int = 0
    computed: str = ""
    stands: str = ""


@dataclass(frozen=True, slots=True)
class Replay:
    """One allocation replayed: how many lines were compared and what differs."""

    run_id: int
    stage: str
    lines: int
    differences: tuple[Difference, ...]


def replay_round(organisation_id: int, round_id: int) -> list[Replay]:
    """Every allocation of a round, the oldest first. Asks no right: run by the keeper and by services that have asked."""
    runs = AllocationRun.objects.filter(organisation_id=organisation_id, round_id=round_id).order_by("pk")
    return [replay_run(run) for run in runs]


def replay_run(run: AllocationRun) -> Replay:
    """The rules on the stored inputs of one run."""
    if run.version != VERSION:
        return Replay(
            run.pk, run.stage, 0, (Difference("version", computed=str(VERSION), stands=str(run.version)),)
        )
    goods = goods_from(run.inputs)
    wants = wants_by_good(run.organisation_id, run.round_id, last_want_id=run.last_want_id)
    found: list[Difference] = []
    inputs = digest_of_inputs(goods, wants, run.rule)
    if inputs != run.inputs_sha256:
        found.append(Difference("inputs", computed=inputs, stands=run.inputs_sha256))
    _, lines = allot(goods, wants, run.rule)
    result = digest_of_result(facts_of(line) for line in lines)
    if result != run.result_sha256:
        found.append(Difference("result", computed=result, stands=run.result_sha256))
    if run.stage == AllocationRun.Stage.STOP:
        computed = {(line.good, line.who): (line.units, line.price_kop, line.sum_kop) for line in lines}
        stands = {
            (good_id, participant_id): (units, price, kop)
            for good_id, participant_id, units, price, kop in Line.objects.filter(
                organisation_id=run.organisation_id, round_id=run.round_id
            ).values_list("good_id", "participant_id", "allocated", "price_kop", "sum_kop")
        }
        found += [
            Difference("line", *key, computed=str(computed.get(key)), stands=str(stands.get(key)))
            for key in sorted(computed.keys() | stands.keys())
            if computed.get(key) != stands.get(key)
        ]
    return Replay(run.pk, run.stage, len(lines), tuple(found))


def organisation_of_round(round_id: int) -> int | None:
    """Whose the round is; None where there is none. For the keeper's command and for addresses without an organisation."""
    with across_tenants("a round is named by its key in addresses of buyers; who may see it is asked after"):
        return Round.objects.filter(pk=round_id).values_list("organisation_id", flat=True).first()
