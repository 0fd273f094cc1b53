"""What may be asked of cases. Every question says who asks; nobody who forgets to say sees anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.applications.choices import PartyRole
from apps.applications.models import Attachment, Party, RevisionAttachment
from apps.applications.selectors import answers_of
from apps.cases import routing
from apps.cases.choices import HandoverAnswer, Routing, Status, UnroutableReason
from apps.cases.codes import read_case_code
from apps.cases.errors import CaseUnknown, FileNotReady, TrackingFailed
from apps.cases.models import (
    Case,
    CaseDocument,
    CaseEvent,
    CaseFee,
    CaseReceipt,
    CaseResult,
    Handover,
    OriginalCustody,
    SupplementRequest,
)
from apps.cases.policies import (
    CASEWORK,
    Standing,
    agencies_of,
    can_read_receipt,
    can_see,
    verbs_open,
)
from apps.cases.tracking import is_secret
from apps.core.errors import Refusal
from apps.documents.actions import read_file
from apps.documents.models import Document
from apps.procedures.choices import Channel
from apps.procedures.conditions import Facts
from apps.procedures.forms import date_in
from apps.procedures.selectors import VersionRules, rules_of
from apps.procedures.tariff import AssessedFee, assess, is_established
from apps.receipts.models import FeeDue
from apps.units.models import AdministrativeUnit, Agency
from apps.units.selectors import agency_at

_WITH_NAMES = (
    "application",
    "version__procedure",
    "receiving_agency__unit",
    "competent_agency__unit",
    "returning_agency",
    "current_agency__unit",
    "handler",
)
MOST_STILL_OPEN = 10
ENDED = (Status.DECLINED, Status.STOPPED, Status.DELIVERED)


def standing_of(case: Case, actor: Actor) -> Standing:
    """What ties an actor to a case: three small look-ups at most, by the case."""
    roles: frozenset[PartyRole] = frozenset()
    if actor.citizen_id or actor.business_ids:
        mine = Q(citizen_id=actor.citizen_id) if actor.citizen_id else Q()
        if actor.business_ids:
            mine |= Q(business_id__in=actor.business_ids)
        found = Party.objects.filter(mine, application_id=case.application_id, valid_to__isnull=True)
        roles = frozenset(PartyRole(role) for role in found.values_list("role", flat=True))
    handovers = list(Handover.objects.filter(case=case)) if actor.posts or actor.program else []
    return Standing(
        party_roles=roles,
        open_handover=next((handover for handover in handovers if handover.answered_at is None), None),
        sent_by_agencies=frozenset(handover.from_agency_id for handover in handovers),
        has_originals=bool(actor.posts) and case.status in ENDED and has_originals(case),
    )


@dataclass(frozen=True, slots=True)
class SeenCase:
    """A case as one person sees it."""

    case: Case
    standing: Standing
    verbs: list[str]
    is_official: bool


def case_seen_by(code: str, *, seen_by: Actor) -> SeenCase:
    """Raises CaseUnknown when there is none, or the actor may not know that there is; CaseCodeMalformed."""
    case = Case.objects.select_related(*_WITH_NAMES).filter(code=read_case_code(code)).first()
    if case is None:
        raise CaseUnknown(field="code")
    standing = standing_of(case, seen_by)
    if not can_see(case, seen_by, standing):
        raise CaseUnknown(field="code")
    return SeenCase(
        case=case,
        standing=standing,
        verbs=verbs_open(case, seen_by, standing),
        is_official=not standing.is_acting_party,
    )


def cases_of_person(*, seen_by: Actor) -> QuerySet[Case]:
    """The cases on whose application the actor has a role, newest first; nothing for anybody else."""
    cases = Case.objects.select_related(*_WITH_NAMES)
    if not (seen_by.citizen_id or seen_by.business_ids):
        return cases.none()
    mine = Q(citizen_id=seen_by.citizen_id) if seen_by.citizen_id else Q()
    if seen_by.business_ids:
        mine |= Q(business_id__in=seen_by.business_ids)
    applications = Party.objects.filter(
        mine,
        role__in=[PartyRole.FILER, PartyRole.APPLICANT, PartyRole.REPRESENTATIVE],
        valid_to__isnull=True,
    ).values("application_id")
    return cases.filter(application_id__in=applications).order_by("-id")


def still_open(
    procedure_id: int, *, citizen_id: int | None, business_id: int | None, subjects: Collection[str]
) -> list[str]:
    """Codes of open cases of the same applicant and procedure, about the same person where one is named."""
    if citizen_id is None and business_id is None:
        return []
    applies = Q(citizen_id=citizen_id) if business_id is None else Q(business_id=business_id)
    applications = Party.objects.filter(applies, role=PartyRole.APPLICANT, valid_to__isnull=True)
    cases = (
        Case.objects.filter(
            version__procedure_id=procedure_id, application_id__in=applications.values("application_id")
        )
        .exclude(status__in=ENDED)
        .order_by("-id")[:MOST_STILL_OPEN]
    )
    found = dict(cases.values_list("application_id", "code"))
    if found and subjects:
        names = {name.casefold() for name in subjects}
        concerned = Party.objects.filter(
            application_id__in=found, role=PartyRole.SUBJECT, valid_to__isnull=True
        ).values_list("application_id", "particulars")
        same = {application for application, said in concerned if said["name"].casefold() in names}
        found = {application: code for application, code in found.items() if application in same}
    return list(found.values())


def inbox(*, seen_by: Actor) -> QuerySet[Case]:
    """Open cases held by the agencies where the actor works on cases, the most urgent first."""
    agencies = seen_by.agencies_with(*CASEWORK)
    return (
        Case.objects.select_related(*_WITH_NAMES)
        .filter(current_agency_id__in=agencies)
        .exclude(status__in=ENDED)
        .order_by("due_at", "id")
    )


def handovers_waiting(*, seen_by: Actor) -> QuerySet[Handover]:
    """Cases offered to the actor's agencies and not yet answered."""
    agencies = seen_by.agencies_with(Role.RECEPTIONIST, Role.HANDLER, Role.HEAD)
    return (
        Handover.objects.filter(to_agency_id__in=agencies, answered_at__isnull=True)
        .select_related("case__version__procedure", "from_agency", "to_agency")
        .order_by("due_at", "id")
    )


