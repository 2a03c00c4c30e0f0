from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "koopset.foundation.ui"
    label = "ui"
