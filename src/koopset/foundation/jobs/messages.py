from django.utils.translation import gettext_lazy as _

from koopset.foundation.refusals import register_messages

register_messages(
    {
        "jobs.fault": _(
            "The work stopped because of a fault of ours. Nothing was done halfway. Start it again or write to the operator."
        ),
        "jobs.lost": _(
            "The work was interrupted %(times)s times and was stopped. Start it again; if that happens once more, write to the operator."
        ),
        "jobs.forbidden": _("Whoever started this work has no right to it any more."),
        "jobs.finished": _("This work has ended already, there is nothing to cancel."),
        "jobs.unknown": _(
            "The platform does not know this kind of work any more. Start it again from its page."
        ),
    }
)
