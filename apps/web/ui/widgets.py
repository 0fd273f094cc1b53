"""Form widgets that the browser's own controls do not serve well."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


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


class LongSelect(forms.Select):
    """A list of hundreds, written at once: with a template for each option it would take longer than the rest of its page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        groups = format_html_join(
            "", "{}", ((self._group(title, options),) for title, options, _index in widget["optgroups"])
        )
        return format_html(
            '<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), groups
        )

    def _group(self, title: Any, options: list[dict[str, Any]]) -> SafeString:
        chosen = SafeString(" selected")
        written = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((each["value"], chosen if each["selected"] else "", each["label"]) for each in options),
        )
        return format_html('<optgroup label="{}">{}</optgroup>', title, written) if title else written
