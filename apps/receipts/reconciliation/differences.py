"""Every difference between the bank, the gateway, the cash, the payments, the receipts and the day's lists, as rows of one shape."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import get_language

from apps.accounts.actors import Actor
from apps.receipts.choices import DifferenceKind
from apps.receipts.errors import DifferenceUnknown
from apps.receipts.models import DifferenceExplanation
from apps.receipts.policies import Sight, books_of, can_explain, may_read_books, sight_of
from apps.receipts.reconciliation.hands import hands_of
from apps.receipts.reconciliation.parts import PARTS
from apps.receipts.reconciliation.spans import spans_at, start_of

# Further back nobody looks by default: older books are closed.
DEFAULT_DAYS = 366
MOST_EXPORTED = 50_000
_FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `subject` names its row for a program, `name` for a person; `amount` in đồng, as the bank would have it.

    `reason`, `explained_by` and `explained_at` are set where somebody explained it as it stands; where it changed since it is
    a difference that nobody explained.
    """

    kind: DifferenceKind
    subject: str
    name: str
    amount: int
    body_id: int | None
    body: str
    since: datetime
    reason: str
    explained_by: str
    explained_at: datetime | None

    @property
    def is_explained(self) -> bool:
        return self.explained_at is not None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which differences are asked for: of these days (both included), of a body, of a kind, explained or not, of one row."""

    first: date
    last: date
    kind: DifferenceKind | None = None
    body_id: int | None = None
    is_explained: bool | None = None
    subject: str = ""

    @classmethod
    def until(cls, day: date) -> Asked:
        """All of the year before a day, as far as there is one."""
        return cls(day - min(timedelta(days=DEFAULT_DAYS), day - date.min), day)


_ALL = """
    WITH found AS ({parts}), told AS (
        SELECT found.kind, found.subject, found.name, found.amount, found.body_id, found.since,
            b.name AS body, b.name_en AS body_en, e.reason, e.explained_at, u.full_name AS explained_by
        FROM found
        LEFT JOIN units_agency b ON b.id = found.body_id
        LEFT JOIN units_administrativeunit place ON place.id = b.unit_id
        LEFT JOIN LATERAL (
            SELECT reason, explained_at, explained_by_id FROM receipts_differenceexplanation
            WHERE kind = found.kind AND subject = found.subject AND amount = found.amount
            ORDER BY id DESC LIMIT 1
        ) AS e ON true
        LEFT JOIN accounts_user u ON u.id = e.explained_by_id
        WHERE (%(is_whole)s OR found.body_id = ANY(%(agencies)s) OR b.unit_id = ANY(%(units)s)
            OR place.parent_id = ANY(%(units)s) OR (%(of_no_body)s AND found.body_id IS NULL))
            AND (%(body)s::bigint IS NULL OR found.body_id = %(body)s)
            AND (%(is_explained)s::boolean IS NULL OR (e.explained_at IS NOT NULL) = %(is_explained)s)
            AND (%(subject)s = '' OR found.subject = %(subject)s)
    )
"""


# By when it stands since, its kind and its subject, which together name one.
Place = tuple[datetime, str, str]
_AFTER = """
    WHERE %(beyond_since)s::timestamptz IS NULL OR since < %(beyond_since)s
        OR since = %(beyond_since)s AND (kind, subject) > (%(beyond_kind)s, %(beyond_subject)s)
    ORDER BY since DESC, kind, subject
"""
_BEFORE = """
    WHERE %(beyond_since)s::timestamptz IS NULL OR since > %(beyond_since)s
        OR since = %(beyond_since)s AND (kind, subject) < (%(beyond_kind)s, %(beyond_subject)s)
    ORDER BY since, kind DESC, subject DESC
