from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "koopset.apps.privacy"
    label = "privacy"

    def ready(self) -> None:
        from koopset.apps.privacy import messages, panels, permissions, privacy
        from koopset.foundation.history.facts import append_only

        permissions.declare_rights()
        messages.register()
        append_only("privacy.ConsentAct")
        append_only("privacy.DestructionAct")
        append_only("privacy.PaperConsent", allow_update=("file",))
        privacy.register()
        panels.register()
