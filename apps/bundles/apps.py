"""Names this app to Django."""

from django.apps import AppConfig


class BundlesConfig(AppConfig):
    name = "apps.bundles"

    def ready(self) -> None:
        from apps.bundles.actions import follow_the_outbox

        follow_the_outbox()
