from django.apps import AppConfig


class JoiningConfig(AppConfig):
    name = "koopset.apps.joining"
    label = "joining"

    def ready(self) -> None:
        from koopset.apps.joining import messages, panels, permissions, privacy, sources
        from koopset.foundation.history.facts import append_only

        append_only("joining.ApplicationMove")
        append_only("joining.HelpWord")
        permissions.declare_rights()
        messages.register()
        sources.register()
        privacy.register()
        panels.register()
