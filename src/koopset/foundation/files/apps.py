from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "koopset.foundation.files"
    label = "files"

    def ready(self) -> None:
        from koopset.foundation.files import (
            messages,  # noqa: F401
            privacy,
        )

        privacy.register()
