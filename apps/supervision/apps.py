"""Names this app to Django."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "apps.supervision"

    def ready(self) -> None:
        from apps.supervision.actions import follow_the_outbox

        follow_the_outbox()
