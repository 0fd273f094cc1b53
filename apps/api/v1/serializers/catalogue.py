"""The catalogue and the structure of the city, as the API shows them. Both are public."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from apps.api.v1.serializers.parts import Established, UnitName, identifier
from apps.procedures.choices import Channel


class ProcedureRow(serializers.Serializer):
    """A procedure in force today."""

    code = serializers.CharField(help_text="The national code, such as 1.001193.")
    name = serializers.CharField()
    field = serializers.CharField(help_text="The field of administration.")
    level = serializers.CharField(help_text="city, district or ward.")
    for_citizens = serializers.BooleanField()
    for_businesses = serializers.BooleanField()
    channels = serializers.ListField(child=serializers.CharField(), help_text="counter, online, post.")
    is_open = serializers.BooleanField(help_text="Whether anybody can file it now.")


class ComponentOut(Established):
    """A paper asked for. Only mode `upload` can block an online filing."""

    code = serializers.CharField(help_text="Used as the key of `attachments` and in `originals`.")
    name = serializers.CharField(source="title")
    mode = serializers.CharField(help_text="form, upload, original_shown, original_filed, from_data.")
    is_required = serializers.BooleanField()
    copies = serializers.IntegerField()
    is_lasting = serializers.BooleanField(help_text="Whether the one given before counts again.")
    results_of = serializers.ListField(
        child=serializers.CharField(), help_text="Procedures of which a result counts as this paper."
    )
    condition = serializers.JSONField(help_text="When it is asked for; null means always.")


class HeldPaperOut(serializers.Serializer):
    """A paper that is held of the reader already; named in `held` of a filing it is used, and need not be given."""

    component = serializers.CharField(source="component.code")
    name = serializers.CharField(source="component.title")
    held_as = serializers.CharField(help_text="paper (given before) or result (issued by the city).")
    held_from = serializers.CharField(help_text="The case that it comes from.")
    since = serializers.DateTimeField()
    filename = serializers.CharField(source="file.filename")


class FeeRuleOut(Established):
    """A line of the tariff, in đồng. An unset unit price is null and never 0: nothing is collected for it."""

    name = serializers.CharField(source="title")
    kind = serializers.CharField(help_text="phi (service fee) or le_phi (charge): Luật Phí và lệ phí 2015.")
    unit_price = serializers.IntegerField(allow_null=True, help_text="Đồng; null when it is not established.")
    quantity = serializers.CharField(help_text="What the price is multiplied by.")
    most = serializers.IntegerField(allow_null=True, help_text="The most for one copy, đồng.")
    borne_by = serializers.CharField(help_text="applicant or budget (the city's).")
    pay_before = serializers.CharField(
        help_text="The gate that it closes: filing, acceptance, decision, hand_over."
    )
    legal_basis = serializers.CharField(help_text="The decision that sets it.")
    basis_from = serializers.DateField(allow_null=True)
    basis_to = serializers.DateField(allow_null=True)
    condition = serializers.JSONField(help_text="When it holds; null means always.")
    exempt_condition = serializers.JSONField(help_text="When an exemption holds; null where there is none.")
    exempt_percent = serializers.IntegerField(allow_null=True, help_text="How much it takes off.")
    exempt_basis = serializers.CharField(help_text="The law of the exemption.")
    exempt_from = serializers.DateField(allow_null=True)
    exempt_to = serializers.DateField(allow_null=True)
    collector_kind = serializers.CharField(
        source="collector_kind.code",
        default="",
        help_text="The kind of agency for which it is collected; empty for the one that decides.",
    )
    collector_factor = serializers.CharField(help_text="What ties a case to that agency; else empty.")
    collector_basis = serializers.CharField(help_text="The written authorisation to collect; else empty.")
    has_face_value = serializers.BooleanField(help_text="Whether its receipt has the amount printed (EBL02).")


class LimitOut(Established):
    """How long the law gives: the first line whose condition holds counts."""

    value = serializers.IntegerField(allow_null=True, help_text="Null when it is not established.")
    unit = serializers.CharField(help_text="same_day, working_hour, clock_hour, working_day, day.")
    cut_off = serializers.TimeField(
        allow_null=True, help_text="Received strictly after it, the next counted day begins it."
    )
    verified_value = serializers.IntegerField(
        allow_null=True,
        help_text="The most in all where facts must be verified; null where it gives no more.",
    )
    verified_unit = serializers.CharField(help_text="Empty where there is no such value.")
    condition = serializers.JSONField(help_text="When it holds; null means always.")


class StepOut(Established):
    """One leg of the internal process: where and by whom, what it leaves, and its share of the limit."""

    code = serializers.CharField()
    name = serializers.CharField(source="title")
    agency_kind = serializers.CharField(
        source="agency_kind.code", default="", help_text="Empty where the agency that decides does it."
    )
    factor = serializers.CharField(help_text="What ties a case to that agency; else empty.")
    role = serializers.CharField()
    act = serializers.CharField(help_text="The verb that closes it.")
    product = serializers.CharField(help_text="What it must leave: note, file; empty for nothing.")
    product_name = serializers.CharField(source="product_title")
    may_skip = serializers.CharField(help_text="The role that may do without it; else empty.")
    condition = serializers.JSONField(help_text="When it is done; null means always.")
    share = serializers.IntegerField(help_text="Of `share_of` equal parts of the limit.")
    share_of = serializers.IntegerField()


class CompetenceOut(Established):
    """Who decides: a kind of agency, on the unit of the connecting factor."""

    agency_kind = serializers.CharField(source="agency_kind.code")
    agency_kind_name = serializers.CharField(source="agency_kind.title")
    factor = serializers.CharField(help_text="What ties a case to a unit.")
    condition = serializers.JSONField(help_text="When it holds; null means always.")


class LinkedPartOut(Established):
    """One case that an application of a group opens, under the procedure's own rules."""

    position = serializers.IntegerField()
    procedure = serializers.CharField(source="procedure.code")
    name = serializers.CharField(source="procedure.title")
    condition = serializers.JSONField(help_text="When it opens; null means always.")
    waits_for = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Positions of the parts whose results it waits for; its clock starts with them.",
    )


