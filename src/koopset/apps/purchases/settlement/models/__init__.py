"""Money and goods of a round after «stop»: in whose books it stands, what came, who got it, what was charged, asked back and saved.

- `RoundMoney`: how the money of a round is handled; editable until the round is settled.
- `FeeRule`: an organiser's fee with its source. Append-only: another rule replaces it from then on.
- `Hold`: a participant's money put aside for a round, charged or set free again. Append-only, each with its operation of the books.
- `Cash`: money that came from or went to somebody. Append-only; a mistake is taken back by another row.
- `Cost`: the supplier's invoice, transport, packing. Append-only, signed: a recalculation is another row.
- `IntakeRow`: what was counted or weighed as it came. Append-only, signed.
- `Settled`: a round that was settled, once. Append-only.
- `ChargeRow`: what a participant owes for a line, a cost, a fee, or gets back. Append-only, signed: what one paid is their sum.
- `HandoutPoint`, `HandoutSlot`, `PickUp`: where and when goods are given out, and the code by which they are given.
- `HandoutRow`: what was given into whose hands. Append-only, signed.
- `Claim`: asked at the check or within the term; its answer is given once. `ReturnRow`: goods that came back. Append-only.
- `Rating`: what a household thinks of the supplier, once a round.
- `LineSaving`: what a household saved on a line (of a person: it tells their earlier prices).

Money is kopecks; quantities are whole member units of the good. Facts hold keys, no names. Written only by `settlement.services`.
"""

from koopset.apps.purchases.settlement.models.claims import Claim, ReturnRow
from koopset.apps.purchases.settlement.models.closing import ChargeRow, LineSaving, Rating, Settled
from koopset.apps.purchases.settlement.models.goods import (
    HandoutPoint,
    HandoutRow,
    HandoutSlot,
    IntakeRow,
    PickUp,
)
from koopset.apps.purchases.settlement.models.money import Cash, Cost, FeeRule, Hold, RoundMoney

__all__ = [
    "Cash",
    "ChargeRow",
    "Claim",
    "Cost",
    "FeeRule",
    "HandoutPoint",
    "HandoutRow",
    "HandoutSlot",
    "Hold",
    "IntakeRow",
    "LineSaving",
    "PickUp",
    "Rating",
    "ReturnRow",
    "RoundMoney",
    "Settled",
]
