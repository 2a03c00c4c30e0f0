"""What each refusal of this room says to a person: what happened and what to do. Names of what its notices are about."""

from django.utils.translation import gettext_lazy as _

from koopset.apps.purchases.services import notices
from koopset.foundation.notifications import register_topic
from koopset.foundation.refusals import register_messages


def register() -> None:
    register_messages(
        {
            "purchases.state": _("The purchase is in another state now: %(state)s. Look at its page again."),
            "purchases.frozen": _(
                "The purchase is open, so its terms and prices stay as they are. Call it off and repeat it with other terms."
            ),
            "purchases.no_title": _("Name the purchase, so that neighbours see what it is of."),
            "purchases.no_supplier": _("Name the supplier."),
            "purchases.decision_unknown": _(
                "This decision is not in the register of decisions. Record it there first."
            ),
            "purchases.fee_source": _(
                "Say who set the organiser’s fee and what for: each buyer sees it on the page."
            ),
            "purchases.bad_fee": _("The fee is from 0 to 100 per cent."),
            "purchases.bad_sum": _("The sum cannot be below zero. Give it in roubles."),
            "purchases.no_territory": _("Choose whose neighbours may take part."),
            "purchases.boxfill_before_stop": _(
                "Filling of packs ends later than the free wants: move its end."
            ),
            "purchases.earlier": _(
                "The term may only be moved later, and to a moment that has not come yet."
            ),
            "purchases.deadline_passed": _(
                "The day of the stop is past already. Set a later one and open then."
            ),
            "purchases.no_name": _("Give the name of the good."),
            "purchases.bad_price": _("Give the price in roubles, more than zero."),
            "purchases.bad_pack": _("A pack holds one piece or more; the minimum is a number of packs."),
            "purchases.bad_breaks": _(
                "Each step of the price has its own «from» and a price more than zero. Mend the list."
            ),
            "purchases.bad_unit": _(
                "Say how much one piece holds; by weight only kilograms and litres are sold."
            ),
            "purchases.bad_limit": _("The limit is one or more; leave it empty where there is none."),
            "purchases.too_many_goods": _(
                "A purchase has at most %(most)s goods. Make another for the rest."
            ),
            "purchases.wanted_already": _("Somebody wants this good already, so it stays in the list."),
            "purchases.no_goods": _("There is not a single good. Choose offers or type one."),
            "purchases.offer_unknown": _(
                "This offer is no longer there. Look at the supplier’s list again and choose another."
            ),
            "purchases.other_supplier": _(
                "One purchase is of one supplier. Make another for this one’s goods."
            ),
            "purchases.proposal_unknown": _("There is no such proposal any more."),
            "purchases.not_open": _("Wants are not taken now: the purchase is %(state)s."),
            "purchases.too_late": _("The time for wants is over. Nothing was changed."),
            "purchases.bad_units": _("%(name)s: give a whole number, not below zero."),
            "purchases.no_tolerance": _("%(name)s: «would also take» is not asked here. Leave it empty."),
            "purchases.limit": _(
                "%(name)s: the supplier has no more than %(left)s left. Want so many or less."
            ),
            "purchases.only_helping": _(
                "%(name)s: packs are being filled, and only what helps may change. Take more, or turn «would also take» into a firm want."
            ),
            "purchases.good_unknown": _("This good is not in the purchase. Look at its page again."),
            "purchases.nothing_before": _("You wanted nothing of these goods last time."),
            "purchases.nothing_wanted": _("Nobody wants anything yet. Give it more time or call it off."),
            "purchases.nothing_ordered": _(
                "Not one pack came together, so there is nothing to order. Give it more time, fill packs or call it off."
            ),
            "purchases.below_minimum": _(
                "The supplier’s minimum is not met. Give it more time, or say that the supplier agreed to less."
            ),
            "purchases.no_legal_person": _(
                "%(name)s is no legal person and buys nothing in its own name. Repeat the purchase with the organiser as an agent of the "
                "buyers, or with payment to the supplier by each."
            ),
            "purchases.no_reason": _("Say why it is called off: everybody in it will read that."),
            "purchases.frozen_changed": _(
                "The order cannot be printed as it was issued. Tell those who keep the platform."
            ),
        }
    )
    register_topic(notices.OPENED, _("a purchase near me is open"))
    register_topic(notices.BOXFILL, _("packs of my purchase are being filled"))
    register_topic(notices.STOPPED, _("my purchase stopped: how many I get"))
    register_topic(notices.SENT, _("the order of my purchase is sent"))
    register_topic(notices.CANCELLED, _("my purchase is called off"))
    register_topic(notices.RUNNING, _("purchases that I run"))
