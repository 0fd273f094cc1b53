"""Who may come to the books: auditors and accountants."""

from __future__ import annotations

from apps.receipts.policies import may_read_books
from apps.web.ui.signing_in import signed_in_and

for_auditors = signed_in_and(may_read_books)
