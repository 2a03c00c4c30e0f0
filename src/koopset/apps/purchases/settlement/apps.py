from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "koopset.apps.purchases.settlement"
    label = "settlement"

    def ready(self) -> None:
        from koopset.apps.purchases import events as rounds
        from koopset.apps.purchases.settlement import (
            events,
            messages,
            panels,
            permissions,
            privacy,
            services,
            sources,
        )
        from koopset.foundation.events import Delivery, subscribe
        from koopset.foundation.history.facts import append_only

        permissions.declare_rights()
        messages.register()
        sources.register()
        privacy.register()
        panels.register()
        for fact in (
            "FeeRule",
            "Hold",
            "Cash",
            "Cost",
            "IntakeRow",
            "Settled",
            "ChargeRow",
            "HandoutRow",
            "ReturnRow",
        ):
            append_only(f"settlement.{fact}")
        subscribe(rounds.RoundStopped, services.on_round_stopped, Delivery.IN_TRANSACTION)
        subscribe(rounds.RoundCancelled, services.on_round_cancelled, Delivery.IN_TRANSACTION)
        subscribe(events.RoundReceived, services.on_received, Delivery.IN_TRANSACTION)
        subscribe(events.RoundSettled, services.on_settled, Delivery.IN_TRANSACTION)
        subscribe(events.ClaimAnswered, services.on_claim_answered, Delivery.IN_TRANSACTION)
