from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "koopset.foundation.analytics"
    label = "analytics"
