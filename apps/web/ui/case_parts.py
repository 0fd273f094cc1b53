"""Parts of a case's page that the desk and the oversight share: its status, parties, money and papers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.applications.choices import PartyRole
from apps.cases import selectors
from apps.cases.choices import EventKind, Outcome
from apps.cases.selectors import SeenCase
from apps.cases.status_shown import StatusShown
from apps.citizens.choices import VIETNAM, IdentityKind, countries
from apps.core.spoken import day, dong, moment
from apps.interface.particulars import particulars_shown
from apps.procedures.choices import BorneBy, PayBefore
from apps.web.ui.parts import Cell, Column, SummaryRow
from apps.web.ui.provisions import provision_shown

if TYPE_CHECKING:
    from apps.applications.models import Party
    from apps.cases.models import Case, CaseDocument, CaseEvent
    from apps.receipts.models import FeeDue, Receipt


def status_rows(shown: StatusShown) -> list[SummaryRow]:
    """What a status always shows below the head of the page; a row without a value is left out."""
    rows = [
        SummaryRow(_("Received by"), shown.receiving_agency, note=shown.received_by),
        SummaryRow(_("Decided by"), shown.competent_agency),
        SummaryRow(_("With"), shown.current_agency, note=shown.handled_by),
        SummaryRow(_("Result returned at"), shown.returning_agency),
        SummaryRow(_("Received at"), moment(shown.received_at)),
        SummaryRow(_("To be accepted by"), moment(shown.intake_due_at)),
        SummaryRow(_("Withdrawal to be answered by"), moment(shown.withdrawal_due_at)),
        SummaryRow(_("Accepted at"), moment(shown.accepted_at)),
        SummaryRow(_("Handled since"), moment(shown.handling_since)),
        SummaryRow(_("Result promised for"), moment(shown.promised_at)),
        SummaryRow(_("The applicant answers by"), moment(shown.applicant_due_at)),
        SummaryRow(_("Ended at"), moment(shown.ended_at)),
        SummaryRow(_("Outcome"), shown.outcome),
        SummaryRow(_("Why"), shown.why),
        SummaryRow(
            _("Legal provision"),
            provision_shown(shown.provision) if shown.provision else "",
            note=shown.provision.note if shown.provision else "",
        ),
        SummaryRow(_("What the applicant must do"), shown.to_do),
    ]
    return [row for row in rows if row.value]


def party_rows(seen: SeenCase, *, whole: bool, with_name: bool = True) -> list[tuple[str, list[SummaryRow]]]:
    """The parties with their particulars: whole, or with numbers, addresses and birthdays hidden.

    Somebody in several roles is shown once, under all of them.
    """
    roles: dict[str, list[str]] = {}
    parties: dict[str, Party] = {}
    for party in selectors.parties_of(seen):
        who = str((party.citizen_id, party.business_id, party.particulars))
        roles.setdefault(who, []).append(str(PartyRole(party.role).label))
        if who not in parties or party.authority:
            parties[who] = party
    return [
        (
            ", ".join(roles[who]),
            [
                *_particulars(party, whole, with_name),
                *(_by_what_right(party) if whole or with_name else []),
            ],
        )
        for who, party in parties.items()
    ]


def _by_what_right(party: Party) -> list[SummaryRow]:
    return [SummaryRow(_("By what right"), party.authority)] if party.authority else []


def _particulars(party: Party, whole: bool, with_name: bool) -> list[SummaryRow]:
    shown, declared = particulars_shown(party, whole=whole, named=with_name), party.particulars
    paper = "" if party.is_organisation else shown["identity_kind"]
    rows = [
        SummaryRow(_("Name"), shown["name"]),
        SummaryRow(
            str(IdentityKind(paper).label) if paper else _("Number"),
            shown["identity_number"],
        ),
        SummaryRow(_("Issuing country"), _foreign_country(shown["identity_country"])),
        # Of what is hidden whole it stays to be seen that it was declared.
        SummaryRow(_("Born on"), _day_of_birth(_or_hidden(shown["born_on"], declared.get("born_on")))),
        SummaryRow(_("Telephone"), shown["phone"]),
        SummaryRow(_("E-mail"), shown["email"]),
        SummaryRow(_("Address"), _or_hidden(shown["address"], declared.get("address"))),
    ]
    return [row for row in rows if row.value]


def _or_hidden(shown: object, declared: object) -> str:
    return str(shown or "•••••" * bool(declared))


def _foreign_country(code: str) -> str:
    """The name of the country that issued an identity paper; nothing of Viet Nam, which goes without saying."""
    return "" if code == VIETNAM else dict(countries()).get(code, "")


def _day_of_birth(spelled: str) -> str:
    """A day of birth, kept as in ISO 8601, as people write it: 15/08/1990; what is no date as it was declared."""
    try:
        return date.fromisoformat(spelled).strftime("%d/%m/%Y")
    except ValueError:
        return spelled


def custody_rows(case: Case) -> list[SummaryRow]:
    """Each original paper that was filed: who holds it, and since when."""
    return [
        SummaryRow(
            turn.component.title,
            turn.holder.title if turn.holder else _("The applicant"),
            note=_("since %(when)s") % {"when": moment(turn.received_at)}
            if turn.received_at
            else _("on its way since %(when)s") % {"when": moment(turn.given_at)},
        )
        for turn in selectors.custody_of(case)
    ]


def fee_table(case: Case) -> tuple[list[Column], list[list[Cell]]]:
    """Fee lines: what, how much, borne by whom, before which gate, and whether settled."""
    columns = [
        Column(_("Fee")),
        Column(_("Amount"), is_number=True),
        Column(_("Borne by")),
        Column(_("Due")),
        Column(_("State")),
    ]
    rows = []
    for fee in selectors.fees_of(case):
        settled = hasattr(fee, "settlement")
        state = _("Paid") if settled else _("To be paid") if fee.is_owed_by_applicant else _("Nothing to pay")
        rows.append(
            [
                Cell(fee.rule.title, note=" · ".join(filter(None, [fee.legal_basis, _exempted(fee)]))),
                Cell(dong(fee.amount), note=f"{fee.quantity} × {dong(fee.unit_price)}")
                if fee.is_established
                else Cell(unset_fee()),
                Cell(BorneBy(fee.borne_by).label),
                Cell(PayBefore(fee.pay_before).label),
                Cell(state if fee.is_established else "–"),
            ]
        )
    return columns, rows


def _exempted(fee: FeeDue) -> str:
    if not fee.exempted:
        return ""
    return _("%(amount)s waived by %(basis)s") % {"amount": dong(fee.exempted), "basis": fee.exempt_basis}


def unset_fee() -> str:
    """What stands instead of an amount where no price is established: never 0."""
    return _("not established; nothing is collected")


def receipt_rows(case: Case, readable: Collection[UUID] | None = None) -> list[list[Cell]]:
    """Receipts: number and series, body, amount, date; at the desk the files of those `readable` to who reads."""
    rows = []
    for each in selectors.receipts_of(case):
        receipt = each.receipt
        is_signed = hasattr(receipt, "paper")
        address = [case.code, receipt.uuid] if is_signed and receipt.uuid in (readable or ()) else []
        cells = [
            Cell(
                name_of(receipt),
                href=reverse("desk:receipt", args=address) if address else "",
                note=correction_note(receipt) or ("" if is_signed else _("The paper is still being made.")),
            ),
            Cell(receipt.series.collecting_body.title),
            Cell(dong(receipt.amount)),
            Cell(moment(receipt.issued_at)),
        ]
        if readable is not None:
            cells += [
                Cell(_("XML"), href=reverse("desk:receipt_data", args=address)) if address else Cell("–"),
                Cell(_("Print"), href=reverse("desk:print_receipt", args=address)) if address else Cell("–"),
            ]
        rows.append(cells)
    return rows


def name_of(receipt: Receipt) -> str:
    """Series and number on one line; the body is named beside it."""
    return f"{receipt.series.code}\N{NO-BREAK SPACE}–\N{NO-BREAK SPACE}{receipt.number}"


def correction_note(receipt: Receipt) -> str:
    """What became of a receipt, and which one it replaces: the chain, seen from any of its links."""
    said = []
    if replaces := receipt.snapshot.get("replaces"):
        said.append(_("Replaces %(series)s – %(number)s.") % replaces)
    said += [
        _("Corrected by notice %(number)s of %(year)s.") % {"number": each.number, "year": each.year}
        for each in receipt.notices.all()
    ]
    if by := getattr(receipt, "replaced_by", None):
        said.append(
            _("Wrong: replaced by %(series)s – %(number)s.") % {"series": by.series.code, "number": by.number}
        )
    return " ".join(said)


def receipt_columns(*, with_files: bool = False) -> list[Column]:
    columns = [
        Column(_("Receipt")),
        Column(_("Collecting body")),
        Column(_("Amount"), is_number=True),
        Column(_("Issued")),
    ]
    return [*columns, Column(_("Data")), Column(_("On paper"))] if with_files else columns


def paper_rows(seen: SeenCase, url_name: str = "") -> list[list[Cell]]:
    """Statutory papers with the act that issued them; the office's own for whom the matter is not their own."""
    case = seen.case
    rows = selectors.documents_of(case, with_internal=not seen.standing.is_party)
    replaced = selectors.replaced_among(rows)
    return [
        [
            Cell(
                paper_title(row.document.kind),
                href=reverse(url_name, args=[case.code, row.document.uuid])
                if url_name and hasattr(row.document, "file")
                else "",
                note=replaced_note(replaced.get(row.document.uuid))
                or ("" if hasattr(row.document, "file") else _("The paper is still being made.")),
            ),
            Cell(_issued_by(row), note=numbered_note(row)),
            Cell(moment(row.document.created_at)),
        ]
        for row in rows
    ]


