"""The day's lists to the tax authority as the books read them, where the city keeps them: the one place that asks for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps import apps as registry

from apps.receipts.models import Receipt


def _reports() -> Any:
    """The model of the day's lists; None where none are kept."""
    return registry.all_models["receipts"].get("dayreport")


def are_kept() -> bool:
    return _reports() is not None


def lines_telling(receipt: Receipt) -> list[Any]:
    """The lines of day's lists that told of a receipt, each with its list."""
    lines = getattr(receipt, "report_lines", None)
    return list(lines.select_related("report").order_by("pk")) if lines is not None else []


def lists_of_day(body_id: int, day: date) -> list[Any]:
    """The lists of a body for a day, its parts in order."""
    model = _reports()
    return list(model.objects.filter(collecting_body=body_id, day=day).order_by("part")) if model else []
