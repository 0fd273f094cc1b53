"""A stored file as facts of a page: where it is downloaded, how large it is and since when, and the hash of its bytes."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from apps.core.spoken import moment
from apps.web.ui.parts import SummaryRow
from apps.web.ui.templatetags.ui import thousands


def file_rows(name: str, stored: Any, url: str) -> list[SummaryRow]:
    """`stored` has `size` in bytes, `stored_at` and `sha256`."""
    download = format_html('<a class="govuk-link" href="{}">{}</a>', url, _("Download"))
    return [
        SummaryRow(name, download, note=size_told(stored)),
        SummaryRow(f"SHA-256 ({name})", bytes(stored.sha256).hex()),
    ]


def size_told(stored: Any) -> str:
    """How large a stored file is and since when it is there."""
    return _("%(size)s bytes, stored %(when)s") % {
        "size": thousands(stored.size),
        "when": moment(stored.stored_at),
    }
