"""The contract as OpenAPI 3.1: how one signs in, and that every refusal has one shape."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_media_type_object


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "apps.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "The session of the pages. Writes also send the CSRF token in X-CSRFToken.",
        }


_METHODS = ("get", "post", "put", "patch", "delete")


def every_refusal(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Adds to every operation that any other answer is a refusal."""
    result["components"].setdefault("schemas", {})["Refused"] = REFUSED
    media = build_media_type_object({"$ref": "#/components/schemas/Refused"})
    answer = {"description": "Refused, and nothing was changed.", "content": {"application/json": media}}
    for operations in result["paths"].values():
        for method in _METHODS:
            if method in operations:
                operations[method]["responses"]["default"] = answer
    return result


REFUSED: dict[str, Any] = {
    "type": "object",
    "description": (
        "Every refusal: a stable code, a sentence in the reader's language, the field it is about, and data. "
        "Where several faults were found, `code` is `invalid` and `data.errors` lists each."
    ),
    "required": ["code", "message", "field", "data"],
    "properties": {
        "code": {"type": "string", "description": "Stable; for programs."},
        "message": {"type": "string", "description": "For people, in the language of Accept-Language."},
        "field": {"type": ["string", "null"], "description": "Path of the field, such as `filer.name`."},
        "data": {"type": "object", "additionalProperties": True},
    },
}