def sent_on(*, seen_by: Actor) -> QuerySet[Case]:
    """Open cases that the actor's agencies received or sent on and that are elsewhere now: the sender keeps sight."""
    agencies = seen_by.agencies_with(*CASEWORK)
    received = Case.objects.filter(receiving_agency_id__in=agencies).exclude(status__in=ENDED)
    sent = Handover.objects.filter(from_agency_id__in=agencies, answer=HandoverAnswer.RECEIVED)
    # A union and no OR: each side reads its own index, which begins with the agency.
    ours = received.values("id").union(sent.values("case_id"))
    return (
        Case.objects.select_related(*_WITH_NAMES)
        .filter(pk__in=ours)
        .exclude(current_agency_id__in=agencies)
        .exclude(status__in=ENDED)
        .order_by("due_at", "id")
    )


def unrouted(*, seen_by: Actor) -> QuerySet[Case]:
    """Cases that stay with their receiving agency because they cannot be routed, with the reason."""
    return (
        Case.objects.select_related(*_WITH_NAMES)
        .filter(receiving_agency_id__in=seen_by.agencies_with(*CASEWORK), routing=Routing.UNROUTABLE)
        .exclude(status__in=ENDED)
        .order_by("id")
    )


def applicants_of(cases: list[Case]) -> dict[int, str]:
    """The applicant's name by application, for a page of cases already shown to somebody."""
    return applicant_names(case.application_id for case in cases)


def applicant_names(application_ids: Iterable[int]) -> dict[int, str]:
    """The same by the applications of a page of values."""
    parties = Party.objects.filter(
        application_id__in=list(application_ids), role=PartyRole.APPLICANT, valid_to__isnull=True
    )
    return {
        application: particulars.get("name", "")
        for application, particulars in parties.values_list("application_id", "particulars")
    }


