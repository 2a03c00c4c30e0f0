from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "koopset.apps.ledger"
    label = "ledger"

    def ready(self) -> None:
        from koopset.apps.ledger import messages, permissions
        from koopset.foundation.history.facts import append_only

        permissions.declare_rights()
        messages.register()
        append_only("ledger.Operation")
        append_only("ledger.Entry")
