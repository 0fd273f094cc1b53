"""What may be asked of receipts, drawers, series and accounts."""

from apps.receipts.selectors.bodies import (
    account_of,
    lines_telling,
    lists_of_day,
)
from apps.receipts.selectors.held import (
    Link,
    chain_of,
    is_signed,
    is_trial,
    left_of,
    receipt_by_lookup,
    state_of,
)
from apps.receipts.selectors.series import (
    MOST_ACTS_SHOWN,
    MOST_BODIES_SHOWN,
    acts_on_series,
    bodies_with_series,
    body_kept,
    series_of,
    succession_of,
)
from apps.receipts.selectors.sessions import (
    last_session_of,
    movements_of_session,
    newest_first,
    open_session_of,
    payments_of_session,
    refunds_of_session,
    session_seen,
    sessions_seen,
    with_difference,
)
from apps.receipts.selectors.unsigned import (
    SIGNED_WITHIN,
    Unsigned,
    unsigned_receipts,
)

__all__ = [
    "MOST_ACTS_SHOWN",
    "MOST_BODIES_SHOWN",
    "SIGNED_WITHIN",
    "Link",
    "Unsigned",
    "account_of",
    "acts_on_series",
    "bodies_with_series",
    "body_kept",
    "chain_of",
    "is_signed",
    "is_trial",
    "last_session_of",
    "left_of",
    "lines_telling",
    "lists_of_day",
    "movements_of_session",
    "newest_first",
    "open_session_of",
    "payments_of_session",
    "receipt_by_lookup",
    "refunds_of_session",
    "series_of",
    "session_seen",
    "sessions_seen",
    "state_of",
    "succession_of",
    "unsigned_receipts",
    "with_difference",
]
