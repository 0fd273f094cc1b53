"""Forms of a person or an organisation as declared: at the counter and by who files online for somebody else."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.businesses.actions import Organisation
from apps.businesses.choices import BusinessKind
from apps.citizens.actions import Person
from apps.citizens.choices import IdentityKind
from apps.web.ui.widgets import DayMonthYearInput


class PersonForm(forms.Form):
    """A person with the paper that says who they are."""

    name = forms.CharField(label=_("Full name"), max_length=120)
    identity_kind = forms.ChoiceField(
        label=_("Identity paper"), choices=IdentityKind.choices, initial=IdentityKind.PERSONAL_ID
    )
    identity_number = forms.CharField(label=_("Number of the identity paper"), max_length=30, required=False)
    born_on = forms.DateField(
        label=_("Born on"), widget=DayMonthYearInput, input_formats=["%Y-%m-%d"], required=False
    )
    phone = forms.CharField(label=_("Telephone"), max_length=20, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    address = forms.CharField(label=_("Address"), max_length=250, required=False)

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
        kind = given["identity_kind"]
        residence = given.get("residence")
        return Person(
            name=given["name"],
            identity_kind=kind,
            identity_number="" if kind == IdentityKind.NONE else given["identity_number"],
            born_on=given["born_on"],
            phone=given["phone"],
            email=given["email"],
            address=given["address"],
            residence_id=residence.pk if residence else None,
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
