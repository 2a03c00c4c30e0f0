"""What each refusal of the portal says to a person, and what the notices of the invented town are about."""

from django.utils.translation import gettext_lazy as _

from koopset.foundation.notifications import Channel, register_topic
from koopset.foundation.refusals import register_messages
from koopset.portal.demo.mark import demo_mark


def _in_demo() -> bool:
    return demo_mark() is not None


def register() -> None:
    register_topic("demo.notice", _("news of the settlement"), open_title=True, listed=_in_demo)
    register_topic(
        "demo.meeting",
        _("general meetings"),
        kept=(Channel.APP, Channel.MAIL),
        reason=_(
            "The law has members told of a meeting two weeks before it, by letter to who gave an e-mail (217-FZ, art. 17 part 13)."
        ),
        open_title=True,
        listed=_in_demo,
    )
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
