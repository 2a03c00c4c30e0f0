from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "koopset.apps.needs"
    label = "needs"

    def ready(self) -> None:
        from koopset.apps.needs import adapter, messages, panels, privacy, sources
        from koopset.foundation.history.facts import append_only

        # What was bought never changes; what it is may be answered later; who it is of may take it back.
        append_only(
            "needs.ReceiptLine",
            allow_update=("category", "kind", "how", "amount", "amount_unit", "is_private", "is_need"),
            may_go=True,
        )
        messages.register()
        adapter.register()
        sources.register()
        panels.register()
        privacy.register()