def timeline(seen: SeenCase) -> list[CaseEvent]:
    """The ledger of a case that the actor sees, oldest first; free text only for officials and supervisors."""
    return list(
        CaseEvent.objects.filter(case=seen.case)
        .select_related("by", "from_agency", "to_agency", "text")
        .order_by("sequence")
    )


def parties_of(seen: SeenCase) -> list[Party]:
    return list(
        Party.objects.filter(application_id=seen.case.application_id, valid_to__isnull=True).order_by("id")
    )


def fees_of(case: Case) -> list[FeeDue]:
    """Fee lines in force of a case with their settlement, in the order they were assessed."""
    return _fees_by_case([case]).get(case.pk, [])


def _fees_by_case(cases: Sequence[Case]) -> dict[int, list[FeeDue]]:
    rows = (
        CaseFee.objects.filter(case__in=cases, fee__in=FeeDue.objects.in_force())
        .select_related("fee__rule", "fee__settlement")
        .order_by("fee_id")
    )
    fees: dict[int, list[FeeDue]] = {}
    for row in rows:
        fees.setdefault(row.case_id, []).append(row.fee)
    return fees


def owed_at(case: Case, *gates: str) -> int:
    """What the applicant still owes before these gates (any gate when none is named), in đồng.

    A line without an established price closes no gate.
    """
    due = FeeDue.objects.owed()
    if gates:
        due = due.filter(pay_before__in=gates)
    found = CaseFee.objects.filter(case=case, fee__in=due)
    return int(found.aggregate(total=Coalesce(Sum("fee__amount"), 0))["total"])


@dataclass(frozen=True, slots=True)
class Owed:
    """What the applicant still owes, in đồng. Not established: a price is unset, nothing is collected, 0 is no total."""

    amount: int
    is_established: bool

    @property
    def is_payable(self) -> bool:
        """While one price is unset nothing is collected of the others either."""
        return self.is_established and self.amount > 0


def still_owed(fees: Iterable[FeeDue]) -> list[FeeDue]:
    """Those that the applicant still has to pay, of lines as `fees_of` gives them."""
    return [fee for fee in fees if fee.is_owed_by_applicant and not hasattr(fee, "settlement")]


def owed_of(fees: Sequence[FeeDue]) -> Owed:
    """The sum of lines as `fees_of` gives them."""
    return Owed(sum(fee.amount or 0 for fee in still_owed(fees)), is_established(fees))


def owed_by_case(cases: Sequence[Case]) -> dict[int, Owed]:
    """What the applicant still owes in each of these cases, for a page of cases already shown to somebody."""
    fees = _fees_by_case(cases)
    return {case.pk: owed_of(fees.get(case.pk, [])) for case in cases}


def receipts_of(case: Case) -> list[CaseReceipt]:
    return list(
        CaseReceipt.objects.filter(case=case)
        .select_related("receipt__series__collecting_body", "receipt__paper__document__file")
        .order_by("receipt__issued_at")
    )


def receipts_readable(seen: SeenCase, *, seen_by: Actor) -> frozenset[UUID]:
    """The uuids of those receipts of the case that `receipt_file` would give the actor."""
    rows = CaseReceipt.objects.filter(case=seen.case).select_related("receipt__payment")
    return _readable(rows, seen.case, seen.standing, seen_by)


def _readable(rows: Iterable[CaseReceipt], case: Case, standing: Standing, actor: Actor) -> frozenset[UUID]:
    payers = Party.objects.filter(application_id=case.application_id, role=PartyRole.PAYER).order_by("id")
    found = list(payers)
    return frozenset(
        row.receipt.uuid
        for row in rows
        if can_read_receipt(row.receipt.payment, _payer_at(found, row), actor, standing)
    )


def _payer_at(payers: Iterable[Party], row: CaseReceipt) -> Party | None:
    """Who was named as payer when the money was taken."""
    at = row.receipt.payment.taken_at
    return next(
        (each for each in payers if each.valid_from <= at and (each.valid_to is None or at < each.valid_to)),
        None,
    )


def documents_of(case: Case) -> list[CaseDocument]:
    return list(
        CaseDocument.objects.filter(case=case)
        .select_related("document__file", "event")
        .order_by("event__sequence")
    )


