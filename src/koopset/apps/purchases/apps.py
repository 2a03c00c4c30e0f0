from django.apps import AppConfig


class PurchasesConfig(AppConfig):
    name = "koopset.apps.purchases"
    label = "purchases"

    def ready(self) -> None:
        from koopset.apps.needs.demand.ports import register_round_source
        from koopset.apps.purchases import messages, panels, permissions, privacy, sources
        from koopset.foundation.history.facts import append_only

        permissions.declare_rights()
        messages.register()
        privacy.register()
        sources.register()
        register_round_source(panels.Rounds())
        panels.register_places()
        append_only("purchases.WantRecord")
        append_only("purchases.Invitation")
        append_only("purchases.AllocationRun")
        append_only("purchases.OrderPaper")
