"""Names this app to Django, and refuses to start where citizens would sign in by password in production."""

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured


class InterfaceConfig(AppConfig):
    name = "apps.interface"

    def ready(self) -> None:
        from django.conf import settings

        if settings.CITIZEN_PASSWORD_SIGN_IN and not settings.CITIZEN_PASSWORD_SIGN_IN_ALLOWED:
            raise ImproperlyConfigured(
                "CITIZEN_PASSWORD_SIGN_IN is on in production: citizens sign in with their electronic identity "
                "(Quyết định 29/2026/QĐ-TTg)."
            )
