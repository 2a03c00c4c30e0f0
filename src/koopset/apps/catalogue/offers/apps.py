from django.apps import AppConfig


class OffersConfig(AppConfig):
    name = "koopset.apps.catalogue.offers"
    label = "offers"

    def ready(self) -> None:
        from koopset.apps.catalogue.offers import jobs, messages, panels, permissions, privacy
        from koopset.foundation.history.facts import append_only

        permissions.declare_rights()
        append_only("offers.PriceFact")
        messages.register()
        privacy.register()
        panels.register()
        assert jobs.__name__  # the work is declared by being imported
