"""Telling people: a notice is a row, with what it is about as codes only; its text is made when it is sent."""

from __future__ import annotations

from django.db import models


class Notice(models.Model):
    """One message to one address. `params` holds codes and moments, never personal data."""

    uuid = models.UUIDField(unique=True)
    template = models.CharField(max_length=40)
    language = models.CharField(max_length=5)
    email = models.EmailField(blank=True, default="")
    params = models.JSONField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
