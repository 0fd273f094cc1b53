"""Names this app to Django."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "apps.units"
