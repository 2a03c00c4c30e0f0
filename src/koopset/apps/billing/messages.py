"""What each refusal of this room says to a person: what happened and what to do."""

from koopset.foundation.refusals import register_messages


def register() -> None:
    register_messages({})
