from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "koopset.foundation.notifications"
    label = "notifications"

    def ready(self) -> None:
        from koopset.foundation.notifications import messages, privacy, shell
        from koopset.foundation.notifications.permissions import declare_rights

        assert messages.__name__  # words are given by being imported

        declare_rights()
        shell.register()
        privacy.register()
