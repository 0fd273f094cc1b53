"""Papers: a frozen snapshot, and the files that were made of it, of which no row is ever edited; files that somebody asked for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.documents.choices import FileState

CHECK_CODE_LENGTH = 12


class Document(models.Model):
    """A paper as decided: its kind and everything it says. The PDF is made from this and from nothing else.

    Whoever holds the paper may ask by `check_code` whether it is ours; receipts have a code of their own, and papers
    that were taken over or are older than the page of checking have none.
    """

    uuid = models.UUIDField(unique=True)
    kind = models.CharField(max_length=16)
    snapshot = models.JSONField()
    snapshot_hash = models.BinaryField()
    created_at = models.DateTimeField()
    check_code = models.CharField(max_length=CHECK_CODE_LENGTH, unique=True, null=True)


class Stored(models.Model):
    """Bytes in the storage: where they lie and their sha256. Written once; a reprint is the same bytes."""

    storage_name = models.CharField(max_length=200, unique=True)
    sha256 = models.BinaryField()
    size = models.PositiveIntegerField()
    stored_at = models.DateTimeField()

    class Meta:
        abstract = True


class StoredFile(Stored):
    """The PDF of a document."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="file")


class StoredData(Stored):
    """The structured data of a document, signed, beside the PDF that carries the same inside it. Receipts have it."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="data")


class AskedFile(models.Model):
    """A file that somebody asked for and a worker makes, once: what it holds is said by each kind of it."""

    state = models.CharField(max_length=8, choices=FileState.choices, default=FileState.ASKED)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    storage_name = models.CharField(max_length=200, unique=True, null=True)
    sha256 = models.BinaryField(null=True)
    size = models.PositiveBigIntegerField(null=True)

    class Meta:
        abstract = True


def whole_or_none(*also: str) -> Q:
    """The condition that an asked file is there with everything once it is ready, also these columns, and with nothing before."""
    columns = ("made_at", "storage_name", "sha256", "size", *also)
    nothing = Q(
        state__in=[FileState.ASKED, FileState.FAILED], **{f"{name}__isnull": True for name in columns}
    )
    return nothing | Q(state=FileState.READY, **{f"{name}__isnull": False for name in columns})
