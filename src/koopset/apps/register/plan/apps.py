from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "koopset.apps.register.plan"
    label = "plan"

    def ready(self) -> None:
        from koopset.apps.register.plan import messages, panels, permissions

        permissions.declare_rights()
        messages.register()
        panels.register()