class ProcedureOut(serializers.Serializer):
    """What a procedure asks, costs, allows in time and does inside, in the version in force today."""

    code = serializers.CharField(source="procedure.code")
    name = serializers.CharField(source="procedure.title")
    field = serializers.SerializerMethodField(help_text="The field of administration.")
    level = serializers.CharField(source="procedure.level")
    for_citizens = serializers.BooleanField(source="procedure.for_citizens")
    for_businesses = serializers.BooleanField(source="procedure.for_businesses")
    version = serializers.IntegerField(source="version.number")
    in_force_from = serializers.DateField(source="version.in_force_from")
    in_force_to = serializers.DateField(source="version.in_force_to", allow_null=True)
    decision = serializers.CharField(source="version.decision")
    channels = serializers.ListField(child=serializers.CharField(), source="version.channels")
    presence_channels = serializers.ListField(
        child=serializers.CharField(),
        source="version.presence_channels",
        help_text="Channels in which the person must be present.",
    )
    result = serializers.CharField(source="version.result_title", help_text="What the applicant gets.")
    note = serializers.SerializerMethodField()
    is_open = serializers.SerializerMethodField()
    closed_reason = serializers.SerializerMethodField(
        help_text="Why nobody can file it now; empty when open."
    )
    after_supplement = serializers.CharField(
        source="version.after_supplement", help_text="restart or resume."
    )
    supplement_window = serializers.IntegerField(
        source="version.supplement_window",
        allow_null=True,
        help_text="How long the applicant may take to complete the file; null where a person decides.",
    )
    supplement_window_unit = serializers.CharField(source="version.supplement_window_unit")
    is_agreement_provided = serializers.BooleanField(
        source="version.is_agreement_provided",
        help_text="Whether the applicant may agree to a longer time in writing.",
    )
    components = ComponentOut(many=True)
    fee_rules = FeeRuleOut(many=True)
    time_limits = LimitOut(many=True)
    steps = StepOut(many=True)
    competences = CompetenceOut(many=True)
    linked_parts = LinkedPartOut(
        many=True, help_text="The cases that one application opens; empty unless the procedure is a group."
    )
    form_schema = serializers.JSONField(
        source="version.form_schema", help_text="JSON Schema (2020-12, restricted) of `answers`."
    )

    def get_is_open(self, rules: Any) -> bool:
        return bool(rules.is_open_for_filing(timezone.localdate()))

    def get_field(self, rules: Any) -> str:
        return in_language(rules.procedure, "field")

    def get_note(self, rules: Any) -> str:
        return in_language(rules.version, "note")

    def get_closed_reason(self, rules: Any) -> str:
        return closed_reason(rules)


