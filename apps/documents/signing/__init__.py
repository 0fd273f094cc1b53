"""Digital signatures: who signs in the name of an agency, and the two forms in which a receipt is signed.

What signs stands behind one interface (`Signer`), chosen by the setting `RECEIPT_SIGNER`; nothing else here knows
whether a key lies in a file, in a token or at a remote service.
"""

from apps.documents.signing.signers import (
    Identity,
    Signer,
    SignerUnset,
    certificate_of,
    fingerprint_of,
    signer_for,
    trust_roots,
)

__all__ = [
    "Identity",
    "Signer",
    "SignerUnset",
    "certificate_of",
    "fingerprint_of",
    "signer_for",
    "trust_roots",
]
