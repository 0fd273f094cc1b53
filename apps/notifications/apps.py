"""Names this app to Django."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "apps.notifications"
