from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "koopset.apps.register"
    label = "register"

    def ready(self) -> None:
        from koopset.apps.register import jobs, messages, panels, permissions, privacy, sources
        from koopset.foundation.history.facts import append_only

        permissions.declare_rights()
        append_only("register.UnitDescent")
        append_only("register.DeathReversal")
        append_only("register.ApplicationMove")
        append_only("register.ServedNotice", allow_update=("received_on",))
        messages.register()
        privacy.register()
        sources.register()
        panels.register()
        assert jobs.__name__  # the work is declared by being imported
