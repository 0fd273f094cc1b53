"""Form widgets that the browser's own controls do not serve well."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms


class DayMonthYearInput(forms.MultiWidget):
    """A date typed as day, month and year, for dates a person knows by heart (birth, issue of a paper).

    Gives its field one ISO text, which a `DateField` validates; what was typed is kept when it is no date.
    """

    parts = ("day", "month", "year")

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {part: forms.TextInput(attrs={"inputmode": "numeric"}) for part in self.parts}, attrs
        )

    def decompress(self, value: date | str | None) -> list[str]:
        """Day, month, year of a date or of the text made by `value_from_datadict`."""
        if not value:
            return ["", "", ""]
        if isinstance(value, date):
            return [str(value.day), str(value.month), str(value.year)]
        year, month, day = ([*value.rsplit("-", 2), "", ""])[:3]
        return [day, month, year]

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """`year-month-day` as typed, or nothing when all three are empty."""
        typed = [str(part or "").strip() for part in super().value_from_datadict(data, files, name)]
        return "-".join(reversed(typed)) if any(typed) else ""
