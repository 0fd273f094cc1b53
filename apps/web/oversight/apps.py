"""Names this app to Django."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "apps.web.oversight"
    label = "web_oversight"
