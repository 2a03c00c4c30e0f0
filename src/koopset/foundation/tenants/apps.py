from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "koopset.foundation.tenants"
    label = "tenants"
