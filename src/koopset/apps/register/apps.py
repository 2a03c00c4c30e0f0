from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "koopset.apps.register"
    label = "register"

    def ready(self) -> None:
        from koopset.apps.register import jobs, messages, panels, permissions, privacy, sources

        permissions.declare_rights()
        messages.register()
        privacy.register()
        sources.register()
        panels.register()
        assert jobs.__name__  # the work is declared by being imported
