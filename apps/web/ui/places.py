"""The place that ties a case to its agency: what it is asked as, the list it is chosen from, and the place as shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.applications.selectors import connecting_unit_of
from apps.cases.selectors import rules_asked
from apps.citizens.choices import Residence
from apps.core.names import in_alphabet
from apps.procedures.choices import ConnectingFactor
from apps.procedures.selectors import VersionRules
from apps.units.choices import Level
from apps.units.models import AdministrativeUnit
from apps.units.selectors import units_on
from apps.web.ui.parts import SummaryRow, Text
from apps.web.ui.widgets import LongSelect

if TYPE_CHECKING:
    from apps.cases.models import Case

Groups = list[tuple[str, list[tuple[str, str]]]]

# What the place is asked for, by the factor that ties the case to its agency; the others need no place.
PLACE_QUESTIONS: dict[str, Text] = {
    ConnectingFactor.APPLICANT_RESIDENCE: _("Ward where the applicant lives"),
    ConnectingFactor.SUBJECT_RESIDENCE: _("Ward where the person concerned lives"),
    ConnectingFactor.LAST_RESIDENCE: _("Ward where the person last lived"),
    ConnectingFactor.EITHER_PARTY: _("Ward where either party lives, as you choose"),
    ConnectingFactor.PLACE_OF_OBJECT: _("Ward where the land, building or activity is"),
    ConnectingFactor.BUSINESS_SEAT: _("Ward of the seat"),
    ConnectingFactor.RECORD_HOLDER: _("Ward whose register holds the record"),
}


# Where the person who files lives is often the answer, permanently or temporarily as they choose.
_LIVED_IN = frozenset(
    {
        ConnectingFactor.APPLICANT_RESIDENCE,
        ConnectingFactor.SUBJECT_RESIDENCE,
        ConnectingFactor.EITHER_PARTY,
    }
)


class PlaceField(forms.ChoiceField):
    """An id out of a long list that is read only to be shown: whether the place or desk exists, the domain says."""

    widget = LongSelect

    def valid_value(self, value: Any) -> bool:
        return str(value).isdecimal() and len(str(value)) < 19


def _factor_asked(rules: VersionRules) -> str:
    return next((row.factor for row in rules.competences if row.factor in PLACE_QUESTIONS), "")


def place_question(rules: VersionRules) -> str:
    """What the place is asked as; empty where the procedure needs none."""
    factor = _factor_asked(rules)
    return str(PLACE_QUESTIONS[factor]) if factor else ""


def is_where_one_lives(rules: VersionRules) -> bool:
    """Whether the place asked for may be where the person who files lives."""
    return _factor_asked(rules) in _LIVED_IN


def lived_in(residence: Residence, unit: AdministrativeUnit) -> tuple[str, str]:
    """A ward with its district, and whether one lives there permanently."""
    ward = f"{name_first(unit)}, {unit.parent.title}" if unit.parent else name_first(unit)
    return str(unit.pk), f"{ward} – {residence.label}"


class CorrectedPlaceForm(forms.Form):
    """The place as it was declared, which a supplement may correct; without a field where none is asked for."""

    connecting_unit = PlaceField(
        required=False,
        help_text=_(
            "Choose another ward only if the one declared is wrong. Until the application is accepted, the case then "
            "goes to the agency that is competent there."
        ),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, case: Case, day: date) -> None:
        self.declared = connecting_unit_of(case.application)
        super().__init__(data, initial={"connecting_unit": str(self.declared.pk) if self.declared else ""})
        question, field = place_question(rules_asked(case)), self.fields["connecting_unit"]
        assert isinstance(field, forms.ChoiceField)
        if not question:
            del self.fields["connecting_unit"]
        field.label = question
        field.choices = lambda: [
            *([] if self.declared else [("", _("Choose a ward"))]),
            *wards_by_district(day),
        ]

    @property
    def corrected(self) -> int | None:
        """The id of another place than was declared."""
        chosen = self.cleaned_data.get("connecting_unit") or None
        if chosen is None or (self.declared is not None and int(chosen) == self.declared.pk):
            return None
        return int(chosen)


def place_rows(case: Case) -> list[SummaryRow]:
    """The place that was declared, under the question that asked for it."""
    unit, question = connecting_unit_of(case.application), place_question(rules_asked(case))
    if unit is None or not question:
        return []
    return [SummaryRow(question, f"{unit.title}, {unit.parent.title}" if unit.parent else unit.title)]


def wards_by_district(day: date, *, besides: Collection[int] = ()) -> Groups:
    """Every ward of the city under its district, in the order of the alphabet; the type of unit stands behind the name."""
    wards: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for unit in units_on(day, level=Level.WARD):
        if unit.pk in besides:
            continue
        district = unit.parent.title if unit.parent else ""
        wards[district].append((str(unit.pk), name_first(unit)))
    return in_order(wards)


def name_first(unit: AdministrativeUnit) -> str:
    """`Phúc Xá (phường)`: so that typing the name finds it in a list of 579."""
    title = unit.title
    if title == unit.name and title.lower().startswith(f"{unit.kind} ".lower()):
        return f"{title[len(unit.kind) + 1 :]} ({unit.kind.lower()})"
    return title


def in_order(groups: Mapping[str, list[tuple[str, str]]]) -> Groups:
    """Groups and what is in them, in the order of the alphabet."""
    return [
        (title, sorted(choices, key=lambda choice: in_alphabet(choice[1])))
        for title, choices in sorted(groups.items(), key=lambda group: in_alphabet(group[0]))
    ]
