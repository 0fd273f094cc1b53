"""The notice of a wrong receipt, form 04/SS-CTĐT: what it says to the payer and to the tax authority."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from apps.accounts.choices import Role
from apps.cases.models import CaseDocument, CaseEvent
from apps.cases.papers.parts import desk_of, heading, issue, notes_of, officer_of, spelled
from apps.receipts.corrections import PRINTED_NAMES
from apps.receipts.models import Receipt
from apps.units.models import Agency

if TYPE_CHECKING:
    from apps.cases.actions.acting import Act


def issue_form_04ss(
    act: Act,
    event: CaseEvent,
    wrong: Receipt,
    *,
    issuer: Agency,
    number: int,
    corrections: Mapping[str, Mapping[str, str]],
    reason: str,
) -> CaseDocument:
    """Thông báo chứng từ điện tử đã lập sai: for a name, an address or the amount in words (Nghị định 254/2026/NĐ-CP)."""
    body = wrong.series.collecting_body
    snapshot: dict[str, Any] = {
        **heading(act, "TB-SSCTĐT"),
        "number": str(number),
        "desk": desk_of(issuer),
        "payer": wrong.snapshot["payer"],
        "receipt": {
            "form": wrong.series.form,
            "series": wrong.series.code,
            "number": wrong.number,
            "issued_at": spelled(wrong.issued_at),
            "amount": wrong.amount,
            "collecting_body": body.name,
            "tax_code": body.tax_code or None,
        },
        "corrections": [
            {"what": PRINTED_NAMES[name], "was": texts["was"], "right": texts["right"]}
            for name, texts in corrections.items()
        ],
        "reason": reason.strip(),
        "signed_by": officer_of(act, Role.HEAD, Role.APPROVER, Role.CASHIER),
        "is_layout_established": False,
        "notes": notes_of(act),
    }
    return issue(act, event, "form_04ss", snapshot, issuer=issuer)
