"""How a lower room learns from a higher one. `from koopset.foundation.events import publish, subscribe, Delivery`.

An event is a frozen dataclass of a room's events.py: ids, numbers, dates and text, with `organisation_id`. IN_TRANSACTION handlers run
at once in the publisher's atomic block, and their refusal rolls all back: the only kind for money, votes and the register.
AFTER_COMMIT handlers become jobs written in the same transaction, so they are never lost and never run for what was rolled back.
"""

from __future__ import annotations

from koopset.foundation.events.bus import Delivery, publish, publish_all, subscribe

__all__ = ["Delivery", "publish", "publish_all", "subscribe"]
