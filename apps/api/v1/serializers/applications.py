"""What is filed, and what the filer gets back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import validate_email
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.api.v1.serializers.catalogue import in_language
from apps.api.v1.serializers.linked import GroupOut
from apps.api.v1.serializers.parts import AgencyName, ProcedureName, StatusField, identifier
from apps.applications.choices import Delivery
from apps.businesses.actions import Organisation
from apps.businesses.choices import BusinessKind
from apps.cases.actions.filing import Filing, LateEntry
from apps.cases.errors import PayerUnknown
from apps.citizens.actions import Person
from apps.citizens.choices import IdentityKind
from apps.procedures.choices import Channel

MOST_FILES = 50


def text(most: int, **options: Any) -> serializers.CharField:
    """A text that may be left out."""
    return serializers.CharField(max_length=most, required=False, allow_blank=True, default="", **options)


class OptionalEmail(serializers.CharField):
    """An e-mail address, or nothing."""

    default_error_messages = {"email": _("This is not an e-mail address.")}

    def to_internal_value(self, data: Any) -> str:
        given = str(super().to_internal_value(data))
        try:
            if given:
                validate_email(given)
        except DjangoValidationError:
            self.fail("email")
        return given


class PersonIn(serializers.Serializer):
    """A person as declared: who stands at the counter, for whom they file, who pays."""

    name = serializers.CharField(max_length=120)
    identity_kind = serializers.ChoiceField(
        choices=IdentityKind.values, default=IdentityKind.PERSONAL_ID.value
    )
    identity_number = text(30, help_text="12 digits for a personal id (Luật Căn cước 2023, article 12).")
    identity_country = text(
        2,
        help_text="Who issued a passport or another document, ISO 3166-1 alpha-2; a personal id is always of VN.",
    )
    born_on = serializers.DateField(required=False, allow_null=True, default=None)
    phone = text(20)
    email = OptionalEmail(max_length=254, required=False, allow_blank=True, default="")
    address = text(250)
    residence = identifier(
        required=False, allow_null=True, default=None, help_text="Id of the ward of permanent residence."
    )
    temporary_residence = identifier(
        required=False, allow_null=True, default=None, help_text="Id of the ward, where it is another."
    )


def _person(given: dict[str, Any]) -> Person:
    values = dict(given)
    return Person(
        residence_id=values.pop("residence"),
        temporary_residence_id=values.pop("temporary_residence"),
        **values,
    )


class OrganisationIn(serializers.Serializer):
    """An organisation as declared: the one for which the person at the counter acts, or the one that pays."""

    name = serializers.CharField(max_length=200)
    number = serializers.CharField(
        max_length=60, help_text="Tax code of 10 or 13 digits with its check digit (Thông tư 86/2024/TT-BTC)."
    )
    kind = serializers.ChoiceField(choices=BusinessKind.values, default=BusinessKind.ENTERPRISE.value)
    seat = identifier(required=False, allow_null=True, default=None, help_text="Id of the ward.")
    address = text(250)
    phone = text(20)
    email = OptionalEmail(max_length=254, required=False, allow_blank=True, default="")


def _organisation(given: dict[str, Any]) -> Organisation:
    values = dict(given)
    return Organisation(seat_id=values.pop("seat"), **values)


class PayerIn(serializers.Serializer):
    """Who pays in the applicant's stead, and is named on the receipt: a person or an organisation."""

    person = PersonIn(required=False, allow_null=True, default=None)
    organisation = OrganisationIn(required=False, allow_null=True, default=None)


def _payer(given: dict[str, Any] | None) -> Person | Organisation | None:
    """Raises PayerUnknown unless one of the two is given."""
    if given is None:
        return None
    person, organisation = given["person"], given["organisation"]
    if bool(person) == bool(organisation):
        raise PayerUnknown(field="payer")
    return _person(person) if person else _organisation(organisation)


class LateEntryIn(serializers.Serializer):
    """At a desk: a case that it took on paper while the system was away."""

    taken_at = serializers.DateTimeField(help_text="Not in the future, and not too many working days ago.")
    reason = serializers.CharField(max_length=1000, allow_blank=True)
    form_number = serializers.CharField(max_length=60, allow_blank=True)


