from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "koopset.apps.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from koopset.apps.catalogue import messages, panels, permissions, privacy

        permissions.declare_rights()
        messages.register()
        panels.register()
        privacy.register()
