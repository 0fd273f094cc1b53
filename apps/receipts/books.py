"""The books as an auditor reads them, and an accountant those of their body: every question says who asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from apps.accounts.actors import Actor
from apps.core.jobs import JobUnknown
from apps.core.masking import mask_memo
from apps.core.models import Job, JobRow
from apps.core.printed_codes import can_be_code
from apps.receipts.bank_file import KIND, account_of_job, kind_of
from apps.receipts.choices import CashMovementKind, LineOutcome
from apps.receipts.errors import (
    AccountUnknown,
    LineUnknown,
    NotMatched,
    ReceiptUnknown,
    SeriesUnknown,
    SessionUnknown,
)
from apps.receipts.matching import words_of
from apps.receipts.models import (
    ORDER_CODE_LENGTH,
    BankLine,
    BankMatch,
    BankStatement,
    CashierSession,
    CashMovement,
    CollectionAccount,
    LegacyReceipt,
    Payment,
    PaymentOrder,
    Receipt,
    ReceiptSeries,
    Refund,
)
from apps.receipts.policies import (
    bodies_accounted_for,
    bodies_kept,
    can_keep_accounts_of,
    may_answer_for_accounts,
    may_change_accounts,
    sight_of,
)
from apps.receipts.reconciliation.open_sides import banked_by
from apps.receipts.reconciliation.spans import start_of
from apps.units.models import Agency

MOST_JOBS = 30
# What of ours a line can be, as differences name it.
SUBJECT = r"^(payment|deposit|proposal):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z"


def bodies(*, seen_by: Actor) -> QuerySet[Agency]:
    """Bodies that ever collected, or have an account, and that the actor may see. Raises NotAllowed."""
    collected = Exists(ReceiptSeries.objects.filter(collecting_body=OuterRef("pk"), last_number__gt=0))
    has_account = Exists(CollectionAccount.objects.filter(agency=OuterRef("pk")))
    return (
        Agency.objects.filter(sight_of(seen_by).of())
        .filter(Q(collected) | Q(has_account))
        .order_by("identification_code", "id")
    )


# Accounts, statements, lines


def accounts(*, seen_by: Actor, kept: bool = False) -> list[CollectionAccount]:
    """Accounts of the bodies in sight, the newest of each first; where `kept`, confirmed ones that the actor is accountant of."""
    rows = accounts_in_sight(seen_by=seen_by)
    if kept:
        rows = rows.filter(agency__in=bodies_accounted_for(seen_by), confirmed_at__isnull=False)
    return list(rows.order_by("agency__identification_code", "-valid_from"))


def accounts_in_sight(*, seen_by: Actor) -> QuerySet[CollectionAccount]:
    """Accounts of the bodies in sight. Raises NotAllowed."""
    return CollectionAccount.objects.filter(sight_of(seen_by).of("agency")).select_related("agency")


def all_accounts(*, seen_by: Actor) -> QuerySet[CollectionAccount]:
    """Every account of the city, for who opens and ends them. Raises NotAllowed."""
    may_change_accounts(seen_by)
    return _with_acts(CollectionAccount.objects.all())


def accounts_answered_for(*, seen_by: Actor) -> QuerySet[CollectionAccount]:
    """Every account of the bodies whose money the actor answers for. Raises NotAllowed."""
    may_answer_for_accounts(seen_by)
    return _with_acts(CollectionAccount.objects.filter(agency__in=bodies_kept(seen_by)))


def _with_acts(rows: QuerySet[CollectionAccount]) -> QuerySet[CollectionAccount]:
    named = rows.select_related("agency", "opened_by", "confirmed_by", "ended_by")
    return named.order_by("agency__identification_code", "-valid_from")


def account_kept(account_id: int, *, seen_by: Actor) -> CollectionAccount:
    """An account of which the actor is accountant. Raises AccountUnknown."""
    found = CollectionAccount.objects.select_related("agency").filter(pk=account_id).first()
    if found is None or not can_keep_accounts_of(found.agency_id, seen_by):
        raise AccountUnknown(field="account")
    return found


def statements(*, seen_by: Actor) -> QuerySet[BankStatement]:
    """Statements of accounts in sight, each with how many lines it brought. Raises NotAllowed."""
    return (
        BankStatement.objects.filter(sight_of(seen_by).of("account__agency"))
        .select_related("account__agency", "imported_by")
        .annotate(count=Count("lines"), total=Sum("lines__amount"))
    )


def statement_of(uuid: UUID, *, seen_by: Actor) -> BankStatement:
    """One of them. Raises NotAllowed, LineUnknown."""
    found = statements(seen_by=seen_by).filter(uuid=uuid).first()
    if found is None:
        raise LineUnknown(field="statement")
    return found


def jobs_of_statements(*, seen_by: Actor) -> list[Job]:
    """The newest proposals and imports of the accounts that the actor keeps."""
    kinds = [kind_of(account.pk) for account in accounts(seen_by=seen_by, kept=True)]
    return list(Job.objects.filter(kind__in=kinds).order_by("-id")[:MOST_JOBS])


def job_of_statement(job_id: int, *, seen_by: Actor) -> tuple[Job, CollectionAccount]:
    """One of them with its account. Raises JobUnknown."""
    job = Job.objects.filter(pk=job_id, kind__startswith=f"{KIND}:").first()
    if job is None:
        raise JobUnknown(field="job")
    try:
        return job, account_kept(account_of_job(job), seen_by=seen_by)
    except AccountUnknown as error:
        raise JobUnknown(field="job") from error


def statement_of_job(job: Job) -> BankStatement | None:
    """The statement that a job that was shown takes in, or took; None until it is started."""
    head = job.rows.get(position=0).content
    return BankStatement.objects.filter(sha256=bytes.fromhex(head["sha256"])).first()


def counts_of_job(job: Job) -> dict[LineOutcome, int]:
    """How many lines of a statement have each outcome; its head is no line."""
    counted = job.rows.exclude(outcome=LineOutcome.HEAD).order_by().values("outcome").annotate(n=Count("pk"))
    return {LineOutcome(row["outcome"]): row["n"] for row in counted}


def rows_of_job(job: Job, outcome: LineOutcome) -> QuerySet[JobRow]:
    return job.rows.filter(outcome=outcome).order_by("position")


@dataclass(frozen=True, slots=True)
class LinesAsked:
    """Which lines are asked for: of these days (both included), an account, a statement; matched or not."""

    first: date | None = None
    last: date | None = None
    account_id: int | None = None
    statement: UUID | None = None
    is_matched: bool | None = None


def lines(asked: LinesAsked, *, seen_by: Actor) -> QuerySet[BankLine]:
    """Lines of accounts in sight, each with how many standing matches it has. Raises NotAllowed."""
    rows = (
        BankLine.objects.filter(sight_of(seen_by).of("account__agency"))
        .select_related("account__agency")
        .annotate(matched=Count("matches", filter=Q(matches__withdrawn_at__isnull=True)))
    )
    if asked.first:
        rows = rows.filter(booked_at__gte=start_of(asked.first))
    if asked.last:
        rows = rows.filter(booked_at__lt=start_of(asked.last + timedelta(days=1)))
    if asked.account_id:
        rows = rows.filter(account_id=asked.account_id)
    if asked.statement:
        rows = rows.filter(statement__uuid=asked.statement)
    if asked.is_matched is not None:
        rows = rows.filter(matched__gt=0) if asked.is_matched else rows.filter(matched=0)
    return rows


def line_of(uuid: UUID, *, seen_by: Actor) -> BankLine:
    """One line with its statement and account. Raises NotAllowed, LineUnknown."""
    line = (
        BankLine.objects.filter(sight_of(seen_by).of("account__agency"), uuid=uuid)
        .select_related("account__agency", "statement")
        .first()
    )
    if line is None:
        raise LineUnknown(field="line")
    return line


def lines_with_matches(asked: LinesAsked, *, seen_by: Actor) -> QuerySet[BankLine]:
    """The same lines, each with its statement and `matches` as `matches_of` gives them, for lists. Raises NotAllowed."""
    rows = lines(asked, seen_by=seen_by).select_related("statement")
    return rows.prefetch_related(Prefetch("matches", _matches(BankMatch.objects.all())))


def matches_of(line: BankLine) -> list[BankMatch]:
    """What a line is, and what it was thought to be, in the order in which it was matched."""
    return list(_matches(line.matches.all()))


def _matches(rows: QuerySet[BankMatch]) -> QuerySet[BankMatch]:
    return rows.select_related(
        "payment__order",
        "payment__collecting_body",
        "deposit__session__desk",
        "refund__proposal__payment",
        "matched_by",
        "withdrawn_by",
    ).order_by("id")


def amount_of(match: BankMatch) -> int:
    """What of ours a match names, in đồng, as the bank would have it: a refund is negative."""
    if match.payment:
        return match.payment.amount
    if match.deposit:
        return match.deposit.amount
    assert match.refund is not None
    return -match.refund.amount


def subject_of(match: BankMatch) -> str:
    """What of ours a match names, as differences name it: `payment:<uuid>`, `deposit:<uuid>`, `proposal:<uuid>` of a refund."""
    if match.payment:
        return f"payment:{match.payment.uuid}"
    if match.deposit:
        return f"deposit:{match.deposit.uuid}"
    assert match.refund is not None
    return f"proposal:{match.refund.proposal.uuid}"


def chosen_of(line: BankLine, subjects: Iterable[str]) -> list[tuple[str, int]]:
    """What of the line's body is named by subjects, as `match_line` takes it; whether each waits for a line is asked there.

    Raises NotMatched for one that the body, and those that it has succeeded, do not have. The caller has shown the line.
    """
    bodies = banked_by(line.account.agency_id)
    deposits = CashMovement.objects.filter(session__desk__in=bodies, kind=CashMovementKind.DEPOSIT)
    of_body: dict[str, tuple[str, QuerySet, str]] = {
        "payment": ("payment", Payment.objects.filter(collecting_body__in=bodies), "uuid"),
        "deposit": ("deposit", deposits, "uuid"),
        "proposal": (
            "refund",
            Refund.objects.filter(proposal__payment__collecting_body__in=bodies),
            "proposal__uuid",
        ),
    }
    named = list(dict.fromkeys(subjects))
    found: dict[str, tuple[str, int]] = {}
    for kind, (side, rows, column) in of_body.items():
        uuids = [subject.partition(":")[2] for subject in named if subject.startswith(f"{kind}:")]
        keys = rows.filter(**{f"{column}__in": uuids}).values_list(column, "pk") if uuids else ()
        found |= {f"{kind}:{uuid}": (side, pk) for uuid, pk in keys}
    if len(found) < len(named):
        raise NotMatched(field="ours")
    return [found[subject] for subject in named]


def memos_masked(some: Iterable[BankLine]) -> dict[int, str]:
    """The memo of each line with everything hidden that is no code of ours: names and accounts of payers."""
    found = list(some)
    words = {word for line in found for word in words_of(line.memo) if can_be_code(word, ORDER_CODE_LENGTH)}
    ours = set(PaymentOrder.objects.filter(code__in=words).values_list("code", flat=True)) if words else set()
    return {line.pk: mask_memo(line.memo, ours | _words_of_payout(line)) for line in found}


def _words_of_payout(line: BankLine) -> set[str]:
    """A pay-out of a gateway names no person: the word, the gateway, the day."""
    words = words_of(line.memo)
    at = words.index("PAYOUT") if "PAYOUT" in words else len(words)
    return set(words[at : at + 3]) if len(words) >= at + 3 and words[at + 2].isdecimal() else set()


# Series and cashiers' sessions


def series(*, seen_by: Actor, used: bool = False) -> QuerySet[ReceiptSeries]:
    """Series of bodies in sight, each with how many receipts it holds; where `used`, those of which a number was taken.

    Raises NotAllowed.
    """
    rows = (
        ReceiptSeries.objects.filter(sight_of(seen_by).of("collecting_body"))
        .select_related("collecting_body")
        .annotate(held=Count("receipts"))
    )
    return rows.filter(last_number__gt=0) if used else rows


def series_of(pk: int, *, seen_by: Actor) -> ReceiptSeries:
    """One series. Raises NotAllowed, SeriesUnknown."""
    found = series(seen_by=seen_by).filter(pk=pk).first()
    if found is None:
        raise SeriesUnknown(field="series")
    return found


def numbers_of(of: ReceiptSeries) -> QuerySet[Receipt]:
    """The receipts of a series that somebody was shown, 1…n, each with what it replaces and what replaced it."""
    return of.receipts.select_related("replaces__series", "replaced_by__series", "paper__document__file")


def legacy_receipts(*, seen_by: Actor) -> QuerySet[LegacyReceipt]:
    """Receipts of the old regime of bodies in sight: several bodies may have used the same series. Raises NotAllowed."""
    rows = LegacyReceipt.objects.filter(sight_of(seen_by).of("collecting_body"))
    return rows.select_related("collecting_body").order_by("-issued_on", "pk")


def legacy_receipt_of(pk: int, *, seen_by: Actor) -> LegacyReceipt:
    """One receipt of the old regime. Raises NotAllowed, ReceiptUnknown."""
    found = legacy_receipts(seen_by=seen_by).filter(pk=pk).first()
    if found is None:
        raise ReceiptUnknown(field="receipt")
    return found


def session_of(uuid: UUID, *, seen_by: Actor) -> CashierSession:
    """A cashier's session at a desk in sight. Raises NotAllowed, SessionUnknown."""
    found = (
        CashierSession.objects.filter(sight_of(seen_by).of("desk"), uuid=uuid)
        .select_related("desk", "cashier", "closed_by", "acknowledged__by")
        .first()
    )
    if found is None:
        raise SessionUnknown(field="session")
    return found


def movements_of(session: CashierSession) -> list[Any]:
    """Change and deposits of a session, each with the bank line that a deposit is."""
    standing = BankMatch.objects.filter(deposit=OuterRef("pk"), withdrawn_at__isnull=True)
    return list(
        session.movements.annotate(
            line_uuid=standing.values("line__uuid")[:1], line_reference=standing.values("line__reference")[:1]
        ).order_by("at", "id")
    )


def session_of_deposit(uuid: UUID, *, seen_by: Actor) -> UUID:
    """The session out of which a deposit was taken to the bank. Raises NotAllowed, SessionUnknown."""
    found = (
        CashierSession.objects.filter(sight_of(seen_by).of("desk"), movements__uuid=uuid)
        .values_list("uuid", flat=True)
        .first()
    )
    if found is None:
        raise SessionUnknown(field="deposit")
    return found


def account_to_open(**said: Any) -> CollectionAccount:
    """An account as an administrator describes it, not stored yet."""
    return CollectionAccount(**said)
