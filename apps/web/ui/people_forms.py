"""Forms of a person or an organisation as declared: at the counter and by who files online for somebody else."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.businesses.actions import Organisation
from apps.businesses.choices import BusinessKind
from apps.citizens.actions import Person, read_person
from apps.citizens.choices import IdentityKind, countries
from apps.core.errors import Refusal
from apps.web.ui.widgets import DayMonthYearInput


def countries_offered() -> list[tuple[str, Any]]:
    """Every country that may have issued a paper, after the question."""
    return [("", _("Choose a country")), *countries()]


class PersonForm(forms.Form):
    """A person with the paper that says who they are."""

    name = forms.CharField(label=_("Full name"), max_length=120)
    identity_kind = forms.ChoiceField(
        label=_("Identity paper"), choices=IdentityKind.choices, initial=IdentityKind.PERSONAL_ID
    )
    identity_number = forms.CharField(
        label=_("Number of the identity paper"),
        max_length=30,
        required=False,
        help_text=_("Every paper has one; leave it empty only where there is no paper yet."),
    )
    identity_country = forms.ChoiceField(
        label=_("Country that issued the paper"),
        choices=countries_offered,
        required=False,
        help_text=_(
            "Needed for a passport or another document; a personal identification number is always of Viet Nam."
        ),
    )
    born_on = forms.DateField(
        label=_("Born on"), widget=DayMonthYearInput, input_formats=["%Y-%m-%d"], required=False
    )
    phone = forms.CharField(label=_("Telephone"), max_length=20, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    address = forms.CharField(label=_("Address"), max_length=250, required=False)

    # Not required of everybody, and not optional either: their hints say when they are needed.
    needed_sometimes = frozenset({"identity_number", "identity_country"})

    def clean(self) -> dict[str, Any]:
        """What makes a person, by the domain's own rules, so that it is told together with what else is wrong."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        person = None if self.errors else self.person()
        try:
            if person is not None:
                read_person(person)
        except Refusal as refusal:
            self.add_error((refusal.field or "").partition(".")[2], refusal.message)
        return cleaned

    @property
    def is_given(self) -> bool:
        """Whether anybody was declared; only a form that may be left empty says no."""
        given = self.cleaned_data
        return bool(given.get("name") or given.get("identity_number"))

    def person(self) -> Person | None:
        """Who was declared; None where the form was left empty."""
        if not self.is_given:
            return None
        given = self.cleaned_data
        residence, temporary = given.get("residence"), given.get("temporary_residence")
        return Person(
            name=given.get("name", ""),
            identity_kind=given.get("identity_kind") or IdentityKind.PERSONAL_ID,
            identity_number=given.get("identity_number", ""),
            identity_country=given.get("identity_country", ""),
            born_on=given.get("born_on"),
            phone=given.get("phone", ""),
            email=given.get("email", ""),
            address=given.get("address", ""),
            residence_id=residence.pk if residence else None,
            temporary_residence_id=temporary.pk if temporary else None,
        )


class AnotherPersonForm(PersonForm):
    """The person for whom somebody files; left empty where they file for themselves."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].required = False
        self.fields["identity_kind"].required = False


class OrganisationForm(forms.Form):
    """An organisation; left empty where there is none."""

    name = forms.CharField(label=_("Name of the organisation"), max_length=200, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=BusinessKind.choices, initial=BusinessKind.ENTERPRISE, required=False
    )
    number = forms.CharField(
        label=_("Number"),
        max_length=60,
        required=False,
        help_text=_(
            "Tax code, personal number of the household's owner, or number of the founding decision."
        ),
    )
    address = forms.CharField(label=_("Address"), max_length=250, required=False)

    @property
    def is_given(self) -> bool:
        return bool(self.cleaned_data.get("name") or self.cleaned_data.get("number"))

    def organisation(self) -> Organisation | None:
        """What was declared; None where the form was left empty."""
        if not self.is_given:
            return None
        given = self.cleaned_data
        seat = given.get("seat")
        return Organisation(
            name=given["name"],
            number=given["number"],
            kind=given["kind"] or BusinessKind.ENTERPRISE,
            seat_id=seat.pk if seat else None,
            address=given["address"],
        )


PERSON = "person"


class PayerForm(forms.Form):
    """Who pays in the applicant's stead; left empty where the applicant pays."""

    name = forms.CharField(label=_("Name of who pays"), max_length=200, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(PERSON, _("A person")), *BusinessKind.choices],
        initial=PERSON,
        required=False,
    )
    number = forms.CharField(
        label=_("Personal number or tax code"),
        max_length=60,
        required=False,
        help_text=_(
            "Personal identification number of a person; tax code or other number of an organisation."
        ),
    )
    address = forms.CharField(label=_("Address"), max_length=250, required=False)

    def payer(self) -> Person | Organisation | None:
        """Who was declared; None where the form was left empty."""
        given = self.cleaned_data
        if not (given.get("name") or given.get("number")):
            return None
        if given["kind"] in ("", PERSON):
            kind = IdentityKind.PERSONAL_ID if given["number"] else IdentityKind.NONE
            return Person(given["name"], kind, given["number"], address=given["address"])
        return Organisation(given["name"], given["number"], given["kind"], address=given["address"])
