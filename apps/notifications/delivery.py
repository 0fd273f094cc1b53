"""A notice becomes words: subject and text from one template, for a page or as an e-mail."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from apps.notifications.models import Notice


def text_of(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """Subject (the first line of the template) and body, in the language that is active.

    Plain text, marked as safe for no page: a page escapes it.
    """
    rendered = render_to_string(f"notices/{template}.txt", {**context, "public_url": settings.PUBLIC_URL})
    subject, _, body = rendered.strip().partition("\n")
    # What a template leaves out leaves empty lines behind.
    return subject.strip(), re.sub(r"\n{3,}", "\n\n", body.strip())


def compose(notice: Notice, context: dict[str, Any]) -> EmailMessage:
    """The message, in the notice's language. Its id is the notice's own, so a double is recognised."""
    with translation.override(notice.language):
        subject, body = text_of(notice.template, context)
    return EmailMessage(
        subject=subject,
        body=body + "\n",
        to=[notice.email],
        headers={"Message-ID": f"<{notice.uuid}@motcua>"},
    )


def mark_sent(notice: Notice, at: datetime) -> None:
    """The mail server has taken it."""
    Notice.objects.filter(pk=notice.pk).update(sent_at=at)
