"""Who is on an application: each party as declared, tied to the person or organisation whom we know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from apps.accounts.actors import Actor
from apps.applications.choices import PartyRole
from apps.applications.models import Application, Party
from apps.businesses.actions import (
    Organisation,
    ensure_business,
    is_known_as,
    organisation_of,
    read_organisation,
)
from apps.businesses.models import Business, Mandate
from apps.cases.errors import (
    ApplicantTwice,
    ApplicantUnknown,
    AuthorityMissing,
    ConsentMissing,
    PartyMayNotAct,
)
from apps.cases.policies import is_actors
from apps.citizens.actions import Person, ensure_citizen, known_citizens, person_of, read_person
from apps.citizens.choices import VIETNAM, IdentityKind
from apps.citizens.identity import is_personal_id
from apps.citizens.models import Citizen
from apps.core.names import is_same_name
from apps.procedures.choices import Channel, ConnectingFactor
from apps.procedures.forms import date_in, people_in
from apps.units.models import AdministrativeUnit

if TYPE_CHECKING:
    from apps.cases.actions.filing import Filing

Places = Mapping[int, AdministrativeUnit]


@dataclass(frozen=True, slots=True)
class Declared:
    """One party as it was declared; `citizen` or `business` where that is somebody whom we know.

    `place` is where the person lives or the organisation sits, by the declaration and not by what was known before.
    """

    said: Person | Organisation
    citizen: Citizen | None = None
    business: Business | None = None
    place: AdministrativeUnit | None = None
    authority: str = ""

    @property
    def known_as(self) -> tuple[int | None, int | None]:
        """The ids of the citizen and of the business whom we know."""
        return (self.citizen.pk if self.citizen else None, self.business.pk if self.business else None)

    def is_same_as(self, person: Person) -> bool:
        """Whether both are one person: by the number of the identity paper, else by the name."""
        if not isinstance(self.said, Person):
            return False
        if self.said.identity_number and person.identity_number:
            return self.said.identity_number == person.identity_number
        return is_same_name(self.said.name, person.name)


@dataclass(frozen=True, slots=True)
class Side:
    """Everybody on an application: who files, for whom, by what right; who else is concerned; who pays."""

    filer: Declared
    applicant: Declared
    concerned: tuple[tuple[PartyRole, Declared], ...] = ()
    payer: Declared | None = None

    @property
    def kind(self) -> str:
        """The fact `applicant_kind` of conditions."""
        return "business" if isinstance(self.applicant.said, Organisation) else "citizen"

    @property
    def born_on(self) -> date | None:
        """When the applicant was born."""
        return self.applicant.said.born_on if isinstance(self.applicant.said, Person) else None

    @property
    def email(self) -> str:
        return self.applicant.said.email or self.filer.said.email

    def place(self, factors: set[str]) -> AdministrativeUnit | None:
        """Where the applicant lives, or its organisation sits, when that is what competence hangs on."""
        is_seat = isinstance(self.applicant.said, Organisation)
        wanted = ConnectingFactor.BUSINESS_SEAT if is_seat else ConnectingFactor.APPLICANT_RESIDENCE
        return self.applicant.place if {wanted, ConnectingFactor.APPLICANT_RESIDENCE} & factors else None

    @property
    def in_roles(self) -> list[tuple[PartyRole, Declared]]:
        """Each party in its role."""
        parties = [(PartyRole.FILER, self.filer), (PartyRole.APPLICANT, self.applicant)]
        if self.applicant is not self.filer:
            parties.append((PartyRole.REPRESENTATIVE, self.filer))
        parties += self.concerned
        if self.payer is not None:
            parties.append((PartyRole.PAYER, self.payer))
        return parties

    def rows(self, application: Application, at: datetime) -> list[Party]:
        """Rows, not yet stored."""
        return [party_row(application, role, party, at) for role, party in self.in_roles]


def party_row(application: Application, role: PartyRole, party: Declared, at: datetime) -> Party:
    """A row, not yet stored; by what right somebody acts is said of the representative."""
    return Party(
        application=application,
        role=role,
        citizen=party.citizen,
        business=party.business,
        particulars=party.said.particulars,
        authority=party.authority if role == PartyRole.REPRESENTATIVE else "",
        valid_from=at,
    )


def side_of(filing: Filing, schema: Mapping[str, Any], places: Places, *, by: Actor, day: date) -> Side:
    """Everybody whom a filing names.

    At a counter the person who stands there, and the organisation that they act for, become known now by the papers
    that the receptionist sees. Online only the account's own person is known. Whoever is only declared is tied to
    somebody known where number and name are both the same, and never made known.
    Raises ApplicantUnknown, ApplicantTwice, AuthorityMissing, ConsentMissing, PartyMayNotAct, and what is wrong with
    a name or a number.
    """
    is_desk = filing.channel != Channel.ONLINE
    side = _at_counter(filing, places) if is_desk else _online(filing, places, by=by, day=day)
    concerned = concerned_in(filing.answers, schema, besides=(side.filer, side.applicant))
    payer = _payer(filing.payer, is_desk=is_desk) if filing.payer else None
    side = replace(side, concerned=concerned, payer=payer)
    parties = [party for role, party in side.in_roles if role != PartyRole.PAYER]
    if is_desk and any(is_actors(*party.known_as, by) for party in parties):
        raise PartyMayNotAct()
    return side


def _at_counter(filing: Filing, places: Places) -> Side:
    if filing.filer is None:
        raise ApplicantUnknown(field="filer")
    if filing.channel == Channel.COUNTER and not filing.has_consent:
        raise ConsentMissing(field="has_consent")
    filer = _seen(filing.filer, places, field="filer")
    if filing.applicant and filing.organisation:
        raise ApplicantTwice(field="applicant")
    if filing.organisation is not None:
        applicant = _organisation_seen(filing.organisation, places, field="organisation")
    elif filing.applicant is not None:
        applicant = _declared(filing.applicant, places, field="applicant")
    else:
        return Side(filer, filer)
    return Side(replace(filer, authority=_authority(filing)), applicant)


def _declared(person: Person, places: Places, *, field: str) -> Declared:
    """A person of whom we only hear."""
    said = read_person(person, field=field)
    place = places.get(said.residence_id or 0)
    return Declared(said, citizen=known_citizens([said]).get(said.paper), place=place)


def _seen(person: Person, places: Places, *, field: str) -> Declared:
    """A person whose paper lies before the receptionist."""
    place = places.get(person.residence_id or 0)
    # A place that does not exist is a fault already found, and ties nobody to it.
    said = replace(
        read_person(person, field=field),
        residence_id=place.pk if place else None,
        temporary_residence_id=person.temporary_residence_id
        if person.temporary_residence_id in places
        else None,
    )
    return Declared(said, citizen=ensure_citizen(said, field=field), place=place)


def _organisation_seen(organisation: Organisation, places: Places, *, field: str) -> Declared:
    place = places.get(organisation.seat_id or 0)
    said = replace(read_organisation(organisation, field=field), seat_id=place.pk if place else None)
    return Declared(said, business=ensure_business(said, field=field), place=place)


def _online(filing: Filing, places: Places, *, by: Actor, day: date) -> Side:
    citizens = Citizen.objects.select_related("permanent_residence__parent__parent")
    mine = citizens.filter(pk=by.citizen_id).first() if by.citizen_id else None
    if mine is None:
        raise ApplicantUnknown(field="filer")
    filer = Declared(person_of(mine), citizen=mine, place=mine.permanent_residence)
    if filing.applicant and filing.business_id is not None:
        raise ApplicantTwice(field="applicant")
    if filing.business_id is not None:
        return _for_business(filing.business_id, filer, by=by, day=day)
    if filing.applicant is None:
        return Side(filer, filer)
    applicant = _declared(filing.applicant, places, field="applicant")
    return Side(replace(filer, authority=_authority(filing)), applicant)


def _for_business(business_id: int, filer: Declared, *, by: Actor, day: date) -> Side:
    if business_id not in by.business_ids:
        raise ApplicantUnknown(field="business")
    mandates = Mandate.objects.valid_on(day).filter(citizen=filer.citizen, business_id=business_id)
    # Two may overlap for some days, an old one and its renewal: the newer speaks.
    mandate = mandates.select_related("business__seat__parent__parent").latest("valid_from", "id")
    business = mandate.business
    return Side(
        replace(filer, authority=mandate.authority_text),
        Declared(organisation_of(business), business=business, place=business.seat),
    )


def _authority(filing: Filing) -> str:
    if not filing.authority.strip():
        raise AuthorityMissing(field="authority")
    return filing.authority.strip()


def _payer(payer: Person | Organisation, *, is_desk: bool) -> Declared:
    """Who pays in the applicant's stead: only declared, so never made known."""
    if isinstance(payer, Organisation):
        said = read_organisation(payer, field="payer")
        known = Business.objects.filter(number=said.number).first()
        return Declared(said, business=known if known and is_known_as(known, said) else None)
    return _declared(payer, {}, field="payer")


