"""A bank's statement: read whole, kept and shown first, then taken in by a worker, line by line; no file and no line twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.actors import Actor
from apps.core import jobs, outbox, request_keys
from apps.core.canonical import read_moment, spell_moment
from apps.core.errors import Refusal
from apps.core.file_store import store
from apps.core.loading import Faults
from apps.core.models import Job, JobRow, JobState
from apps.receipts.bank_file import Expected, ReadLine, account_of_job, ending_of, kind_of, read_statement
from apps.receipts.choices import LineOutcome
from apps.receipts.errors import AccountUnconfirmed, StatementKnown, StatementRefused
from apps.receipts.models import BankLine, BankStatement, CollectionAccount
from apps.receipts.policies import may_keep_accounts_of

TASK = "apps.receipts.tasks.take_statement"
FORGET = "apps.receipts.tasks.forget_statement"
# A task of cases, since a line may pay what an order asked.
MATCH = "apps.cases.tasks.match_account"
# A year and a day: more in one file is a slip.
MOST_DAYS = 367


def propose_statement(
    content: bytes,
    filename: str,
    *,
    account: CollectionAccount,
    days: tuple[date, date],
    balances: tuple[int, int],
    by: Actor,
    at: datetime,
    request_key: str,
) -> Job:
    """Reads and checks a whole file, and stores it with what it would add. `balances` are the opening and closing one, in đồng.

    Raises NotAllowed, AccountUnconfirmed, StatementKnown, StatementRefused with every fault by its line, Replayed with the
    job, KeyReused.
    """
    may_keep_accounts_of(account.agency_id, by)
    if not account.is_confirmed:
        raise AccountUnconfirmed(field="account")
    digest = hashlib.sha256(content).digest()
    sent = {
        "account": account.pk,
        "sha256": digest.hex(),
        "days": [day.isoformat() for day in days],
        "balances": list(balances),
    }
    once: dict[str, Any] = {
        "actor_id": by.account_id,
        "key": request_key,
        "verb": "propose_statement",
        "body": sent,
    }
    request_keys.refuse_replay(**once)
    if BankStatement.objects.filter(sha256=digest).exists():
        raise StatementKnown(field="file")
    faults = Faults(filename)
    (starts_on, ends_on), (opening, closing) = days, balances
    _check_days(account, starts_on, ends_on, at, faults)
    expected = Expected(account.number, starts_on, ends_on, opening, closing)
    lines = [] if faults.found else read_statement(content, expected, faults)
    rows = _rows(account, lines, faults)
    if faults.found:
        raise StatementRefused(faults.found)
    kept = store(f"bank-statements/{at:%Y/%m/%d}/{uuid4()}.{ending_of(content)}", BytesIO(content))
    head = {
        "storage_name": kept.storage_name,
        "sha256": kept.sha256.hex(),
        "size": kept.size,
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "opening": opening,
        "closing": closing,
    }
    job = Job(kind=kind_of(account.pk), subject=filename[:200], proposed_by=by.user_id, proposed_at=at)
    first = JobRow(position=0, key="", outcome=LineOutcome.HEAD, content=head, difference={})
    try:
        return jobs.propose(
            job, [first, *rows], beside=lambda job: request_keys.claim_once(**once, answer=str(job.pk), at=at)
        )
    except (Refusal, request_keys.Replayed):
        # Rolled back for certain: nothing refers to the file, and it names persons.
        default_storage.delete(kept.storage_name)
        raise


def _check_days(account: CollectionAccount, first: date, last: date, at: datetime, faults: Faults) -> None:
    if not first <= last <= timezone.localdate(at) or (last - first).days >= MOST_DAYS:
        faults.add("", "", _("the days must follow one another, be at most a year, and not lie ahead"))
    elif first < account.valid_from or (account.valid_to and last >= account.valid_to):
        faults.add("", "", _("the account is the body's on other days"))


def _rows(account: CollectionAccount, lines: Sequence[ReadLine], faults: Faults) -> list[JobRow]:
    known = _known(account.pk, [line.reference for line in lines])
    rows = []
    for line in lines:
        content = {"booked_at": spell_moment(line.booked_at), "amount": line.amount, "memo": line.memo}
        outcome = _outcome(line.amount, known.get(_named(line.reference, line.booked_at)))
        if outcome == LineOutcome.CONTRADICTS:
            faults.add(_("line %d") % line.number, line.reference, _contradiction())
        rows.append(
            JobRow(position=line.number, key=line.reference, outcome=outcome, content=content, difference={})
        )
    return rows


# A bank may use a reference again on another day.
_Named = tuple[str, date]


def _named(reference: str, booked_at: datetime) -> _Named:
    return reference, timezone.localdate(booked_at)


def _known(account_id: int, references: Sequence[str]) -> dict[_Named, BankLine]:
    lines = BankLine.objects.filter(account_id=account_id, reference__in=references)
    return {_named(line.reference, line.booked_at): line for line in lines}


def _outcome(amount: int, known: BankLine | None) -> LineOutcome:
    if known is None:
        return LineOutcome.NEW
    return LineOutcome.KNOWN if known.amount == amount else LineOutcome.CONTRADICTS


def _outcome_of(row: JobRow, known: Mapping[_Named, BankLine]) -> LineOutcome:
    named = _named(row.key, read_moment(row.content["booked_at"]))
    return _outcome(row.content["amount"], known.get(named))


def start_statement(job: Job, *, by: Actor, at: datetime, request_key: str) -> Job:
    """Takes in what was proposed, by a worker.

    Raises NotAllowed, JobNotOpen, JobUnderWay, StatementKnown, StatementRefused where another statement that was taken in
    since the proposal contradicts it, StatementFileNotKept of a proposal that is older than the keeping of files, Replayed with
    the job, KeyReused.
    """
    account_id = account_of_job(job)
    account = CollectionAccount.objects.get(pk=account_id)
    may_keep_accounts_of(account.agency_id, by)
    once: dict[str, Any] = {
        "actor_id": by.account_id,
        "key": request_key,
        "verb": "start_statement",
        "body": {"job": job.pk},
    }
    request_keys.refuse_replay(**once)

    def take_head(started: Job) -> None:
        request_keys.claim_once(**once, answer=str(job.pk), at=at)
        # From here on no other statement of the account is taken in beside this one.
        _refuse_contradicted(started, account_id)
        said = started.rows.get(position=0).content
        BankStatement.objects.create(
            uuid=uuid4(),
            account_id=account_id,
            storage_name=said.get("storage_name"),
            sha256=bytes.fromhex(said["sha256"]),
            size=said.get("size"),
            stored_at=started.proposed_at,
            starts_on=date.fromisoformat(said["starts_on"]),
            ends_on=date.fromisoformat(said["ends_on"]),
            opening=said["opening"],
            closing=said["closing"],
            imported_by_id=by.account_id,
            imported_at=at,
        )

    return jobs.start(
        job.pk,
        kind=job.kind,
        task=TASK,
        # The statement is its own ground.
        decision=job.subject,
        actor_id=by.user_id,
        at=at,
        about=f"account:{account_id}",
        beside=take_head,
    )


def _refuse_contradicted(job: Job, account_id: int) -> None:
    faults = Faults(job.subject)
    rows = list(job.rows.exclude(outcome=LineOutcome.HEAD).order_by("position"))
    known = _known(account_id, [row.key for row in rows])
    for row in rows:
        if _outcome_of(row, known) == LineOutcome.CONTRADICTS:
            faults.add(_("line %d") % row.position, row.key, _contradiction())
    if faults.found:
        raise StatementRefused(faults.found)


def _contradiction() -> str:
    return _("another statement has this reference on the same day with another amount")


def drop_statement(job: Job, *, by: Actor, at: datetime) -> Job:
    """Puts a proposal away; a worker deletes its file once that is certain. Raises NotAllowed, JobNotOpen."""
    account = CollectionAccount.objects.get(pk=account_of_job(job))
    may_keep_accounts_of(account.agency_id, by)
    return jobs.drop(
        job.pk,
        kind=job.kind,
        at=at,
        beside=lambda dropped: outbox.owe(FORGET, f"forget:{dropped.pk}", at, job=dropped.pk).save(),
    )


def forget_file(row_id: int, job_id: int, *, clock: Callable[[], datetime]) -> None:
    """Deletes the file of a proposal that was put away: it names persons and their accounts, and nobody needs it any more."""
    head = JobRow.objects.get(job=job_id, job__state=JobState.DROPPED, position=0).content
    if "storage_name" in head:
        default_storage.delete(head["storage_name"])
    outbox.effect(row_id, clock(), lambda: None)


def settle(rows: Sequence[JobRow], at: datetime) -> None:
    """Adds some lines of a statement, each looked for once more among those that are there, and owes their matching."""
    job = rows[0].job
    account_id = account_of_job(job)
    digest = bytes.fromhex(job.rows.get(position=0).content["sha256"])
    statement = BankStatement.objects.get(sha256=digest)
    known = _known(account_id, [row.key for row in rows])
    new = []
    for row in rows:
        if row.outcome == LineOutcome.HEAD:
            continue
        row.outcome = _outcome_of(row, known)
        if row.outcome == LineOutcome.NEW:
            new.append(
                BankLine(
                    uuid=uuid4(),
                    statement=statement,
                    account_id=account_id,
                    position=row.position,
                    booked_at=read_moment(row.content["booked_at"]),
                    amount=row.content["amount"],
                    memo=row.content["memo"],
                    reference=row.key,
                )
            )
    BankLine.objects.bulk_create(new)
    effect = f"match:{statement.uuid}:{rows[-1].position}"
    outbox.owe(MATCH, effect, at, account=account_id).save()
