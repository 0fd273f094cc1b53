"""What is awaited of others: an agency that is offered the case, originals on their way, what the applicant owes it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from apps.accounts.models import User
from apps.applications.models import ApplicationRevision
from apps.cases.choices import HandoverAnswer, Omission, OpinionEnd
from apps.cases.models.case import Case, CaseEvent
from apps.procedures.models import Component
from apps.units.models import Agency


class Handover(models.Model):
    """A case offered to another agency: until it is received the case and its time are the sender's."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handovers")
    from_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="handovers_sent")
    to_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="handovers_offered")
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    # The agency is to do a step, or has the case back after one; to decide stays where it was.
    is_for_step = models.BooleanField(default=False)
    answer = models.CharField(max_length=8, choices=HandoverAnswer.choices, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(answered_at__isnull=True), name="handover_open_once"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="handover_answer_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(from_agency=F("to_agency")), name="handover_to_another_agency"
            ),
        ]
        indexes = [
            models.Index(
                fields=["to_agency", "due_at"], name="handover_open", condition=Q(answered_at__isnull=True)
            ),
            models.Index(
                fields=["from_agency", "case"],
                name="handover_sent",
                condition=Q(answer=HandoverAnswer.RECEIVED),
            ),
        ]


class OpinionRequest(models.Model):
    """What another agency is asked for while the case stays: answered, revoked, or lapsed with the end of the case.

    The question and the answer are the texts of their events; `hours` are the working hours given. It never stops the clock.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="opinions")
    number = models.PositiveSmallIntegerField()
    from_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="opinions_asked_for")
    to_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="opinions_asked_of")
    question = models.OneToOneField(CaseEvent, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    hours = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=8, choices=OpinionEnd.choices, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.OneToOneField(CaseEvent, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="opinion_key"),
            models.UniqueConstraint(
                fields=["case", "to_agency"],
                condition=Q(ended_at__isnull=True),
                name="opinion_open_once_an_agency",
            ),
            models.CheckConstraint(
                condition=Q(end="", ended_at__isnull=True) | (~Q(end="") & Q(ended_at__isnull=False)),
                name="opinion_end_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(end=OpinionEnd.GIVEN) ^ Q(answer__isnull=True), name="opinion_given_has_an_answer"
            ),
            models.CheckConstraint(
                condition=~Q(from_agency=F("to_agency")), name="opinion_of_another_agency"
            ),
        ]
        indexes = [
            models.Index(
                fields=["to_agency", "due_at"], name="opinion_open", condition=Q(ended_at__isnull=True)
            )
        ]


class OriginalCustody(models.Model):
    """One turn of holding an original paper that was filed: by an agency, or by the applicant, who has no `holder`.

    Given by a clerk, or by the applicant (nobody); received by a clerk of the holder. Until `received_at` is known the
    paper is on its way. Exactly one turn of a paper is open, by an agency only where the case is.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="originals")
    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="originals_held")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "component"], condition=Q(left_at__isnull=True), name="original_held_once"
            ),
            models.CheckConstraint(
                condition=Q(received_by__isnull=True) | Q(received_at__isnull=False, holder__isnull=False),
                name="original_received_by_a_holder",
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True) | Q(received_at__gte=F("given_at")),
                name="original_received_after_given",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True)
                | Q(received_at__isnull=False, left_at__gte=F("received_at")),
                name="original_left_after_received",
            ),
        ]


class SupplementRequest(models.Model):
    """One request to complete the file: what, why, whose omission; closed by one declaration of completeness."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="supplement_requests")
    number = models.PositiveSmallIntegerField()
    is_at_intake = models.BooleanField()
    omission = models.CharField(max_length=12, choices=Omission.choices)
    items = models.JSONField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    completed_at = models.DateTimeField(null=True)
    revision = models.ForeignKey(ApplicationRevision, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="supplement_key"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(completed_at__isnull=True), name="supplement_open_once"
            ),
            # One request at intake and one in handling.
            models.UniqueConstraint(fields=["case", "is_at_intake"], name="supplement_once_a_phase"),
        ]
        # Few cases are asked twice: whoever lists them need not read every request that ever was.
        indexes = [models.Index(fields=["case"], name="supplement_second", condition=Q(number__gte=2))]

    @property
    def items_by_number(self) -> dict[str, str]:
        """What is asked for, in its own words, by the number under which files are given for it: “1”, “2”…"""
        return {str(number): each["item"] for number, each in enumerate(self.items, 1)}


class Obligation(models.Model):
    """What another authority has set for the applicant, such as a tax, and by which paper it was fulfilled.

    The amount is in đồng, empty while nobody knows it; it is that authority's money and on no receipt of ours.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="obligations")
    number = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=300)
    authority = models.CharField(max_length=200)
    amount = models.PositiveBigIntegerField(null=True)
    reference = models.CharField(max_length=120, blank=True, default="")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    voucher = models.CharField(max_length=120, blank=True, default="")
    fulfilled_at = models.DateTimeField(null=True)
    fulfilled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="obligation_key"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(fulfilled_at__isnull=True), name="obligation_open_once"
            ),
            models.CheckConstraint(
                condition=Q(fulfilled_at__isnull=True, voucher="")
                | (Q(fulfilled_at__isnull=False) & ~Q(voucher="")),
                name="obligation_fulfilled_by_a_voucher",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0), name="obligation_amount_is_positive"
            ),
        ]