def results_of(case: Case) -> list[CaseResult]:
    return list(
        CaseResult.objects.filter(case=case).select_related("attachment", "signed_by").order_by("released_at")
    )


def handovers_of(case: Case) -> list[Handover]:
    """Every time the case was offered to another agency, oldest first."""
    return list(
        Handover.objects.filter(case=case)
        .select_related("from_agency", "to_agency")
        .order_by("offered_at", "id")
    )


def custody_of(case: Case) -> list[OriginalCustody]:
    """Who holds each original paper that was filed, now, and since when."""
    return list(
        OriginalCustody.objects.filter(case=case, left_at__isnull=True)
        .select_related("component", "holder")
        .order_by("component__position", "id")
    )


def has_originals(case: Case) -> bool:
    """Whether an agency still holds an original paper of the case."""
    return OriginalCustody.objects.filter(case=case, left_at__isnull=True, holder__isnull=False).exists()


def supplements_of(case: Case) -> list[SupplementRequest]:
    return list(SupplementRequest.objects.filter(case=case).order_by("number"))


def case_by_secret(code: str, secret: str) -> Case:
    """The case for whoever holds the code and the secret of form 01. Raises TrackingFailed, telling nothing apart."""
    try:
        case = Case.objects.select_related(*_WITH_NAMES).filter(code=read_case_code(code)).first()
    except Refusal as error:
        raise TrackingFailed(field="code") from error
    if case is None or not is_secret(secret, bytes(case.tracking_hash)):
        raise TrackingFailed(field="code")
    return case


def facts_of(
    rules: VersionRules,
    *,
    channel: Channel,
    answers: dict[str, Any],
    applicant_kind: str,
    connecting_unit: AdministrativeUnit | None,
    subject_age: int | None,
) -> Facts:
    """What conditions may read of one filing."""
    return {
        **answers,
        "channel": channel,
        "applicant_kind": applicant_kind,
        "unit_kind": connecting_unit.kind if connecting_unit else None,
        "subject_age": subject_age,
        "copies": answers.get("copies", 1),
        "pages": answers.get("pages", 1),
    }


def fees_before_filing(rules: VersionRules, facts: Facts, at: datetime) -> list[AssessedFee]:
    """What a filing would cost, with reasons, before anything is filed."""
    return assess(rules.fee_rules, facts, timezone.localdate(at))


def competent_agency(
    rules: VersionRules,
    facts: Facts,
    *,
    connecting_unit: AdministrativeUnit | None,
    receiving_agency: Agency,
    at: datetime,
) -> Agency | UnroutableReason:
    """The agency that the law makes competent, by one indexed look-up; or why a person must choose."""
    day = timezone.localdate(at)
    place = routing.competent_place(
        routing.competence(rules, facts),
        connecting_unit=connecting_unit,
        receiving_unit=receiving_agency.unit,
        day=day,
    )
    if isinstance(place, UnroutableReason):
        return place
    return agency_at(place.agency_kind_id, place.unit_id, day) or UnroutableReason.NO_AGENCY


def facts_of_case(case: Case, *, outcome: str | None = None) -> Facts:
    """What conditions may read of a case as it was filed and supplemented, with the outcome once it is known."""
    applicant = Party.objects.get(
        application_id=case.application_id, role=PartyRole.APPLICANT, valid_to__isnull=True
    )
    answers = answers_of(case.application_id)
    facts = facts_of(
        rules_of(case.version_id),
        channel=Channel(case.application.channel),
        answers=answers,
        applicant_kind="business" if applicant.is_organisation else "citizen",
        connecting_unit=case.application.connecting_unit,
        subject_age=age_of_subject(
            answers,
            date_in(applicant.particulars.get("born_on")),
            timezone.localdate(case.application.filed_at),
        ),
    )
    return {**facts, "outcome": outcome}


def age_of_subject(answers: Mapping[str, Any], applicant_born_on: date | None, day: date) -> int | None:
    """Full years, on a day, of the person concerned: the one the answers name, else the applicant."""
    named = answers.get("subject_born_on")
    born = date_in(named) if named else applicant_born_on
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def competent_agency_of(case: Case, *, at: datetime) -> Agency | UnroutableReason:
    """Where the case was routed, else where its answers point."""
    return case.competent_agency or agency_by_answers(case, at=at)


