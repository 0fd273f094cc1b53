"""Names this app to Django."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "apps.cases"
