"""Small forms for tests, in the language of forms."""

from __future__ import annotations

from typing import Any

QUESTION = {"title": "Câu hỏi", "title_en": "Question"}
TEXT = {"type": "string", "maxLength": 60, **QUESTION}
YES = {"type": "boolean", **QUESTION}
NUMBER = {"type": "integer", "minimum": 0, "maximum": 1000, **QUESTION}
DATE = {"type": "string", "format": "date", **QUESTION}
PERSONAL_ID = {"type": "string", "x-kind": "personal_id", "pattern": "^0[0-9]{11}$", **QUESTION}
TAX_CODE = {"type": "string", "x-kind": "tax_code", "pattern": "^[0-9]{10}(-[0-9]{3})?$", **QUESTION}
PHONE = {"type": "string", "x-kind": "phone", "pattern": r"^\+?[0-9]{8,15}$", **QUESTION}
EMAIL = {"type": "string", "x-kind": "email", "format": "email", "maxLength": 254, **QUESTION}
SEVERAL = {
    "type": "array",
    "x-kind": "choices",
    "items": {"type": "string", "enum": ["a", "b"]},
    "uniqueItems": True,
    "x-options": [{"value": "a", "vi": "Một", "en": "One"}, {"value": "b", "vi": "Hai", "en": "Two"}],
    **QUESTION,
}
ADDRESS = {
    "type": "object",
    "x-kind": "address",
    "properties": {
        "ward": {"type": "integer", "minimum": 1},
        "street": {"type": "string", "minLength": 1, "maxLength": 200},
    },
    "required": ["ward", "street"],
    "additionalProperties": False,
    **QUESTION,
}
EXPLANATION = {
    "x-kind": "explanation",
    "description": "Lời dẫn",
    "description_en": "Explanation",
    "not": {},
    **QUESTION,
}


def group(least: int, most: int, required: tuple[str, ...] = (), **questions: Any) -> dict[str, Any]:
    """A repeated group of these questions."""
    items = {
        "type": "object",
        "x-order": list(questions),
        "properties": questions,
        "required": list(required),
        "additionalProperties": False,
    }
    return {
        "type": "array",
        "x-kind": "group",
        "items": items,
        "minItems": least,
        "maxItems": most,
        **QUESTION,
    }


def form(
    *, required: tuple[str, ...] = (), hints: dict[str, Any] | None = None, **questions: Any
) -> dict[str, Any]:
    """A form of these questions, after the one that every form asks."""
    asked = {"request_content": TEXT, **questions}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "x-order": list(asked),
        "properties": asked,
        "required": ["request_content", *required],
        "additionalProperties": False,
        **(hints or {}),
    }
