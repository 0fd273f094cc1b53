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
    size = _("%(size)s bytes, stored %(when)s") % {
        "size": thousands(stored.size),
        "when": moment(stored.stored_at),
    }
    download = format_html('<a class="govuk-link" href="{}">{}</a>', url, _("Download"))
    return [
        SummaryRow(name, download, note=size),
        SummaryRow(f"SHA-256 ({name})", bytes(stored.sha256).hex()),
    ]
