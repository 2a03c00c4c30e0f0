from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "koopset.foundation.access"
    label = "access"

    def ready(self) -> None:
        from koopset.foundation.access import (
            messages,  # noqa: F401
            privacy,
        )

        privacy.register()
