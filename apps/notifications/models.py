"""Telling people: the words of each kind, version by version; notices, as codes only; their sendings, one for each channel."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.notifications.choices import Channel, SendingState


class NoticeTemplate(models.Model):
    """One version of the words of a kind, in both languages; never edited: a change is the next version.

    A notice is told in the version in force at its time. The first comes with the program and is in force from the
    beginning: it has no `changed_at`. `kind` is a NoticeKind. `short` is for telephones, where `is_for_phone` says that it may go there.
    """

    kind = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=200, blank=True, default="")
    subject_en = models.CharField(max_length=200, blank=True, default="")
    body = models.TextField()
    body_en = models.TextField()
    short = models.CharField(max_length=400, blank=True, default="")
    short_en = models.CharField(max_length=400, blank=True, default="")
    is_for_phone = models.BooleanField(default=False)
    changed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="notice_template_key"),
            models.CheckConstraint(
                condition=Q(number=1, changed_at__isnull=True) | Q(number__gt=1, changed_at__isnull=False),
                name="notice_template_first_is_undated",
            ),
            models.CheckConstraint(
                condition=Q(is_for_phone=False) | (~Q(short="") & ~Q(short_en="")),
                name="notice_template_for_phone_has_short",
            ),
        ]


class Notice(models.Model):
    """One message to one person: on their page at once, and by the channels of its sendings.

    `template` is the kind of its words. `params` holds codes and moments, never personal data.
    """

    uuid = models.UUIDField(unique=True)
    template = models.CharField(max_length=40)
    language = models.CharField(max_length=5)
    params = models.JSONField()
    created_at = models.DateTimeField()


class Sending(models.Model):
    """A notice on its way by one channel, once for ever; an outbox row carries it until it is sent or has failed for good.

    `attempts` counts how often it was tried. `last_error` is a word of `apps.notifications.channels`, never an address.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="sendings")
    channel = models.CharField(max_length=5, choices=Channel.choices)
    address = models.CharField(max_length=254)
    state = models.CharField(max_length=7, choices=SendingState.choices, default=SendingState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=40, blank=True, default="")
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="sending_once_a_channel"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="sending_channel_known"),
            models.CheckConstraint(condition=Q(state__in=SendingState.values), name="sending_state_known"),
            models.CheckConstraint(
                condition=Q(state=SendingState.SENT) ^ Q(sent_at__isnull=True),
                name="sending_sent_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state=SendingState.FAILED) ^ Q(failed_at__isnull=True),
                name="sending_failed_has_its_time",
            ),
            models.CheckConstraint(condition=~Q(address=""), name="sending_has_an_address"),
        ]
        indexes = [
            models.Index(fields=["channel", "id"], name="sending_failed", condition=Q(state="failed")),
        ]
