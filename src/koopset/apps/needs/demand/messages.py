"""What each refusal of this room says to a person, and what its notices are about."""

from django.utils.translation import gettext_lazy as _

from koopset.apps.needs.demand.services.proposals import TOPIC
from koopset.foundation.notifications.topics import register_topic
from koopset.foundation.refusals import register_messages


def register() -> None:
    register_topic(TOPIC, _("Buying together near you"))
    register_messages(
        {
            "demand.unknown_kind": _("Choose goods from the list."),
            "demand.private_kind": _("Medicines and alcohol stay private: wishes for them are not kept."),
            "demand.bad_amount": _("Say how much, above zero, with at most three digits after the point."),
            "demand.bad_price": _(
                "Write the most you would pay for one unit, above zero, or leave it empty."
            ),
            "demand.bad_budget": _("Write the most you would spend in all, or leave it empty."),
            "demand.bad_day": _("The day has passed. Choose today or a later one."),
            "demand.bad_rhythm": _("Choose how often you need it."),
            "demand.too_many_wishes": _(
                "Your family has %(most)s open wishes already. Take back those you do not need any more."
            ),
            "demand.wish_over": _("This wish is closed already."),
            "demand.proposal_over": _(
                "This proposal is over: prices or needs have changed, or the purchase has begun. Look at the list for others."
            ),
            "demand.bad_quantity": _("Say how many pieces you take: from 1 to %(most)s."),
            "demand.bad_tolerance": _("Say how many more you would take to fill a pack: from 0 to %(most)s."),
            "demand.out_of_bounds": _("Choose a number from %(least)s to %(most)s."),
            "demand.window_too_short": _("Look back at least as many days as a household must have bought."),
            "demand.month_not_over": _("This month is not over yet: its needs are published afterwards."),
            "demand.month_passed": _("A later month has been published, so this one stays as it is."),
            "demand.not_copied": _(
                "Facts of this month have not been copied yet. Wait for the night or run koopset analytics copy."
            ),
        }
    )
