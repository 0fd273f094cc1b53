"""Names this app to Django."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "apps.applications"
