"""Names this app to Django."""

from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "apps.procedures"
