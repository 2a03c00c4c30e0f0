from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "koopset.foundation.access"
    label = "access"

    def ready(self) -> None:
        from koopset.foundation.access import messages, panels, permissions, privacy

        assert messages.__name__  # words are given by being imported
        permissions.declare_rights()
        panels.register()
        privacy.register()
