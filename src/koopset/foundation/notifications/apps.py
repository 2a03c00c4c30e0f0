from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "koopset.foundation.notifications"
    label = "notifications"

    def ready(self) -> None:
        from koopset.foundation.notifications import privacy, shell

        shell.register()
        privacy.register()
