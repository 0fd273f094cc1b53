"""Telling people: a notice is a row, with what it is about as codes only; its text is made when it is sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """One message to one person: on their page, and to an address where they gave one.

    `params` holds codes and moments, never personal data. Without an address it was told on the page only.
    """

    uuid = models.UUIDField(unique=True)
    template = models.CharField(max_length=40)
    language = models.CharField(max_length=5)
    email = models.EmailField(blank=True, default="")
    params = models.JSONField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | ~Q(email=""), name="notice_sent_to_an_address"
            )
        ]
