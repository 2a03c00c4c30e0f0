from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "koopset.apps.billing.payments"
    label = "payments"

    def ready(self) -> None:
        from koopset.apps.billing.payments import messages, permissions
        from koopset.foundation.history.facts import append_only

        permissions.declare_rights()
        messages.register()
        append_only("payments.Payment")
        append_only("payments.PaymentReversal")
        append_only("payments.Allocation")
