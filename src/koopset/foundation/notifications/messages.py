from django.utils.translation import gettext_lazy as _

from koopset.foundation.notifications.services import DEVICE_TOPIC, TRIAL_TOPIC
from koopset.foundation.notifications.topics import Channel, register_topic
from koopset.foundation.refusals import register_messages

register_messages(
    {
        "notifications.bad_device": _(
            "This browser gave an address that we cannot send to. Update the browser and try once more."
        ),
        "notifications.too_many_devices": _(
            "Notices come to %(count)s devices already. Remove one that is not used and try once more."
        ),
        "notifications.no_login": _("Sign in first: what one chooses about notices belongs to a login."),
        "notifications.quiet_all_day": _(
            "Quiet hours begin and end at the same hour. Choose different hours or switch them off."
        ),
    }
)
register_topic(
    DEVICE_TOPIC,
    _("sign-in and devices"),
    kept=(Channel.APP,),
    reason=_("So that another’s phone never gets your notices unseen by you."),
)
register_topic(TRIAL_TOPIC, _("a trial notice"), urgent=True, open_title=True, listed=lambda: False)
