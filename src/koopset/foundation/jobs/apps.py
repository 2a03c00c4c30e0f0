from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "koopset.foundation.jobs"
    label = "jobs"

    def ready(self) -> None:
        from koopset.foundation.jobs import delivery, housekeeping, messages, privacy  # noqa: F401
        from koopset.foundation.jobs.permissions import declare_rights

        declare_rights()
        # Jobs of a room stand in its jobs.py; a worker must know them all.
        autodiscover_modules("jobs")
        privacy.register()
