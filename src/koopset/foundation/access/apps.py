from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "koopset.foundation.access"
    label = "access"