def paper_columns() -> list[Column]:
    return [Column(_("Paper")), Column(_("Issued by the act")), Column(_("When"))]


LEGACY_TITLES = {
    "legacy_01": gettext_lazy("Receipt of papers and appointment for the result"),
    "legacy_02": gettext_lazy("Request to supplement and complete the file"),
    "legacy_03": gettext_lazy("Refusal to take in the file"),
    "legacy_04": gettext_lazy("Apology and new appointment for the result"),
    "legacy_05": gettext_lazy("Control sheet of the handling"),
    "legacy_06": gettext_lazy("Register of files"),
}


# Forms that the law does not number plainly.
_NUMBERS = {"form_04ss": "04/SS-CTĐT"}


def paper_title(kind: str) -> str:
    """A statutory paper by its number: form_01 → Form 01; one of the legacy set by its old number and name."""
    number = kind.rsplit("_", 1)[-1]
    if kind in LEGACY_TITLES:
        return _("Form %(number)s of 2018: %(title)s") % {"number": number, "title": LEGACY_TITLES[kind]}
    return _("Form %(number)s") % {"number": _NUMBERS.get(kind, number)}


def replaced_note(by: CaseEvent | None) -> str:
    """What stands beside a paper that another has replaced: by which act, and when; nothing beside one that counts."""
    if by is None:
        return ""
    if by.kind == EventKind.SECRET_ISSUED_AGAIN:
        return _("Replaced: its tracking secret no longer holds.")
    return _("Replaced on %(day)s.") % {"day": day(timezone.localdate(by.at))}


