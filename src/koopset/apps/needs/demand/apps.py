from django.apps import AppConfig


class DemandConfig(AppConfig):
    name = "koopset.apps.needs.demand"
    label = "demand"

    def ready(self) -> None:
        from koopset.apps.needs import events as needs
        from koopset.apps.needs.demand import messages, panels, permissions, privacy, sources
        from koopset.apps.needs.demand.services.copies import on_purchases_changed
        from koopset.apps.needs.demand.services.households import on_household_joined
        from koopset.apps.people import events as people
        from koopset.foundation.events import Delivery, subscribe
        from koopset.foundation.history.facts import append_only

        permissions.declare_rights()
        messages.register()
        sources.register()
        privacy.register()
        panels.register_places()
        append_only("demand.Publication")
        append_only("demand.PublishedCell")
        subscribe(needs.PurchasesChanged, on_purchases_changed, Delivery.IN_TRANSACTION)
        subscribe(people.HouseholdJoined, on_household_joined, Delivery.IN_TRANSACTION)
