from django.apps import AppConfig

FACTS = (
    "LawEdition",
    "CharterEdition",
    "NoticeRow",
    "NoticeProof",
    "Opening",
    "ElectorateRow",
    "Elector",
    "Presence",
    "BallotFact",
    "SecretVoter",
    "SecretBallot",
    "ChainEvent",
    "Closing",
)


class MeetingsConfig(AppConfig):
    name = "koopset.apps.meetings"
    label = "meetings"

    def ready(self) -> None:
        from koopset.apps.meetings import messages, panels, permissions, privacy, sources
        from koopset.foundation.history.facts import append_only

        permissions.declare_rights()
        messages.register()
        privacy.register()
        sources.register()
        panels.register()
        for fact in FACTS:
            append_only(f"meetings.{fact}")
        append_only("meetings.Material", allow_update=("withdrawn_at",))
        append_only("meetings.Notice", allow_update=("withdrawn_at", "withdrawn_why"))
        append_only("meetings.ItemResult", allow_update=("decision",))
