"""Names this app to Django; its sendings follow the outbox."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "apps.notifications"

    def ready(self) -> None:
        from apps.notifications.delivery import follow_the_outbox

        follow_the_outbox()
