"""The catalogue: a procedure, its versions, and what each version asks, costs, allows in time and does inside.

A published version is frozen, by the database itself (see `migrations/0004_version_guards`): a case stays on the
version that was in force when it was filed. Of a published version only the day on which it ends is set later.
"""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language

from apps.accounts.models import User
from apps.procedures.choices import (
    AfterSupplement,
    BorneBy,
    Channel,
    ComponentMode,
    ConnectingFactor,
    FeeKind,
    LimitUnit,
    PayBefore,
    Quantity,
    StepAct,
    StepProduct,
    VersionState,
)
from apps.units.choices import Level
from apps.units.models import AgencyKind, Validity


class Procedure(models.Model):
    """An entry of the catalogue under its national code; without a published version nobody can file it.

    `issued_by` and `carried_out_by` are the words of the national list. `left_list_on` is the day since which that list
    no longer has it: it is closed for filing, and its open cases go on. `closed_note` says why filing was closed by
    decision, whatever its versions say. An English name or a level that the list does not give is empty until somebody
    enters it.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=1000)
    name_en = models.CharField(max_length=1000, blank=True, default="")
    field = models.CharField(max_length=160)
    field_en = models.CharField(max_length=160, blank=True, default="")
    level = models.CharField(max_length=8, choices=Level.choices, blank=True, default="")
    issued_by = models.CharField(max_length=200, blank=True, default="")
    carried_out_by = ArrayField(models.CharField(max_length=400), default=list)
    left_list_on = models.DateField(null=True)
    closed_note = models.CharField(max_length=300, blank=True, default="")
    closed_note_en = models.CharField(max_length=300, blank=True, default="")
    for_citizens = models.BooleanField()
    for_businesses = models.BooleanField()
    is_verified = models.BooleanField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]\.[0-9]{6}(\.[0-9A-Z.]+)?$"),
                name="procedure_code_has_its_shape",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def title(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name

    @property
    def field_title(self) -> str:
        return self.field_en if self.field_en and get_language() == "en" else self.field

    @property
    def closed_text(self) -> str:
        return self.closed_note_en if get_language() == "en" else self.closed_note


class VersionQuerySet(models.QuerySet):
    def in_force_on(self, day: date) -> Self:
        return self.filter(
            Q(in_force_to__isnull=True) | Q(in_force_to__gt=day),
            state=VersionState.PUBLISHED,
            in_force_from__lte=day,
        )


class ProcedureVersion(models.Model):
    """What the law says of a procedure from a day on; of a draft, `in_force_from` is the day for which it is meant.

    `form_schema` is a JSON Schema (2020-12, restricted) of the answers asked here. `closed_note` says why nobody can
    file, where that is so. A row whose `is_…_established` is false is ours, not the law's, and is shown so.
    `revision` counts how often a draft was saved: whoever saves says which revision they saw.
    """

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=VersionState.choices)
    in_force_from = models.DateField()
    in_force_to = models.DateField(null=True)
    decision = models.CharField(max_length=200, blank=True, default="")
    channels = ArrayField(models.CharField(max_length=8, choices=Channel.choices))
    presence_channels = ArrayField(models.CharField(max_length=8, choices=Channel.choices), default=list)
    after_supplement = models.CharField(
        max_length=8, choices=AfterSupplement.choices, default=AfterSupplement.RESTART
    )
    # How long the case waits for the applicant; without a window a person decides, and no draft is sent to be confirmed.
    supplement_window = models.PositiveSmallIntegerField(null=True)
    supplement_window_unit = models.CharField(max_length=12, blank=True, default="")
    payment_window = models.PositiveSmallIntegerField(null=True)
    payment_window_unit = models.CharField(max_length=12, blank=True, default="")
    confirmation_window = models.PositiveSmallIntegerField(null=True)
    confirmation_window_unit = models.CharField(max_length=12, blank=True, default="")
    is_agreement_provided = models.BooleanField(default=False)
    result_name = models.CharField(max_length=300)
    result_name_en = models.CharField(max_length=300)
    form_schema = models.JSONField()
    closed_note = models.CharField(max_length=300, blank=True, default="")
    closed_note_en = models.CharField(max_length=300, blank=True, default="")
    note = models.TextField(blank=True, default="")
    note_en = models.TextField(blank=True, default="")
    based_on = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="drafts")
    drafted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)
    published_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="version_key"),
            models.CheckConstraint(condition=Q(state__in=VersionState.values), name="version_state_known"),
            models.CheckConstraint(
                condition=Q(in_force_to__isnull=True) | Q(in_force_to__gte=F("in_force_from")),
                name="version_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="version_in_force_once_at_a_time",
                expressions=[
                    (F("procedure"), RangeOperators.EQUAL),
                    (Validity(F("in_force_from"), F("in_force_to")), RangeOperators.OVERLAPS),
                ],
                condition=Q(state=VersionState.PUBLISHED),
            ),
        ]

    def is_superseded_on(self, day: date) -> bool:
        """Whether it was in force and no longer is; that follows from its dates and is stored nowhere."""
        return (
            self.state == VersionState.PUBLISHED and self.in_force_to is not None and self.in_force_to <= day
        )

    @property
    def is_draft(self) -> bool:
        return self.state == VersionState.DRAFT

    @property
    def result_title(self) -> str:
        return self.result_name_en if get_language() == "en" else self.result_name

    @property
    def closed_text(self) -> str:
        return self.closed_note_en if get_language() == "en" else self.closed_note


class VersionPart(models.Model):
    """A numbered row of a version; the first whose condition holds is the one that counts, where only one may.

    A condition is a small expression tree (see `conditions`); empty means always.
    """

    position = models.PositiveSmallIntegerField()
    condition = models.JSONField(null=True, blank=True)
    is_established = models.BooleanField(default=True)
    note = models.CharField(max_length=600, blank=True, default="")
    note_en = models.CharField(max_length=600, blank=True, default="")

    class Meta:
        abstract = True

    @property
    def note_text(self) -> str:
        return self.note_en if get_language() == "en" else self.note


class Competence(VersionPart):
    """Who decides: a kind of agency, and what ties the case to the unit on which that agency sits."""

    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="competences")
    agency_kind = models.ForeignKey(AgencyKind, on_delete=models.PROTECT, related_name="competences")
    factor = models.CharField(max_length=24, choices=ConnectingFactor.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="competence_key")]


class TimeLimit(VersionPart):
    """How long the law gives. An empty value means that the limit is not established.

    `verified_value` is the most that it gives in all where facts must be verified; empty where it gives no more.
    """

    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="time_limits")
    value = models.PositiveSmallIntegerField(null=True)
    unit = models.CharField(max_length=12, choices=LimitUnit.choices)
    cut_off = models.TimeField(null=True)
    verified_value = models.PositiveSmallIntegerField(null=True)
    verified_unit = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="time_limit_key"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gt=0), name="time_limit_is_positive"
            ),
        ]


class Component(VersionPart):
    """A paper asked for. Only mode `upload` can block an online filing.

    A paper that is held already is offered instead of being asked for: where it `is_lasting`, the one that the applicant
    gave before under the same code; and the result that the city itself issued under one of the procedures `results_of`.
    """

    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="components")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=400)
    name_en = models.CharField(max_length=400)
    mode = models.CharField(max_length=16, choices=ComponentMode.choices)
    is_required = models.BooleanField()
    copies = models.PositiveSmallIntegerField(default=1)
    is_lasting = models.BooleanField(default=False)
    results_of = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="component_key"),
            models.UniqueConstraint(fields=["version", "code"], name="component_code_once"),
        ]

    @property
    def title(self) -> str:
        return self.name_en if get_language() == "en" else self.name


class FeeRule(VersionPart):
    """A line of the tariff, in đồng. Every rule whose condition holds is charged.

    An empty unit price means not established: nothing is collected, and that is said. Free is a price of 0 with its
    legal basis. `most` caps the amount of one copy.

    An exemption takes `exempt_percent` of the amount off while `exempt_condition` holds, within the dates of its own legal
    basis: the line stands, with what is waived and why.

    Without a `collector_kind` the fee is collected for the agency that decides; with one, for the agency of that kind to which
    `collector_factor` ties the case, by the written authorisation `collector_basis` (its number and date).
    `has_face_value`: a fixed amount, whose receipt has it printed (EBL02).
    """

    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="fee_rules")
    kind = models.CharField(max_length=8, choices=FeeKind.choices)
    name = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    unit_price = models.PositiveIntegerField(null=True)
    quantity = models.CharField(max_length=16, choices=Quantity.choices, default=Quantity.ONE)
    most = models.PositiveIntegerField(null=True)
    borne_by = models.CharField(max_length=12, choices=BorneBy.choices, default=BorneBy.APPLICANT)
    pay_before = models.CharField(max_length=12, choices=PayBefore.choices, default=PayBefore.ACCEPTANCE)
    legal_basis = models.CharField(max_length=200, blank=True, default="")
    basis_from = models.DateField(null=True)
    basis_to = models.DateField(null=True)
    is_refundable = models.BooleanField(default=False)
    exempt_condition = models.JSONField(null=True, blank=True)
    exempt_percent = models.PositiveSmallIntegerField(null=True)
    exempt_basis = models.CharField(max_length=200, blank=True, default="")
    exempt_from = models.DateField(null=True)
    exempt_to = models.DateField(null=True)
    collector_kind = models.ForeignKey(
        AgencyKind, null=True, on_delete=models.PROTECT, related_name="fees_collected"
    )
    collector_factor = models.CharField(
        max_length=24, choices=ConnectingFactor.choices, blank=True, default=""
    )
    collector_basis = models.CharField(max_length=200, blank=True, default="")
    has_face_value = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="fee_rule_key"),
            models.CheckConstraint(
                condition=Q(exempt_percent__isnull=True, exempt_condition__isnull=True)
                | Q(exempt_percent__range=(1, 100), exempt_condition__isnull=False),
                name="exemption_says_when_and_how_much",
            ),
            models.CheckConstraint(
                condition=Q(collector_kind__isnull=True, collector_factor="", collector_basis="")
                | (Q(collector_kind__isnull=False) & ~Q(collector_factor="") & ~Q(collector_basis="")),
                name="another_collector_is_authorised",
            ),
            models.CheckConstraint(
                condition=Q(has_face_value=False) | Q(unit_price__gt=0, quantity=Quantity.ONE),
                name="face_value_of_a_fixed_amount",
            ),
        ]

    @property
    def title(self) -> str:
        return self.name_en if get_language() == "en" else self.name


class Step(VersionPart):
    """One leg of the internal process: where, who, the verb that closes it, what it leaves, and its share of the time.

    Without a kind of agency it is done by the agency that decides; with one, by the agency of that kind to which
    `factor` ties the case, as with competence. `may_skip` is the role that may do without the step, for a reason; empty
    where nobody may.
    """

    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="steps")
    code = models.CharField(max_length=30)
    name = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160)
    agency_kind = models.ForeignKey(AgencyKind, null=True, on_delete=models.PROTECT, related_name="steps")
    factor = models.CharField(max_length=24, choices=ConnectingFactor.choices, blank=True, default="")
    role = models.CharField(max_length=16)
    act = models.CharField(max_length=16, choices=StepAct.choices)
    product = models.CharField(max_length=8, choices=StepProduct.choices, blank=True, default="")
    product_name = models.CharField(max_length=200, blank=True, default="")
    product_name_en = models.CharField(max_length=200, blank=True, default="")
    may_skip = models.CharField(max_length=16, blank=True, default="")
    share = models.PositiveSmallIntegerField()
    share_of = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="step_key"),
            models.CheckConstraint(condition=Q(share__lte=F("share_of")), name="step_share_fits"),
            models.CheckConstraint(
                condition=Q(agency_kind__isnull=True, factor="")
                | (Q(agency_kind__isnull=False) & ~Q(factor="")),
                name="step_elsewhere_says_where",
            ),
            models.CheckConstraint(
                condition=Q(product="", product_name="") | (~Q(product="") & ~Q(product_name="")),
                name="step_product_has_a_name",
            ),
        ]

    @property
    def title(self) -> str:
        return self.name_en if get_language() == "en" else self.name

    @property
    def product_title(self) -> str:
        return self.product_name_en if get_language() == "en" else self.product_name


class LinkedPart(VersionPart):
    """One case that an application of a group opens: under which procedure, when, and after the results of which others.

    `waits_for` are positions of parts that stand before it, so that no group can wait for itself. Without a condition
    the part always opens; whoever waits for a part that does not open does not wait for it.
    """

    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="linked_parts")
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="groups")
    waits_for = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="linked_part_key"),
            models.UniqueConstraint(fields=["version", "procedure"], name="linked_part_once"),
        ]
