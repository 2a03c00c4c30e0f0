from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "koopset.apps.billing"
    label = "billing"

    def ready(self) -> None:
        from koopset.apps.billing import messages, permissions
        from koopset.foundation.history.facts import append_only

        permissions.declare_rights()
        messages.register()
        append_only("billing.Charge")
