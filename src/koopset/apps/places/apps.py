from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "koopset.apps.places"
    label = "places"

    def ready(self) -> None:
        from koopset.apps.places import messages, permissions

        permissions.declare_rights()
        messages.register()
