from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "koopset.foundation.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        from koopset.foundation.webhooks import messages, panels, permissions  # noqa: F401

        permissions.declare_rights()
        panels.register()
