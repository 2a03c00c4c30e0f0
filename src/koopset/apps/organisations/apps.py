from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "koopset.apps.organisations"
    label = "organisations"

    def ready(self) -> None:
        from koopset.apps.organisations import messages, panels, permissions, privacy, sources
        from koopset.foundation.history.facts import append_only

        append_only("organisations.Verification")
        permissions.declare_rights()
        messages.register()
        privacy.register()
        sources.register()
        panels.register()
