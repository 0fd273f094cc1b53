"""Wrong receipts are answered by the law's own two ways: a notice where that is enough, another receipt for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from apps.accounts.actors import Actor
from apps.cases.actions.acting import Act, acting
from apps.cases.actions.collecting import issue
from apps.cases.choices import EventKind
from apps.cases.errors import NotYours, ReasonMissing
from apps.cases.models import Case, CaseEvent, CaseReceipt
from apps.cases.papers import issue_form_04ss, replacement_snapshot
from apps.procedures.selectors import is_said_of_fees
from apps.receipts.actions.notices import next_number
from apps.receipts.actions.numbering import Unnumbered, face_value_of, open_series_of
from apps.receipts.corrections import (
    MOST_CHARACTERS,
    Way,
    differing,
    fee_texts,
    read_corrections,
    way_of,
)
from apps.receipts.errors import (
    FeeTextOfNoRule,
    NothingCorrected,
    NothingLeft,
    NoticeIsEnough,
    ReceiptNotOfCase,
    ReceiptReplaced,
    ReplacementIsNeeded,
)
from apps.receipts.models import Receipt, ReceiptNotice
from apps.receipts.policies import can_answer_for_receipts
from apps.receipts.selectors import left_of
from apps.receipts.succession import issuing_body
from apps.units.models import Agency


def notify_receipt_error(
    code: str,
    *,
    receipt: UUID,
    corrections: Mapping[str, str],
    reason: str,
    by: Actor,
    at: datetime,
    request_key: str,
) -> CaseEvent:
    """Tells the payer and the tax authority (form 04/SS-CTĐT) how a name, an address or the amount in words should read.

    `corrections` gives the right text of `name`, `address`, `amount_in_words`; the receipt stays in force and no number is
    taken. (Nghị định 254/2026/NĐ-CP.) Raises ReceiptNotOfCase, ReceiptReplaced, CorrectionUnknown, AmountIsComputed,
    WordsOfAnotherAmount, NothingCorrected, ReplacementIsNeeded, ReasonMissing, NotYours, and what all verbs raise.
    """
    body = {"receipt": receipt, "corrections": dict(corrections), "reason": reason}
    with acting("notify_receipt_error", code, by=by, at=at, request_key=request_key, body=body) as act:
        wrong, issuer = _wrong_one(act, receipt, reason)
        wanted = differing(wrong, read_corrections(corrections, at=act.at))
        if not wanted:
            raise NothingCorrected(field="corrections")
        if way_of(wanted) is Way.REPLACEMENT:
            raise ReplacementIsNeeded(field="corrections")
        year, number = next_number(issuer, at=act.at)
        told = {name: {"was": was, "right": right} for name, (was, right) in wanted.items()}
        uuid = uuid4()
        event = act.record(
            EventKind.RECEIPT_NOTICED,
            data={"receipt": str(wrong.uuid), "notice": str(uuid), "form": "form_04ss"},
            text=reason,
        )
        paper = issue_form_04ss(
            act, event, wrong, issuer=issuer, number=number, corrections=told, reason=reason
        )
        ReceiptNotice.objects.create(
            uuid=uuid,
            receipt=wrong,
            body=issuer,
            year=year,
            number=number,
            corrections=told,
            reason=reason.strip(),
            document=paper.document,
            noticed_by_id=by.account_id,
            noticed_at=act.at,
        )
        return event


def replace_receipt(
    code: str,
    *,
    receipt: UUID,
    corrections: Mapping[str, str],
    reason: str,
    by: Actor,
    at: datetime,
    request_key: str,
) -> CaseEvent:
    """Issues another receipt, with a number of its own, that names the wrong one and stands for it.

    `corrections` gives what is right instead, by field (`apps.receipts.corrections`); the amount is never typed: it is what
    was settled less what was refunded. The wrong one keeps its number for ever. Of a body that has ended the successor
    issues it. (Nghị định 254/2026/NĐ-CP.) Raises ReceiptNotOfCase, ReceiptReplaced, CorrectionUnknown, AmountIsComputed,
    FeeTextOfNoRule, WordsOfAnotherAmount, NothingCorrected, NoticeIsEnough, NothingLeft, NoOpenSeries, ReasonMissing, NotYours, and what all verbs raise.
    """
    body = {"receipt": receipt, "corrections": dict(corrections), "reason": reason}
    with acting("replace_receipt", code, by=by, at=at, request_key=request_key, body=body) as act:
        wrong, issuer = _wrong_one(act, receipt, reason)
        wanted = differing(wrong, read_corrections(corrections, at=act.at))
        _refuse_what_no_rule_says(act.case, {name: right for name, (_was, right) in wanted.items()})
        left = left_of(wrong.payment)
        total = sum(left.values())
        if total == 0:
            raise NothingLeft()
        if total == wrong.amount and not wanted:
            raise NothingCorrected(field="corrections")
        if total == wrong.amount and way_of(wanted) is Way.NOTICE:
            raise NoticeIsEnough(field="corrections")
        fees = [fee for fee, amount in left.items() if amount]
        is_whole = all(amount == fee.amount for fee, amount in left.items())
        series = open_series_of(issuer, at=act.at, face_value=face_value_of(fees) if is_whole else None)
        snapshot = replacement_snapshot(
            act, wrong, {name: right for name, (_was, right) in wanted.items()}, left, issuer, reason.strip()
        )
        instead = Unnumbered(series, wrong.payment, total, snapshot, uuid4(), replaces=wrong)
        event = act.record(
            EventKind.RECEIPT_REPLACED,
            data={"receipts": [str(instead.uuid)], "replaced": str(wrong.uuid), "amount": total},
            text=reason,
        )
        issue(act, [instead], event.pk)
        return event


def _refuse_what_no_rule_says(case: Case, right: Mapping[str, str]) -> None:
    """Who takes money does not write what it was taken for. Raises FeeTextOfNoRule."""
    for field, text in fee_texts(right):
        if not is_said_of_fees(case.version.procedure_id, field, text):
            raise FeeTextOfNoRule(field="corrections", text=text)


def _wrong_one(act: Act, uuid: UUID, reason: str) -> tuple[Receipt, Agency]:
    """A receipt in force of the case, and who answers for it now; under the case's lock nobody else replaces it.

    Raises ReceiptNotOfCase, NotYours, ReceiptReplaced, ReasonMissing.
    """
    row = (
        CaseReceipt.objects.filter(case=act.case, receipt__uuid=uuid)
        .select_related("receipt__series__collecting_body", "receipt__payment", "receipt__replaced_by")
        .first()
    )
    if row is None:
        raise ReceiptNotOfCase(field="receipt")
    issuer = issuing_body(row.receipt.series.collecting_body)
    if not can_answer_for_receipts(issuer.pk, act.by):
        raise NotYours()
    if hasattr(row.receipt, "replaced_by"):
        raise ReceiptReplaced(field="receipt")
    if not reason.strip() or len(reason.strip()) > MOST_CHARACTERS:
        raise ReasonMissing(field="reason")
    return row.receipt, issuer
