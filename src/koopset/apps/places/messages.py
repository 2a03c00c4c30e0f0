"""What each refusal of this room says to a person: what happened and what to do."""

from django.utils.translation import gettext_lazy as _

from koopset.foundation.refusals import register_messages


def register() -> None:
    register_messages(
        {
            "places.unknown_territory": _("Choose a place from the list."),
            "places.no_name": _("Give the name."),
            "places.name_known": _("%(name)s is in this district already."),
            "places.oktmo_known": _("Another place has this code."),
            "places.bad_point": _("Give both latitude and longitude, as the map shows them."),
        }
    )
