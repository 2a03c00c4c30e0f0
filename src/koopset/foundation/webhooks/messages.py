from django.utils.translation import gettext_lazy as _

from koopset.foundation.refusals import register_messages

register_messages(
    {
        "webhooks.no_name": _("Name the subscription, for example by the program that listens there."),
        "webhooks.no_events": _("Choose at least one event."),
        "webhooks.unknown_event": _("There is no event “%(event)s”. Choose from the list."),
        "webhooks.too_many": _("The organisation has %(most)s subscriptions. Remove those that nobody uses."),
        "webhooks.bad_address": _(
            "Write a whole address that begins with https://, without a login or a password in it."
        ),
        "webhooks.bad_port": _("The port %(port)s is not for the web. Use 443 or one above 1023."),
        "webhooks.not_found": _("The name %(host)s is not known on the internet. Check the address."),
        "webhooks.inner_address": _(
            "%(host)s leads into an inner network, and we send only to addresses of the open internet."
        ),
        "webhooks.not_on": _("The subscription is switched off. Switch it on, then send again."),
        "webhooks.test_under_way": _("A test is being sent already. Look at the list of deliveries."),
        "webhooks.still_waiting": _("This delivery is waiting to be sent already."),
    }
)
