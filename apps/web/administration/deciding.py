"""What the pages of all jobs share: the decision on which one is started, and its outcomes with their counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy

from apps.web.ui.parts import NavItem


class DecisionForm(forms.Form):
    """By which decision something is done."""

    decision = forms.CharField(
        label=gettext_lazy("Decision"),
        max_length=200,
        help_text=gettext_lazy("Its number and date, for example: 1234/QĐ-UBND of 20/11/2026."),
    )


def outcome_tabs(url: str, outcomes: Iterable[Any], counts: Mapping[Any, int], chosen: Any) -> list[NavItem]:
    """Every outcome with how many rows have it; the page of a job shows one of them."""
    return [
        NavItem(
            f"{each.label} ({counts.get(each, 0)})",
            f"{url}?{urlencode({'outcome': each.value})}",
            is_current=each == chosen,
        )
        for each in outcomes
    ]
