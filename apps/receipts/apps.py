"""Names this app to Django."""

from django.apps import AppConfig


class ReceiptsConfig(AppConfig):
    name = "apps.receipts"