def agency_by_answers(case: Case, *, at: datetime) -> Agency | UnroutableReason:
    """The one look-up for a case with its answers as they stand, wherever it was routed."""
    return competent_agency(
        rules_of(case.version_id),
        facts_of_case(case),
        connecting_unit=case.application.connecting_unit,
        receiving_agency=case.receiving_agency,
        at=at,
    )


@dataclass(frozen=True, slots=True)
class Download:
    """Bytes that the actor may have, and under which name."""

    filename: str
    media_type: str
    content: bytes


def paper_file(code: str, document_uuid: UUID, *, seen_by: Actor) -> Download:
    """The PDF of a statutory paper, for the applicant's side and for staff of the agencies concerned.

    A supervisor sees that it is there: it names people whole, and form 01 carries the tracking secret. Raises
    CaseUnknown, FileNotReady.
    """
    seen = case_seen_by(code, seen_by=seen_by)
    row = (
        CaseDocument.objects.filter(case=seen.case, document__uuid=document_uuid)
        .select_related("document__file")
        .first()
    )
    if row is None or not works_on(seen, seen_by):
        raise CaseUnknown(field="document")
    return _pdf(row.document, f"{row.document.kind}-{seen.case.code}.pdf")


def receipt_file(code: str, receipt_uuid: UUID, *, seen_by: Actor) -> Download:
    """The PDF of a receipt, for its payer, who may see nothing else of the case, and for staff who answer for the money.

    Raises CaseUnknown, also to others who see the case; FileNotReady.
    """
    row = (
        CaseReceipt.objects.filter(case__code=read_case_code(code), receipt__uuid=receipt_uuid)
        .select_related("case", "receipt__payment", "receipt__paper__document__file", "receipt__series")
        .first()
    )
    if row is None or not _readable([row], row.case, standing_of(row.case, seen_by), seen_by):
        # Whoever may not know of the case is told what they would be told if there were none.
        case_seen_by(code, seen_by=seen_by)
        raise CaseUnknown(field="receipt")
    paper = getattr(row.receipt, "paper", None)
    if paper is None:
        raise FileNotReady()
    name = f"bien-lai-{row.receipt.series.code}-{row.receipt.number}.pdf"
    return _pdf(paper.document, name)


def result_file(code: str, result_id: int, *, seen_by: Actor) -> Download:
    """The signed result, for the applicant's side and for staff of the agencies concerned. Raises CaseUnknown."""
    seen = case_seen_by(code, seen_by=seen_by)
    row = CaseResult.objects.filter(case=seen.case, pk=result_id).select_related("attachment").first()
    if row is None or not works_on(seen, seen_by):
        raise CaseUnknown(field="result")
    return _upload(row.attachment)


def attachment_file(code: str, attachment_uuid: UUID, *, seen_by: Actor) -> Download:
    """A file given with the application. A supervisor sees that it is there, and not what is in it. Raises CaseUnknown."""
    seen = case_seen_by(code, seen_by=seen_by)
    row = (
        RevisionAttachment.objects.filter(
            revision__application_id=seen.case.application_id, attachment__uuid=attachment_uuid
        )
        .select_related("attachment")
        .first()
    )
    if row is None or not works_on(seen, seen_by):
        raise CaseUnknown(field="attachment")
    return _upload(row.attachment)


def works_on(seen: SeenCase, actor: Actor) -> bool:
    """Whether the actor is of the applicant's side or works on cases at an agency concerned: who only supervises is not."""
    return seen.standing.is_acting_party or any(
        actor.holds(agency, *CASEWORK) for agency in agencies_of(seen.case, seen.standing)
    )


def _pdf(document: Document, filename: str) -> Download:
    stored = getattr(document, "file", None)
    if stored is None:
        raise FileNotReady()
    return Download(filename, "application/pdf", read_file(stored))


def _upload(attachment: Attachment) -> Download:
    with default_storage.open(attachment.storage_name) as file:
        return Download(attachment.filename, attachment.media_type, file.read())
