"""What a case gives: its result, and the rows that tie it to fees, receipts, papers, notices and the law's provisions."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear

from apps.accounts.models import User
from apps.applications.models import Attachment
from apps.cases.choices import Certainty, Outcome, ProvisionSubject
from apps.cases.models.case import Case, CaseEvent
from apps.documents.models import Document
from apps.notifications.models import Notice
from apps.receipts.models import FeeDue, PaymentOrder, Receipt, RefundProposal
from apps.units.models import Agency


class LegalProvision(models.Model):
    """On which provision of the law a reason rests: document, article, clause, and how sure that is.

    It is data that an administrator changes by decision. Where nothing is established the document is unset.
    """

    subject = models.CharField(max_length=8, choices=ProvisionSubject.choices)
    code = models.CharField(max_length=24, blank=True)
    document = models.CharField(max_length=120, blank=True)
    article = models.CharField(max_length=20, blank=True)
    clause = models.CharField(max_length=20, blank=True)
    certainty = models.CharField(max_length=12, choices=Certainty.choices)
    note = models.CharField(max_length=300, blank=True)
    note_en = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "code"], name="provision_key"),
            models.CheckConstraint(
                condition=Q(certainty=Certainty.UNSET, document="", article="", clause="")
                | (
                    Q(certainty__in=[Certainty.ESTABLISHED, Certainty.SECOND_HAND])
                    & ~Q(document="")
                    & ~Q(article="")
                ),
                name="provision_unset_or_named",
            ),
        ]


class CaseResult(models.Model):
    """The written result, granted or refused: number, date, file, hash, signer. A corrected one names the old one.

    `agency` released it: within one year of dates it gives a number once, also to a corrected result.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="results_released")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="results")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    number = models.CharField(max_length=60)
    dated_on = models.DateField()
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField()
    supersedes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="superseded_by"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(supersedes__isnull=True), name="result_superseded_not_doubled"
            ),
            models.UniqueConstraint("agency", ExtractYear("dated_on"), "number", name="result_number_once"),
        ]


class CaseFee(models.Model):
    """A fee line of this case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="fees")
    fee = models.OneToOneField(FeeDue, on_delete=models.PROTECT, related_name="+")


class CaseOrder(models.Model):
    """What the applicant asked to pay online in this case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="orders")
    order = models.OneToOneField(PaymentOrder, on_delete=models.PROTECT, related_name="+")


class CaseRefund(models.Model):
    """Money of this case that may have to go back."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="refunds")
    proposal = models.OneToOneField(RefundProposal, on_delete=models.PROTECT, related_name="+")


class CaseReceipt(models.Model):
    """A receipt issued in this case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="receipts")
    # By uuid: the row is written before the number is taken, and checked when the transaction commits.
    receipt = models.OneToOneField(Receipt, to_field="uuid", on_delete=models.PROTECT, related_name="+")


class CaseDocument(models.Model):
    """A statutory paper of this case: issued by an event, or made of the ledger as far as that event.

    One that is corrected, issued again or overtaken by a later event stays as it is; another replaces it. `issuer` is the
    agency in whose name it stands: not always where the case is, and of one that replaces another still the other's.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    event = models.ForeignKey(CaseEvent, on_delete=models.PROTECT, related_name="documents")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    issuer = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")), name="paper_replaces_another"
            )
        ]


class ActPaper(models.Model):
    """A file that an act of the office left: the record of a verification, a written opinion; not for the applicant."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="act_papers")
    event = models.OneToOneField(CaseEvent, on_delete=models.PROTECT, related_name="+")
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")


class CaseNotice(models.Model):
    """A notice about this case, once for each event."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
    event = models.OneToOneField(CaseEvent, on_delete=models.PROTECT, related_name="notice")
    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="+")
