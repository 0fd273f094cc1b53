"""A file leaves the house one way, by page and API alike: saved, never shown in place, with its line in the log."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from apps.accounts.actors import Actor
from apps.cases.selectors import Download
from apps.core.access import note_access


def send_file(download: Download, *, by: Actor, subject: str, action: str = "download") -> HttpResponse:
    """The bytes as an attachment that no cache keeps and no browser guesses at; the access log gets its line.

    What citizens upload must not run within the site's own pages.
    """
    note_access(actor_id=by.user_id, action=action, subject=subject, at=timezone.now())
    return HttpResponse(
        download.content,
        content_type=download.media_type,
        headers={
            "Content-Disposition": content_disposition_header(True, download.filename) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