def concerned_in(
    answers: Mapping[str, Any], schema: Mapping[str, Any], *, besides: tuple[Declared, ...]
) -> tuple[tuple[PartyRole, Declared], ...]:
    """The people whom the answers name: the person concerned, the other party. Who files or applies is not repeated
    as the other party to themselves."""
    named = []
    for each in people_in(answers, schema):
        kind, country = IdentityKind.OTHER if each.identity else IdentityKind.NONE, ""
        if is_personal_id(each.identity):
            kind, country = IdentityKind.PERSONAL_ID, VIETNAM
        person = Person(each.name, kind, each.identity, country, born_on=each.born_on)
        role = PartyRole(each.role)
        if role == PartyRole.SUBJECT or not any(party.is_same_as(person) for party in besides):
            named.append((role, person))
    known = known_citizens(person for _role, person in named)
    return tuple((role, Declared(person, citizen=known.get(person.paper))) for role, person in named)


def name_concerned_again(
    application: Application, answers: Mapping[str, Any], schema: Mapping[str, Any], *, at: datetime
) -> None:
    """After answers have changed, the people whom they name now take the place of those whom they named before."""
    standing = Party.objects.filter(application=application, valid_to__isnull=True)
    sides = standing.filter(role__in=[PartyRole.FILER, PartyRole.APPLICANT])
    named = concerned_in(answers, schema, besides=tuple(_declared_in(party) for party in sides))
    wanted = [party_row(application, role, party, at) for role, party in named]
    before = list(standing.filter(role__in=[PartyRole.SUBJECT, PartyRole.OTHER_PARTY]))
    gone = [party for party in before if not _stands_in(party, wanted)]
    Party.objects.filter(pk__in=[party.pk for party in gone]).update(valid_to=at)
    Party.objects.bulk_create(party for party in wanted if not _stands_in(party, before))


def _stands_in(party: Party, parties: Iterable[Party]) -> bool:
    # Read and not as stored: particulars frozen long ago may lack what is asked for today.
    said = _declared_in(party).said
    return any(each.role == party.role and _declared_in(each).said == said for each in parties)


def _declared_in(party: Party) -> Declared:
    said = party.particulars
    if party.is_organisation:
        return Declared(Organisation(**said), business=party.business)
    return Declared(Person(**{**said, "born_on": date_in(said["born_on"])}), citizen=party.citizen)
