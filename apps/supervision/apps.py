"""Names this app to Django."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "apps.supervision"
