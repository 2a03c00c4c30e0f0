from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "koopset.foundation.ui"
    label = "ui"

    def ready(self) -> None:
        from koopset.foundation import kernel_words

        kernel_words.register()
