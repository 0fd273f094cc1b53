"""Names this app to Django."""

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "apps.web.administration"
    label = "web_administration"