"""


def differences(
    asked: Asked,
    *,
    at: datetime,
    seen_by: Actor,
    most: int = MOST_EXPORTED,
    offset: int = 0,
    beyond: Place | None = None,
    backwards: bool = False,
    calendar_version: int | None = None,
) -> list[Difference]:
    """The differences asked for that the actor may see, the newest first, as they stand at a moment.

    `beyond` names one by `since`, `kind` and `subject`: those that come after it, or `backwards`, from the oldest on, before it.
    Times run by the calendar of this version, or by the city's. Raises NotAllowed.
    """
    since, kind, subject = beyond or (None, "", "")
    rows = _rows(
        f"SELECT * FROM told {_BEFORE if backwards else _AFTER} LIMIT %(most)s OFFSET %(offset)s",
        asked,
        sight_of(seen_by),
        at,
        most=most,
        offset=offset,
        beyond_since=since,
        beyond_kind=kind,
        beyond_subject=subject,
        calendar_version=calendar_version,
    )
    return _as_shown(rows)


def _as_shown(rows: list[dict[str, Any]]) -> list[Difference]:
    is_english = get_language() == "en"
    return [
        Difference(
            kind=DifferenceKind(row["kind"]),
            subject=row["subject"],
            name=row["name"],
            amount=row["amount"],
            body_id=row["body_id"],
            body=(row["body_en"] if is_english else row["body"]) or "",
            since=row["since"],
            reason=row["reason"] or "",
            explained_by=row["explained_by"] or "",
            explained_at=row["explained_at"],
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Count:
    """How many differences of a kind stand, how many of them nobody explained, and since when the oldest of those."""

    kind: DifferenceKind
    count: int
    unexplained: int
    oldest: datetime | None


def counts(asked: Asked, *, at: datetime, seen_by: Actor) -> list[Count]:
    """Every kind with its count, in one statement. Raises NotAllowed."""
    rows = _rows(
        "SELECT kind, count(*), count(*) FILTER (WHERE explained_at IS NULL) AS unexplained,"
        " min(since) FILTER (WHERE explained_at IS NULL) AS oldest FROM told GROUP BY kind",
        asked,
        sight_of(seen_by),
        at,
    )
    found = {row["kind"]: row for row in rows}
    nothing = {"count": 0, "unexplained": 0, "oldest": None}
    return [
        Count(kind, **{name: found.get(kind.value, nothing)[name] for name in nothing})
        for kind in DifferenceKind
        if kind in PARTS
    ]


def difference_of(kind: DifferenceKind, subject: str, *, at: datetime, seen_by: Actor) -> Difference:
    """One difference as it stands now, for whoever reads the books of its body or is the one to explain it.

    Raises NotAllowed, DifferenceUnknown.
    """
    asked = Asked(_FIRST_DAY, timezone.localdate(at), kind=kind, subject=subject)
    if found := _as_shown(_rows("SELECT * FROM told", asked, books_of(seen_by), at)):
        return found[0]
    for one in _as_shown(_rows("SELECT * FROM told", asked, Sight(is_whole=True), at)):
        if can_explain(one.body_id, hands_of(subject), seen_by, asked.last):
            return one
    may_read_books(seen_by)
    raise DifferenceUnknown(field="difference")


def explanations_of(kind: DifferenceKind, subject: str) -> list[DifferenceExplanation]:
    """All that was ever said of what differs, also when its amount was another, the newest first.

    For whoever was shown the difference, or explained it.
    """
    said = DifferenceExplanation.objects.filter(kind=kind, subject=subject)
    return list(said.select_related("explained_by").order_by("-pk"))


def _rows(
    select: str,
    asked: Asked,
    sight: Sight,
    at: datetime,
    *,
    calendar_version: int | None = None,
    **more: Any,
) -> list[dict[str, Any]]:
    known = PARTS
    kinds = [asked.kind] if asked.kind else list(known)
    found = " UNION ALL ".join(known[kind].sql(kind) for kind in kinds if kind in known)
    if not found:
        return []
    values = {
        **asdict(spans_at(at, calendar_version)),
        "from": start_of(asked.first),
        "until": start_of(asked.last + timedelta(days=1)),
        "is_whole": sight.is_whole,
        "of_no_body": sight.of_no_body,
        "agencies": list(sight.agency_ids),
        "units": list(sight.unit_ids),
        "body": asked.body_id,
        "is_explained": asked.is_explained,
        "subject": asked.subject,
        **more,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ALL.format(parts=found) + select, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
