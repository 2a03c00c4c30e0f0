from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "koopset.apps.billing.payments"
    label = "payments"

    def ready(self) -> None:
        from koopset.apps.billing import events as billing
        from koopset.apps.billing import ports as billing_ports
        from koopset.apps.billing.payments import messages, panels, permissions, privacy, services, sources
        from koopset.apps.ledger import ports as ledger
        from koopset.foundation.events import Delivery, subscribe
        from koopset.foundation.files import register_file_access
        from koopset.foundation.history.facts import append_only

        permissions.declare_rights()
        messages.register()
        sources.register()
        privacy.register()
        append_only("payments.Payment")
        append_only("payments.PaymentReversal")
        append_only("payments.Allocation")
        billing_ports.register_settled(services.settled_of)
        subscribe(billing.ChargesPosted, services.on_charges_posted, Delivery.IN_TRANSACTION)
        subscribe(billing.ChargeCorrected, services.on_charge_corrected, Delivery.IN_TRANSACTION)
        ledger.register_month_blocker("payments.queue", panels.payments_not_sorted)
        for kind, name, link in panels.OPERATIONS:
            ledger.register_operation_kind(kind, name)
            ledger.register_operation_link(kind, link)
        register_file_access("payments.statement", panels.may_download_statement)
        panels.register_places()
