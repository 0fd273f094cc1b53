"""Names this app to Django."""

from django.apps import AppConfig


class CitizensConfig(AppConfig):
    name = "apps.citizens"
