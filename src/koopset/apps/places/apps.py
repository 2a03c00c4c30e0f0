from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "koopset.apps.places"
    label = "places"

    def ready(self) -> None:
        from koopset.apps.places import messages, permissions, privacy

        permissions.declare_rights()
        messages.register()
        privacy.register()
