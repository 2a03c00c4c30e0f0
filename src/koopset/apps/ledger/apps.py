from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "koopset.apps.ledger"
    label = "ledger"

    def ready(self) -> None:
        from koopset.apps.ledger import messages, panels, permissions, privacy, sources
        from koopset.foundation.history.facts import append_only

        permissions.declare_rights()
        messages.register()
        privacy.register()
        sources.register()
        panels.register()
        append_only("ledger.Operation")
        append_only("ledger.Entry")
