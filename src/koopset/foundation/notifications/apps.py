from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "koopset.foundation.notifications"
    label = "notifications"

    def ready(self) -> None:
        from koopset.foundation.notifications import messages, shell  # noqa: F401
        from koopset.foundation.notifications.permissions import declare_rights

        declare_rights()
        shell.register()
