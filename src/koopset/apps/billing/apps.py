from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "koopset.apps.billing"
    label = "billing"

    def ready(self) -> None:
        from koopset.apps.billing import messages, panels, permissions, privacy, services, sources
        from koopset.apps.billing.selectors.late import late_charges
        from koopset.apps.ledger import ports as ledger
        from koopset.apps.register import events as register
        from koopset.apps.register import ports as register_ports
        from koopset.apps.register.plan import ports as plan
        from koopset.foundation.events import Delivery, subscribe
        from koopset.foundation.files import register_file_access
        from koopset.foundation.history.facts import append_only

        permissions.declare_rights()
        messages.register()
        sources.register()
        privacy.register()
        append_only("billing.Charge")
        subscribe(register.UnitTransferred, services.on_unit_transferred, Delivery.IN_TRANSACTION)
        subscribe(register.EstateOpened, services.on_estate_opened, Delivery.IN_TRANSACTION)
        subscribe(register.EstatePassed, services.on_estate_passed, Delivery.IN_TRANSACTION)
        subscribe(register.EstateReturned, services.on_estate_returned, Delivery.IN_TRANSACTION)
        subscribe(register.UnitsRedrawn, services.on_units_redrawn, Delivery.IN_TRANSACTION)
        subscribe(register.RegisterLoaded, services.on_register_loaded, Delivery.IN_TRANSACTION)
        register_ports.register_extra_columns(*services.COLUMNS)
        register_ports.register_unit_links(panels.unit_links)
        plan.register_layer(panels.DebtLayer())
        register_ports.register_late(late_charges)
        ledger.register_month_blocker("billing.charges", panels.charges_not_posted)
        ledger.register_subject("personal-account", panels.PersonalAccounts())
        for kind, name, link in panels.OPERATIONS:
            ledger.register_operation_kind(kind, name)
            ledger.register_operation_link(kind, link)
        register_file_access("billing.documents", panels.may_download_documents)
        panels.register_places()
