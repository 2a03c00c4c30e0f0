from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "koopset.apps.people"
    label = "people"

    def ready(self) -> None:
        from koopset.apps.people import messages, panels, permissions, privacy, sources
        from koopset.apps.people.adapter import devices, second_factor

        permissions.declare_rights()
        messages.register()
        sources.register()
        panels.register()
        privacy.register()
        devices.connect()
        second_factor.connect()
