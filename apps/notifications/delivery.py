"""A notice becomes an e-mail: subject and text from one template, in the language of the reader."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from apps.notifications.models import Notice


def compose(notice: Notice, context: dict[str, Any]) -> EmailMessage:
    """The first line of the template is the subject. The message id is the notice's own, so a double is recognised."""
    with translation.override(notice.language):
        text = render_to_string(
            f"notices/{notice.template}.txt", {**context, "public_url": settings.PUBLIC_URL}
        )
    subject, _, body = text.strip().partition("\n")
    return EmailMessage(
        subject=subject.strip(),
        body=body.strip() + "\n",
        to=[notice.email],
        headers={"Message-ID": f"<{notice.uuid}@motcua>"},
    )
