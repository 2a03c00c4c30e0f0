"""What each refusal of this room says to a person: what happened and what to do."""

from django.utils.translation import gettext_lazy as _

from koopset.foundation.refusals import register_messages


def register() -> None:
    register_messages(
        {
            "catalogue.unknown_category": _("There is no such category. Choose one from the list."),
            "catalogue.unknown_kind": _(
                "This kind of goods belongs to another category. Choose one below the category."
            ),
            "catalogue.nothing_to_learn": _(
                "Nothing is left of this name without persons, shops and numbers: it cannot be remembered. "
                "Set the category in the receipt itself."
            ),
            "catalogue.name_declined": _(
                "The operator decided not to learn this name. Set the category in the receipt itself."
            ),
            "catalogue.bad_gtin": _(
                "This is no number of goods: check the digits under the bar code. "
                "Numbers that a shop gives by itself will not do."
            ),
            "catalogue.no_name": _("Give the name of the goods."),
            "catalogue.bad_amount": _(
                "Give how much one package holds together with its unit: more than nothing, less than 100,000."
            ),
        }
    )
