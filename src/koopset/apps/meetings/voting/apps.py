from django.apps import AppConfig


class VotingConfig(AppConfig):
    name = "koopset.apps.meetings.voting"
    label = "voting"

    def ready(self) -> None:
        from koopset.apps.meetings.voting import messages, panels, privacy

        messages.register()
        privacy.register()
        panels.register()
