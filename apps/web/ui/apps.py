"""Names this app to Django."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "apps.web.ui"
    label = "web_ui"
