"""What ties the cases of one application together: which case waits for the result of which other."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from apps.applications.models import Application
from apps.cases.models.case import Case
from apps.cases.models.issued import CaseResult


class CaseLink(models.Model):
    """A case that waits for the result of another of the same application, opened before it.

    Since keys only grow, no case can wait for itself, directly or around. `result` is the one that was delivered to the
    agency of the waiting case, the newest where a corrected one followed; it is acknowledged there by `acknowledge_by`.
    The application of both is checked by the database (see `migrations/0011_linked_cases`).
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="case_links")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="prerequisites")
    prerequisite = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="dependants")
    result = models.ForeignKey(CaseResult, null=True, on_delete=models.PROTECT, related_name="delivered_to")
    delivered_at = models.DateTimeField(null=True)
    acknowledge_by = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "prerequisite"], name="case_link_once"),
            models.CheckConstraint(
                condition=Q(prerequisite__lt=F("case")), name="case_link_to_one_opened_before"
            ),
            models.CheckConstraint(
                condition=Q(result__isnull=True, delivered_at__isnull=True, acknowledge_by__isnull=True)
                | Q(result__isnull=False, delivered_at__isnull=False, acknowledge_by__gte=F("delivered_at")),
                name="case_link_delivered_with_its_result",
            ),
        ]
        indexes = [
            models.Index(
                fields=["acknowledge_by"],
                name="case_link_delivered",
                condition=Q(acknowledge_by__isnull=False),
            )
        ]
