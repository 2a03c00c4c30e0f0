from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "koopset.apps.register"
    label = "register"

    def ready(self) -> None:
        from koopset.apps.register import messages, permissions, sources

        permissions.declare_rights()
        messages.register()
        sources.register()
