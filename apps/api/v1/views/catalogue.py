"""The catalogue and the city's structure: public."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import ApiView, PublicView, actor, read
from apps.api.pagination import KeysetPagination
from apps.api.v1.serializers.catalogue import (
    AgencyRow,
    HeldPaperOut,
    ProcedureOut,
    ProcedureRow,
    QuoteIn,
    QuoteOut,
    UnitOut,
    UnitRow,
    in_language,
)
from apps.api.v1.views.lists import as_id, listed
from apps.cases.actions.openings import openings_of
from apps.cases.selectors import answers_read, facts_of
from apps.cases.selectors.held import held_papers
from apps.core.errors import Faults, Invalid
from apps.procedures.choices import Channel
from apps.procedures.errors import AnswerMissing, NotEligible
from apps.procedures.selectors import catalogue, rules_in_force, with_openness
from apps.procedures.tariff import is_established
from apps.units.choices import Level
from apps.units.selectors import agencies_on, unit_by_id, units_on


class ByFieldAndCode(KeysetPagination):
    order = ("procedure__field", "procedure__code", "id")


class ByUnitCode(KeysetPagination):
    order = ("code", "id")
    most = 1000


class ByAgencyCode(KeysetPagination):
    order = ("identification_code", "id")
    most = 1000


def _text(name: str, about: str, enum: list[str] | None = None) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=about, enum=enum)


def _id(name: str, about: str) -> OpenApiParameter:
    return OpenApiParameter(name, {"type": "integer", "minimum": 1}, description=about)


def _word(request: Request, name: str, known: list[str]) -> str:
    """A query parameter from a fixed list; empty when it is not given. Raises Invalid."""
    given = request.query_params.get(name, "")
    if given and given not in known:
        raise Invalid(field=name)
    return given


def _free(request: Request, name: str) -> str:
    """A query parameter in free words. Raises Invalid for what no text in the database can hold."""
    given = request.query_params.get(name, "")
    if "\x00" in given or len(given) > 200:
        raise Invalid(field=name)
    return given


class Procedures(PublicView):
    pagination_class = ByFieldAndCode

    @extend_schema(
        operation_id="procedures",
        parameters=[
            _text("q", "Words of the name, or the beginning of the code."),
            _text("field", "The field of administration, in Vietnamese."),
            _text("for", "Whom it is for.", ["citizens", "businesses"]),
        ],
        responses=ProcedureRow(many=True),
    )
    def get(self, request: Request) -> Response:
        """Procedures in force today."""
        versions = catalogue(
            timezone.localdate(),
            words=_free(request, "q"),
            field=_free(request, "field"),
            audience=_word(request, "for", ["citizens", "businesses"]),
        )
        return listed(self, request, _rows(versions, timezone.localdate()), _procedure_row)


def _rows(versions: QuerySet, day: date) -> QuerySet:
    rows: QuerySet = with_openness(versions, day).values(
        "id",
        "channels",
        "is_open",
        *(
            f"procedure__{name}"
            for name in (
                "code",
                "name",
                "name_en",
                "field",
                "field_en",
                "level",
                "for_citizens",
                "for_businesses",
            )
        ),
    )
    return rows


def _procedure_row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": row["procedure__code"],
        "name": in_language(row, "procedure__name"),
        "field": in_language(row, "procedure__field"),
        "level": row["procedure__level"],
        "for_citizens": row["procedure__for_citizens"],
        "for_businesses": row["procedure__for_businesses"],
        "channels": row["channels"],
        "is_open": row["is_open"],
    }


class OneProcedure(PublicView):
    @extend_schema(operation_id="procedure", responses=ProcedureOut)
    def get(self, request: Request, code: str) -> Response:
        """Papers, fees with their legal basis, limits, steps and questions of a procedure in force today."""
        return Response(ProcedureOut(rules_in_force(code, timezone.localdate())).data)


class HeldPapers(ApiView):
    @extend_schema(
        operation_id="held_papers",
        parameters=[_id("business", "For which business; left out, for the reader.")],
        responses=HeldPaperOut(many=True),
    )
    def get(self, request: Request, code: str) -> Response:
        """Papers asked for by a procedure that are held of the reader, or of a business they act for."""
        rules = rules_in_force(code, timezone.localdate())
        given, by = as_id(request, "business"), actor(request)
        held = held_papers(
            rules.components, citizen_id=None if given else by.citizen_id, business_id=given, seen_by=by
        )
        return Response(HeldPaperOut(held.values(), many=True).data)


class Quote(PublicView):
    @extend_schema(operation_id="quote", request=QuoteIn, responses=QuoteOut)
    def post(self, request: Request, code: str) -> Response:
        """What a filing would cost with these answers, with reasons. Writes nothing."""
        now = timezone.now()
        rules = rules_in_force(code, timezone.localdate(now))
        given = read(QuoteIn, request).validated_data
        today, kind = timezone.localdate(now), "business" if given["for_business"] else "citizen"
        known = {"channel": given["channel"], "applicant_kind": kind, "filed_on": today}
        reading = answers_read(given["answers"], rules.version.form_schema, known, today)
        # What it would cost may be asked before everything is answered, and by who may not file.
        wrong = [fault for fault in reading.faults if not isinstance(fault, AnswerMissing | NotEligible)]
        if wrong:
            raise Faults(wrong)
        unit = unit_by_id(given["connecting_unit"]) if given["connecting_unit"] else None
        facts = facts_of(
            rules,
            channel=Channel(given["channel"]),
            answers=reading.answers,
            applicant_kind=kind,
            connecting_unit=unit,
            subject_age=given["subject_age"],
            filed_on=today,
        )
        lines = [line for opening in openings_of(rules, facts, now) for line in opening.fees(now)]
        return Response(
            QuoteOut(
                {
                    "fees": [
                        {
                            "title": line.rule.title,
                            "kind": line.rule.kind,
                            "unit_price": line.rule.unit_price,
                            "quantity": line.quantity,
                            "amount": line.amount,
                            "owed": line.owed,
                            "borne_by": line.rule.borne_by,
                            "pay_before": line.rule.pay_before,
                            "legal_basis": line.rule.legal_basis,
                            "exempted": line.exempted,
                            "exempt_basis": line.rule.exempt_basis if line.exempted else "",
                            "is_established": line.rule.is_established,
                            "note_text": line.rule.note_text,
                        }
                        for line in lines
                    ],
                    "owed": sum(line.owed for line in lines),
                    "is_established": is_established(lines),
                }
            ).data
        )


class Units(PublicView):
    pagination_class = ByUnitCode

    @extend_schema(
        operation_id="units",
        parameters=[
            _text("level", "Only this level.", list(Level.values)),
            _id("parent", "Only units directly below this one."),
            _text("q", "Part of the name."),
        ],
        responses=UnitRow(many=True),
    )
    def get(self, request: Request) -> Response:
        """Units in force today: the city, its districts and wards."""
        units = units_on(
            timezone.localdate(),
            level=_word(request, "level", list(Level.values)),
            parent_id=as_id(request, "parent"),
        )
        if words := _free(request, "q"):
            units = units.filter(Q(name__icontains=words) | Q(name_en__icontains=words))
        columns = ("id", "code", "name", "name_en", "level", "kind", "parent_id", "valid_from", "valid_to")
        return listed(self, request, units.values(*columns), _unit_row)


def _unit_row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "code": row["code"],
        "name": in_language(row, "name"),
        "level": row["level"],
        "kind": row["kind"],
        "parent": row["parent_id"],
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
    }


class OneUnit(PublicView):
    @extend_schema(operation_id="unit", responses=UnitOut)
    def get(self, request: Request, unit_id: int) -> Response:
        """A unit, also one that has ended."""
        return Response(UnitOut(unit_by_id(unit_id)).data)


class Agencies(PublicView):
    pagination_class = ByAgencyCode

    @extend_schema(
        operation_id="agencies",
        parameters=[
            _id("unit", "Only agencies on this unit."),
            _text("kind", "Only this kind, such as ward_committee."),
            _text("desk", "Only those with a one-stop desk, or only those without.", ["true", "false"]),
        ],
        responses=AgencyRow(many=True),
    )
    def get(self, request: Request) -> Response:
        """Agencies in force today."""
        agencies = agencies_on(timezone.localdate())
        if unit := as_id(request, "unit"):
            agencies = agencies.filter(unit_id=unit)
        if kind := _free(request, "kind"):
            agencies = agencies.filter(kind__code=kind)
        if desk := _word(request, "desk", ["true", "false"]):
            agencies = agencies.filter(has_desk=desk == "true")
        columns = (
            "id",
            "identification_code",
            "is_code_established",
            "name",
            "name_en",
            "unit_id",
            "has_desk",
        )
        return listed(self, request, agencies.values(*columns, "kind__code"), _agency_row)


def _agency_row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "code": row["identification_code"],
        "is_code_established": row["is_code_established"],
        "name": in_language(row, "name"),
        "kind": row["kind__code"],
        "unit": row["unit_id"],
        "has_desk": row["has_desk"],
    }
