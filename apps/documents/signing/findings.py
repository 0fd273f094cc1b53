"""What is found in a file that somebody holds: whether it is signed, by whom, and whether the signature holds."""

from __future__ import annotations

from dataclasses import dataclass

# Bytes; the longest receipt is a tenth of it.
MOST_BYTES = 2 * 1024 * 1024

OTHER_KIND, TOO_LARGE, ENCRYPTED, FORBIDDEN, UNREADABLE = (
    "other_kind", "too_large", "encrypted", "forbidden", "unreadable",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """`fault`: why the file was not read at all, one of the words above; then nothing else is said.

    `is_intact`: what was signed is as it was, by the key of `certificate` (SHA-256, hexadecimal). `is_whole`: nothing stands
    in the file that is not signed. `is_trusted`: the certificate leads to a root of ours, at the time that the signature
    tells itself. `lookup_code` is that which the file carries, of a file that is not intact as it claims.
    """

    fault: str = ""
    is_signed: bool = False
    is_intact: bool = False
    is_whole: bool = False
    is_trusted: bool = False
    certificate: str = ""
    signed_by: str = ""
    signed_at: str = ""
    lookup_code: str = ""
