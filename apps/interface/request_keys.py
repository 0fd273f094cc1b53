"""The key that makes a request safe to send again: a header for programs, a hidden field for pages."""

from __future__ import annotations

import re
from uuid import uuid4

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid

HEADER = "Idempotency-Key"
FIELD = "request_key"
_SHAPE = re.compile(r"[\w.:-]{8,80}")


class RequestKeyMissing(Invalid):
    code = "request_key_missing"
    status = 400
    text = _("Send the header Idempotency-Key: 8 to 80 letters, digits and hyphens, new for each act.")


def new_key() -> str:
    """A key for a form about to be shown."""
    return str(uuid4())


def key_of(request: HttpRequest) -> str:
    """The key of a request. Raises RequestKeyMissing."""
    key = request.headers.get(HEADER) or request.POST.get(FIELD, "")
    if not _SHAPE.fullmatch(key):
        raise RequestKeyMissing(field=HEADER)
    return key
