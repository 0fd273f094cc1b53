"""Papers: a frozen snapshot, and the file that was made of it. Neither row is ever edited."""

from __future__ import annotations

from django.db import models

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


class StoredFile(models.Model):
    """The bytes of a document: where they lie and their sha256. Written once; a reprint is the same bytes."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="file")
    storage_name = models.CharField(max_length=200, unique=True)
    sha256 = models.BinaryField()
    size = models.PositiveIntegerField()
    stored_at = models.DateTimeField()
