"""A receipt signed by the test authority, and what a program that is not ours says of its signature."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from apps.documents.receipt_files import SignedFiles, signed_files
from apps.documents.signing import Identity, Signer, signer_for
from apps.operations.specimens import papers
from tests import given

BODY = Identity("H26.001.00037", "Ủy ban nhân dân phường Hàng Bạc")
SIGNED_AT = datetime(2026, 11, 23, 9, 7, tzinfo=given.HANOI)


def said(**changes: Any) -> dict[str, Any]:
    """What a receipt says before it is signed."""
    snapshot: dict[str, Any] = {**papers.receipt(), **changes}
    del snapshot["signature"]
    return snapshot


def signed(signer: Signer | None = None, **changes: Any) -> SignedFiles:
    return signed_files(said(**changes), signer or signer_for(BODY), at=SIGNED_AT)


@dataclass(frozen=True)
class Verdict:
    """What poppler's pdfsig says of the signatures of a file."""

    signatures: int
    is_valid: bool
    is_whole: bool
    signer: str
    kind: str


def by_poppler(pdf: bytes, folder: Path) -> Verdict:
    path = folder / "read-by-poppler.pdf"
    path.write_bytes(pdf)
    told = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
    signer = re.search(r"Signer Certificate Common Name: (.*)", told)
    kind = re.search(r"Signature Type: (.*)", told)
    return Verdict(
        signatures=len(re.findall(r"^Signature #\d+:$", told, re.MULTILINE)),
        is_valid="Signature Validation: Signature is Valid." in told,
        is_whole="Total document signed" in told,
        signer=signer[1] if signer else "",
        kind=kind[1] if kind else "",
    )
