from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "koopset.apps.organisations"
    label = "organisations"

    def ready(self) -> None:
        from koopset.apps.organisations import messages, panels, permissions, privacy, sources

        permissions.declare_rights()
        messages.register()
        privacy.register()
        sources.register()
        panels.register()
