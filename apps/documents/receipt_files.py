"""What is stored of a receipt: its data, signed, and the PDF that carries the data inside it, signed as well.

Only here do the three parts meet: structured data, rendering and signing. Slow: never inside a transaction.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.documents.receipt_data import receipt_data, schema
from apps.documents.rendering import render_for_signing, warm_up
from apps.documents.signing import Signer, fingerprint_of
from apps.documents.signing.pades import sign_pdf
from apps.documents.signing.xades import sign_xml


@dataclass(frozen=True, slots=True)
class SignedFiles:
    """A receipt as it leaves the house, and the snapshot that its paper says. `certificate` is a fingerprint."""

    snapshot: dict[str, Any]
    pdf: bytes
    data: bytes
    certificate: bytes


def signed_files(said: Mapping[str, Any], signer: Signer, *, at: datetime) -> SignedFiles:
    """Signs what a numbered receipt says, in the name of its collecting body. `at` carries the offset that is printed.

    Raises DataUnsound, SnapshotIncomplete, and what the signer raises while its key is away.
    """
    certificate = fingerprint_of(signer.certificate)
    snapshot = {
        **said,
        "signature": {
            "signed_by": said["collecting_body"]["name"],
            "signed_at": at.isoformat(timespec="seconds"),
            "certificate": certificate.hex(),
            "is_test": signer.is_test,
        },
    }
    data = sign_xml(receipt_data(snapshot), signer, at=at)
    pdf = sign_pdf(render_for_signing(snapshot, data), signer)
    return SignedFiles(snapshot, pdf, data, certificate)


def make_ready() -> None:
    """Reads once in a process what every receipt needs: fonts, stylesheet, templates, colour profile, schema.

    For a process that makes papers and nothing else: what is there now stays, and the collector of garbage no longer walks
    through it, which is a tenth of a paper's time.
    """
    schema()
    warm_up()
    gc.collect()
    gc.freeze()
