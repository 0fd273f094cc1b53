"""The secret that lets its holder see a public status: 80 bits, printed on form 01; the database holds its sha256.

It is derived from a key of the installation, so that a paper can be printed again without the secret being stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from django.conf import settings

from apps.core.printed_codes import as_stored


def secret_of(code: str, generation: int) -> str:
    """16 letters and digits; a new generation voids the one before it."""
    digest = hmac.new(
        settings.TRACKING_KEY.encode(), f"{code}:{generation}".encode(), hashlib.sha256
    ).digest()
    return base64.b32encode(digest[:10]).decode()


def hash_of(secret: str) -> bytes:
    """What is stored and compared: sha256 of the secret without spaces and hyphens, in capitals."""
    return hashlib.sha256(as_stored(secret).encode()).digest()


def is_secret(given: str, stored_hash: bytes) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(hash_of(given), bytes(stored_hash))
