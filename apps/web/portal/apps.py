"""Names this app to Django."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "apps.web.portal"
    label = "web_portal"
