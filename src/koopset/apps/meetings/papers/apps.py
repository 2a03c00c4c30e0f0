from django.apps import AppConfig


class MeetingPapersConfig(AppConfig):
    name = "koopset.apps.meetings.papers"
    label = "meeting_papers"

    def ready(self) -> None:
        from koopset.apps.meetings.papers import messages, panels, permissions, privacy, services
        from koopset.foundation.files import register_file_access

        permissions.declare_rights()
        messages.register()
        privacy.register()
        register_file_access(services.FOLDER_FILE, panels.may_download)
