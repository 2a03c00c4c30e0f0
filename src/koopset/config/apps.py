from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The wiring: logs first, so that whatever starts later is heard."""

    name = "koopset.config"
    label = "config"

    def ready(self) -> None:
        from koopset.config import cache, checks  # noqa: F401 - registers
        from koopset.config.logging import configure

        configure()
        cache.connect()
