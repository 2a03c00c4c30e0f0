from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "koopset.foundation.history"
    label = "history"

    def ready(self) -> None:
        from koopset.foundation.history import facts

        facts.connect()