class FilingIn(serializers.Serializer):
    """An application: online by its applicant, at a counter or from the post by a receptionist."""

    procedure = serializers.CharField(max_length=40, help_text="Its code.")
    channel = serializers.ChoiceField(choices=Channel.values, default=Channel.ONLINE.value)
    answers = serializers.DictField(help_text="As the procedure's `form_schema` asks.")
    attachments = serializers.DictField(
        child=serializers.ListField(child=serializers.UUIDField(), max_length=MOST_FILES),
        default=dict,
        help_text="Uuids of uploaded files, by the code of the paper asked for.",
    )
    held = serializers.ListField(
        child=serializers.CharField(max_length=40),
        default=list,
        max_length=MOST_FILES,
        help_text="Codes of papers for which the applicant agrees that the one held already is used: see `held-papers`.",
    )
    originals = serializers.ListField(
        child=serializers.CharField(max_length=40),
        default=list,
        max_length=MOST_FILES,
        help_text="Codes of papers whose original the receptionist saw or took in.",
    )
    filer = PersonIn(
        required=False, allow_null=True, default=None, help_text="At a counter: who stands there."
    )
    applicant = PersonIn(
        required=False, allow_null=True, default=None, help_text="Another person, for whom the filer acts."
    )
    organisation = OrganisationIn(
        required=False, allow_null=True, default=None, help_text="At a counter: for which the filer acts."
    )
    business = identifier(
        required=False, allow_null=True, default=None, help_text="Online: a business of GET me that applies."
    )
    authority = text(200, help_text="By what right the filer acts for another.")
    has_consent = serializers.BooleanField(
        default=False, help_text="At a counter: the filer agrees that the application is filed for them."
    )
    payer = PayerIn(required=False, allow_null=True, default=None)
    connecting_unit = identifier(
        required=False,
        allow_null=True,
        default=None,
        help_text="Id of the place that decides which agency is competent; by default the permanent residence or the seat.",
    )
    receiving_agency = identifier(
        required=False,
        allow_null=True,
        default=None,
        help_text="Id of the desk; by default that of the ward.",
    )
    delivery = serializers.ChoiceField(
        choices=Delivery.values,
        required=False,
        allow_null=True,
        default=None,
        help_text="By default electronic online, at the counter otherwise; electronic needs an account.",
    )
    delivery_address = text(250)
    contact_email = OptionalEmail(max_length=254, required=False, allow_blank=True, default="")
    contact_phone = text(20)
    late_entry = LateEntryIn(required=False, allow_null=True, default=None)

    def filing(self) -> Filing:
        """What was given, as the verb takes it."""
        given = self.validated_data
        return Filing(
            procedure_code=given["procedure"],
            channel=Channel(given["channel"]),
            answers=given["answers"],
            attachments=given["attachments"],
            originals=given["originals"],
            held=given["held"],
            filer=_person(given["filer"]) if given["filer"] else None,
            applicant=_person(given["applicant"]) if given["applicant"] else None,
            organisation=_organisation(given["organisation"]) if given["organisation"] else None,
            business_id=given["business"],
            authority=given["authority"],
            has_consent=given["has_consent"],
            payer=_payer(given["payer"]),
            connecting_unit_id=given["connecting_unit"],
            receiving_agency_id=given["receiving_agency"],
            delivery=Delivery(given["delivery"]) if given["delivery"] else None,
            delivery_address=given["delivery_address"],
            contact_email=given["contact_email"],
            contact_phone=given["contact_phone"],
            language=get_language() or "vi",
            late_entry=LateEntry(**given["late_entry"]) if given["late_entry"] else None,
        )


class FiledFee(serializers.Serializer):
    """A fee line assessed for the filing, in đồng. A price that is not established is null and never 0."""

    name = serializers.SerializerMethodField()
    kind = serializers.CharField()
    amount = serializers.IntegerField(
        allow_null=True, help_text="Null when the price is not established: nothing is collected."
    )
    is_established = serializers.BooleanField(help_text="Whether the line has a price.")
    owed = serializers.SerializerMethodField(help_text="What the applicant owes of it, đồng.")
    borne_by = serializers.CharField(help_text="applicant or budget.")
    pay_before = serializers.CharField(help_text="The gate that it closes while unpaid.")
    legal_basis = serializers.CharField()

    def get_name(self, fee: Any) -> str:
        return in_language(fee, "name")

    def get_owed(self, fee: Any) -> int:
        return int(fee.amount) if fee.is_owed_by_applicant else 0


class FiledCase(serializers.Serializer):
    """A case just filed, or, when the request is repeated, as it stands now."""

    code = serializers.CharField()
    tracking_secret = serializers.CharField(
        help_text="With the code it shows the status to its holder. Keep it."
    )
    status = StatusField()
    procedure = ProcedureName()
    receiving_agency = AgencyName()
    received_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="By when the desk must answer.")
    fees = FiledFee(many=True, help_text="Of all cases that the application opened.")
    owed = serializers.IntegerField(help_text="What the applicant owes in all, đồng.")
    still_open = serializers.ListField(
        child=serializers.CharField(),
        help_text="Codes of open cases that this one may repeat: same applicant, procedure and person concerned. "
        "A warning, told once, of cases that the reader may see.",
    )
    is_still_open_elsewhere = serializers.BooleanField(
        help_text="Whether there are such cases that the reader may not see, which have no code here."
    )
    group = GroupOut(
        allow_null=True,
        help_text="All cases that the application opened, of which this is the first; null where it opened one alone. "
        "The secret of each opens the status of all.",
    )
    is_fee_established = serializers.BooleanField(
        help_text="False when a price is not established: nothing is collected, and `owed` is no total."
    )
