"""Names this app to Django."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "apps.operations"
