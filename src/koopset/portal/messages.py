"""What each refusal of the portal says to a person: what happened and what to do."""

from django.utils.translation import gettext_lazy as _

from koopset.foundation.refusals import register_messages


def register() -> None:
    register_messages(
        {
            "portal.not_demo": _(
                "This database holds real data: entering as somebody else is not possible here. Sign in with your own e-mail."
            ),
            "portal.not_empty": _(
                "This database is not empty, so the invented town is not put into it. Name another folder in KOOPSET_DATA."
            ),
            "portal.code_of_nobody": _(
                "The code is read, but no personal account of this organisation has such a number."
            ),
        }
    )
