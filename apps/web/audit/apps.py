"""Names this app to Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "apps.web.audit"
    label = "web_audit"
