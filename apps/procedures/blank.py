"""What a blank draft begins with: the least that a version has, to be filled in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apps.accounts.choices import Role
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
)
from apps.procedures.models import Procedure
from apps.procedures.soundness import Content
from apps.units.choices import Level
from apps.units.models import AgencyKind

# The share of the limit that each act has until the procedure's own process is entered (intake 1/8, appraisal 4/8…).
STEPS = (
    ("intake", "Tiếp nhận", "Intake", Role.RECEPTIONIST, StepAct.ACCEPT_INTAKE, 1),
    ("appraisal", "Thẩm định", "Appraisal", Role.HANDLER, StepAct.PROPOSE_RESULT, 4),
    ("signing", "Ký duyệt", "Signing", Role.APPROVER, StepAct.APPROVE_RESULT, 2),
    ("issue", "Phát hành kết quả", "Issue", Role.REGISTRAR, StepAct.RELEASE_RESULT, 1),
)
EIGHTHS = 8
FORM: Content = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "request_content": {
            "type": "string",
            "title": "Nội dung đề nghị",
            "title_en": "What is asked for",
            "minLength": 1,
            "maxLength": 1000,
        }
    },
    "required": ["request_content"],
    "additionalProperties": False,
    "x-order": ["request_content"],
}


def blank_content(procedure: Procedure, kinds: Sequence[AgencyKind]) -> Content:
    """A version in which nothing is established yet: no limit, no price, the steps that every case has."""
    level = procedure.level or Level.WARD
    kind = next((each for each in kinds if each.level == level), kinds[0])
    is_city = kind.level == Level.CITY
    return {
        "channels": [Channel.COUNTER.value, Channel.ONLINE.value],
        "presence_channels": [],
        "after_supplement": AfterSupplement.RESTART.value,
        "supplement_window": None,
        "supplement_window_unit": "",
        "payment_window": None,
        "payment_window_unit": "",
        "confirmation_window": None,
        "confirmation_window_unit": "",
        "is_agreement_provided": False,
        "result_name": "",
        "result_name_en": "",
        "form_schema": FORM,
        "closed_note": "",
        "closed_note_en": "",
        "note": "",
        "note_en": "",
        "competences": [
            _part(
                agency_kind=kind.code,
                factor=ConnectingFactor.FIXED_AGENCY if is_city else ConnectingFactor.RECEIVING_AGENCY,
                is_established=False,
            )
        ],
        "time_limits": [
            _part(
                value=None,
                unit=LimitUnit.WORKING_DAY,
                cut_off=None,
                verified_value=None,
                verified_unit="",
                is_established=False,
            )
        ],
        "components": [
            _part(
                code="application_form",
                name="Tờ khai",
                name_en="Application form",
                mode=ComponentMode.FORM,
                is_required=True,
                copies=1,
                is_established=False,
            )
        ],
        "fee_rules": [
            _part(
                kind=FeeKind.CHARGE,
                name="Lệ phí",
                name_en="Charge",
                unit_price=None,
                quantity=Quantity.ONE,
                most=None,
                borne_by=BorneBy.APPLICANT,
                pay_before=PayBefore.ACCEPTANCE,
                legal_basis="",
                basis_from=None,
                basis_to=None,
                is_refundable=False,
                is_established=False,
                note="Chưa xác lập mức thu.",
                note_en="The amount is not established.",
            )
        ],
        "steps": [
            _part(
                code=code,
                name=name,
                name_en=name_en,
                role=role.value,
                act=act.value,
                share=share,
                share_of=EIGHTHS,
                is_established=False,
            )
            for code, name, name_en, role, act, share in STEPS
        ],
        "linked_parts": [],
    }


def _part(**fields: Any) -> Content:
    return {"condition": None, "note": "", "note_en": "", **fields}
