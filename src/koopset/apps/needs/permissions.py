"""Nobody of an office has a right to purchases: each sees the own household's. A key of a program must have been given them."""

from __future__ import annotations

from koopset.foundation.rights.actors import Actor, ActorKind, Forbidden

#: What a person's key is given to open one's own purchases. No role has it: it narrows, it gives nothing.
OWN_SCOPE = "needs:own:use"


def own_login(actor: Actor) -> int:
    """The login whose household is meant. Raises Forbidden for nobody, keys of organisations, and keys not given OWN_SCOPE."""
    if actor.kind not in (ActorKind.PERSON, ActorKind.TOKEN) or actor.login_id is None or actor.login_id <= 0:
        raise Forbidden(OWN_SCOPE)
    if actor.scopes is not None and OWN_SCOPE not in actor.scopes:
        raise Forbidden(OWN_SCOPE)
    return actor.login_id
