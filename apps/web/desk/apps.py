"""Names this app to Django."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "apps.web.desk"
    label = "web_desk"
