from django.apps import AppConfig


class PersonalConfig(AppConfig):
    name = "koopset.foundation.personal"
    label = "personal"

    def ready(self) -> None:
        from koopset.foundation.history.facts import append_only
        from koopset.foundation.personal import privacy
        from koopset.foundation.personal.looks import KEEP_LOOKS

        # A look may be forgotten after its term and not a day sooner: the database itself refuses.
        append_only("personal.Look", forget_after=("at", KEEP_LOOKS.least_days))
        privacy.register()
