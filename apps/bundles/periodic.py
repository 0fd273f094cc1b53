"""What the schedule clears away: files of receipts that were put together some days ago; the row stays and says so."""

from __future__ import annotations

from datetime import datetime

from celery import shared_task
from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils import timezone

from apps.bundles.models import KEPT, Bundle, BundlePart
from apps.documents.choices import FileState


@shared_task(name="apps.bundles.periodic.clear_away")
def clear_away() -> None:
    """Played once a night; a missed night is made up by the next."""
    clear_before(timezone.now() - KEPT)


def clear_before(at: datetime) -> None:
    """Clears what was made, or failed, before a moment. Parts are deleted last: while there is one, files may be left."""
    old = Q(state=FileState.READY, made_at__lt=at) | Q(state=FileState.FAILED, asked_at__lt=at)
    Bundle.objects.filter(old).update(state=FileState.CLEARED)
    for bundle in Bundle.objects.filter(state=FileState.CLEARED, parts__isnull=False).distinct():
        _delete_files(bundle.folder)
        BundlePart.objects.filter(bundle=bundle).delete()


def _delete_files(folder: str) -> None:
    """Everything in the folder of a bundle, also what a killed worker has left there."""
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        default_storage.delete(f"{folder}/{name}")
    default_storage.delete(folder)