class QuoteIn(serializers.Serializer):
    """A filing that is only being thought of."""

    channel = serializers.ChoiceField(choices=Channel.values, default=Channel.ONLINE.value)
    answers = serializers.DictField(
        default=dict,
        help_text="Answers known so far, as `form_schema` says; those missing are not asked for.",
    )
    for_business = serializers.BooleanField(default=False, help_text="Whether a business applies.")
    connecting_unit = identifier(required=False, allow_null=True, default=None)
    subject_age = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=150, help_text="Full years."
    )


class QuotedLine(Established):
    """One fee line and why it applies."""

    name = serializers.CharField(source="title")
    kind = serializers.CharField()
    unit_price = serializers.IntegerField(allow_null=True, help_text="Đồng.")
    quantity = serializers.IntegerField()
    amount = serializers.IntegerField(
        allow_null=True, help_text="Đồng; null when the price is not established."
    )
    owed = serializers.IntegerField(help_text="What the applicant owes of it, đồng.")
    borne_by = serializers.CharField()
    pay_before = serializers.CharField()
    legal_basis = serializers.CharField()
    exempted = serializers.IntegerField(help_text="What an exemption takes off the amount, đồng.")
    exempt_basis = serializers.CharField(help_text="The law of that exemption; else empty.")


class QuoteOut(serializers.Serializer):
    """What a filing would cost. Nothing was written."""

    fees = QuotedLine(many=True)
    owed = serializers.IntegerField(help_text="What the applicant would owe in all, đồng.")
    is_established = serializers.BooleanField(
        help_text="False when a price is not established: nothing is collected for it."
    )


class UnitRow(serializers.Serializer):
    """A unit in force today, under the structure of 2024-06-30."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    level = serializers.CharField(help_text="city, district or ward.")
    kind = serializers.CharField(help_text="quận, huyện, thị xã, phường, xã, thị trấn…")
    parent = serializers.IntegerField(allow_null=True)  # type: ignore[assignment]
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)


class UnitOut(serializers.Serializer):
    """A unit, also one that has ended."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField(source="title")
    level = serializers.CharField()
    kind = serializers.CharField()
    parent = UnitName(allow_null=True)
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True, help_text="The first day on which it no longer is.")


class AgencyRow(serializers.Serializer):
    """An agency in force today."""

    id = serializers.IntegerField()
    code = serializers.CharField(
        help_text="Identification code; begins every case code that the agency gives."
    )
    is_code_established = serializers.BooleanField(
        help_text="False where the code is ours and not the State's."
    )
    name = serializers.CharField()
    kind = serializers.CharField()
    unit = serializers.IntegerField()
    has_desk = serializers.BooleanField(help_text="Whether it has a one-stop desk that receives.")


def in_language(row: Any, name: str) -> str:
    """A column that exists as `name` and `name_en`, in the reader's language; in Vietnamese where there is no English."""
    from django.utils.translation import get_language

    def column(name: str) -> str:
        return str(row[name] if isinstance(row, dict) else getattr(row, name))

    return (column(f"{name}_en") if get_language() == "en" else "") or column(name)


def closed_reason(rules: Any) -> str:
    """Why nobody can file under these rules now."""
    from apps.procedures.errors import LimitNotEstablished

    if reason := rules.closed_because(timezone.localdate()):
        return str(reason)
    if not rules.is_limit_established:
        return LimitNotEstablished(code=rules.procedure.code).message
    return ""
