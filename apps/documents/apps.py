"""Names this app to Django, and refuses to start where receipts would be signed by a test authority unawares."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "apps.documents"

    def ready(self) -> None:
        from apps.documents.signing.signers import refuse_unsafe_signer

        refuse_unsafe_signer()