def _issued_by(row: CaseDocument) -> str:
    """The act that issued a paper; a control sheet is made of the ledger as far as an event."""
    if row.document.kind == "form_06":
        return _("The ledger as far as event %(number)d") % {"number": row.event.sequence}
    return str(EventKind(row.event.kind).label)


def numbered_note(row: CaseDocument) -> str:
    """The number and date that an old paper bears; others are numbered as their case."""
    said = row.document.snapshot
    if row.document.kind not in LEGACY_TITLES:
        return ""
    return _("Number %(number)s of %(day)s") % {
        "number": said["number"],
        "day": day(date.fromisoformat(said["dated_on"])),
    }


def result_rows(case: Case, url_name: str = "") -> list[list[Cell]]:
    """Results: number, date, outcome, signer; a corrected one stands beside the one it replaced."""
    return [
        [
            Cell(
                row.number,
                href=reverse(url_name, args=[case.code, row.pk]) if url_name else "",
                note=_("Replaces an earlier result.") if row.supersedes_id else "",
            ),
            Cell(day(row.dated_on)),
            Cell(Outcome(row.outcome).label),
            Cell(row.signed_by.full_name),
        ]
        for row in selectors.results_of(case)
    ]


def obligation_rows(case: Case) -> list[SummaryRow]:
    """What other authorities have set, with amount, notice and proof."""
    return [
        SummaryRow(
            row.authority,
            row.what,
            note=" · ".join(
                filter(
                    None,
                    (
                        dong(row.amount) if row.amount else "",
                        row.reference,
                        _("proven by %(voucher)s, %(when)s")
                        % {"voucher": row.voucher, "when": moment(row.fulfilled_at)}
                        if row.fulfilled_at
                        else _("not fulfilled yet"),
                    ),
                )
            ),
        )
        for row in selectors.obligations_of(case)
    ]


def result_columns() -> list[Column]:
    return [Column(_("Result")), Column(_("Dated")), Column(_("Outcome")), Column(_("Signed by"))]
