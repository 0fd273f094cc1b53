"""What a person fills in to file: who applies, which place, which desk, how the result comes back, and the papers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.actors import Actor
from apps.applications.actions import own_attachments, store_upload
from apps.applications.choices import Delivery, HeldAs
from apps.applications.errors import FileTooLarge
from apps.businesses.selectors import named
from apps.cases.selectors.held import HeldPaper
from apps.citizens.selectors import residences_of
from apps.core.errors import Refusal
from apps.core.spoken import day as spoken_day
from apps.procedures.choices import ComponentMode
from apps.procedures.selectors import VersionRules
from apps.units.choices import Level
from apps.units.selectors import agencies_on
from apps.web.ui.places import (
    Groups,
    PlaceField,
    in_order,
    is_where_one_lives,
    lived_in,
    place_question,
    wards_by_district,
)

MOST_FILES = 10


class FilingForm(forms.Form):
    """Everything but the answers and the papers; names of fields are those that refusals speak of."""

    business = forms.ChoiceField(label=_("Who applies"), required=False, widget=forms.RadioSelect)
    authority = forms.CharField(
        label=_("By what right you act for that person"),
        required=False,
        max_length=200,
        help_text=_("The paper of authority with its number and date, or how you are related."),
    )
    connecting_unit = PlaceField(
        help_text=_("It decides which agency is competent. Wards are listed under their district.")
    )
    receiving_agency = PlaceField(
        label=_("Desk that receives the application"),
        required=False,
        help_text=_("Any desk of the city may receive it; it goes from there to the competent agency."),
    )
    delivery = forms.ChoiceField(
        label=_("How you want the result"), choices=Delivery.choices, widget=forms.RadioSelect
    )
    delivery_address = forms.CharField(
        label=_("Address for the post"),
        required=False,
        max_length=250,
        help_text=_("Only where the result comes by post."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    contact_email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("We tell you of every step there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    contact_phone = forms.RegexField(
        r"^\+?[0-9 .()-]{8,19}$",
        label=_("Telephone"),
        required=False,
        error_messages={"invalid": _("A telephone number has 8 to 15 digits.")},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        rules: VersionRules,
        actor: Actor,
        day: date,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self._offer_applicants(actor)
        self._ask_place(rules, actor, day)
        default = _("The desk of the ward of residence or seat")
        self._choices("receiving_agency", lambda: [("", default), *desks(day)])

    def _offer_applicants(self, actor: Actor) -> None:
        if not actor.business_ids:
            del self.fields["business"]
            return
        businesses = [(str(row.pk), f"{row.name} ({row.number})") for row in named(actor.business_ids)]
        self._choices("business", [("", _("I myself, %(name)s") % {"name": actor.name}), *businesses])
        self.fields["business"].required = False

    def _ask_place(self, rules: VersionRules, actor: Actor, day: date) -> None:
        question = place_question(rules)
        if not question:
            del self.fields["connecting_unit"]
            return
        self.fields["connecting_unit"].label = question
        person = actor.citizen_id if is_where_one_lives(rules) else None

        def offered() -> list[Any]:
            mine = residences_of(person, day) if person else []
            first = [(str(_("Where you live")), [lived_in(*each) for each in mine])] if mine else []
            others = wards_by_district(day, besides={unit.pk for _residence, unit in mine})
            return [("", _("Choose a ward")), *first, *others]

        self._choices("connecting_unit", offered)

    def _choices(self, name: str, choices: list[Any] | Callable[[], list[Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("delivery") == Delivery.POST and not cleaned.get("delivery_address"):
            self.add_error("delivery_address", gettext("Give the address to which the result is sent."))
        return cleaned

    def number(self, name: str) -> int | None:
        """The id chosen in a field; nothing where nothing was chosen or the procedure does not ask."""
        chosen = self.cleaned_data.get(name)
        return int(chosen) if chosen else None


def desks(day: date) -> Groups:
    """Every desk of the city under the unit it serves or the district above it."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    name = "name_en" if get_language() == "en" else "name"
    columns = ("pk", name, f"unit__{name}", "unit__level", f"unit__parent__{name}")
    # Values: six hundred agencies with what is above them are a fifth of the page's time as objects.
    for pk, title, unit, level, above in agencies_on(day).filter(has_desk=True).values_list(*columns):
        found[above if level == Level.WARD and above else unit].append((str(pk), title))
    return in_order(found)


class SeveralFiles(forms.FileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"multiple": True, "accept": ".pdf,.jpg,.jpeg,.png"})

    def value_from_datadict(self, data: Any, files: MultiValueDict[str, UploadedFile], name: str) -> Any:
        return files.getlist(name)


class PaperField(forms.Field):
    """The files given as one paper. Whether one is missing is the domain's to say: it may be there already."""

    widget = SeveralFiles

    def validate(self, value: Any) -> None:
        if len(value or []) > MOST_FILES:
            raise forms.ValidationError(
                gettext("At most %(most)d files for one paper.") % {"most": MOST_FILES}
            )


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is already with us, though nothing has been filed yet."""

    uuid: UUID
    filename: str
    size: int


@dataclass(frozen=True, slots=True)
class HeldShown:
    """A paper that is held already, in words, and whether the applicant has agreed that it is used."""

    told: str
    is_agreed: bool


@dataclass(frozen=True, slots=True)
class PaperBox:
    """One paper on the page: the input, and what was uploaded for it before."""

    code: str
    field: BoundField
    kept: list[KeptFile]
    held: HeldShown | None = None


@dataclass(frozen=True, slots=True)
class AskedPaper:
    """A paper that can be uploaded, under the code by which its files are given."""

    code: str
    title: str
    note: str = ""
    is_required: bool = False
    is_from_data: bool = False


def _as_sentence(text: str) -> str:
    """A clerk's reason has no full stop where another sentence follows."""
    return f"{text}." if text and text[-1] not in ".!?…:;" else text


class PapersForm(forms.Form):
    """One file input for each paper that can be uploaded. Files survive a refused submission by their uuid."""

    def __init__(
        self,
        asked: Sequence[AskedPaper],
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        held: Mapping[str, str] | None = None,
        prefix: str = "papers",
    ) -> None:
        super().__init__(data, files, prefix=prefix)
        self.held_told = dict(held or {})
        self.from_data = {paper.code for paper in asked if paper.is_from_data}
        self.typed: QueryDict = data if data is not None else QueryDict()
        self.kept: dict[str, list[KeptFile]] = {}
        for paper in asked:
            hints = [
                _as_sentence(paper.note),
                gettext("PDF, JPEG or PNG, up to %(most)d MB each.") % {"most": _most_megabytes()},
            ]
            self.fields[paper.code] = PaperField(
                label=paper.title,
                required=paper.is_required,
                help_text=" ".join(hint for hint in hints if hint),
            )

    def take(self, *, by: Actor, at: datetime) -> None:
        """Stores what came now and finds what came before; a file that is refused is a fault of its field."""
        wanted = {code: self._uuids(code) for code in self.fields}
        known = own_attachments((uuid for uuids in wanted.values() for uuid in uuids), by=by)
        for code, uuids in wanted.items():
            rows = [known[uuid] for uuid in uuids if uuid in known]
            if not self.has_error(code):
                rows += self._store(code, by=by, at=at)
            self.kept[code] = [KeptFile(row.uuid, row.filename, row.size) for row in rows]

    def _uuids(self, code: str) -> list[UUID]:
        dropped = set(self.typed.getlist(f"drop-{code}"))
        found = []
        for text in dict.fromkeys(self.typed.getlist(f"kept-{code}")):
            try:
                found += [UUID(text)] if text not in dropped else []
            except ValueError:
                continue
        return found[:MOST_FILES]

    def _store(self, code: str, *, by: Actor, at: datetime) -> list[Any]:
        rows = []
        for file in self.cleaned_data.get(code) or []:
            try:
                if (file.size or 0) > settings.ATTACHMENT_MAX_BYTES:
                    raise FileTooLarge(field=code, megabytes=_most_megabytes())
                rows.append(store_upload(file.name or "", file.read(), by=by, at=at, field=code))
            except Refusal as refusal:
                self.add_error(code, f"{file.name}: {refusal.message}")
        return rows

    @property
    def attachments(self) -> dict[str, list[UUID]]:
        """Uuids by the code of the paper, for a filing; papers without a file are left out."""
        return {code: [file.uuid for file in files] for code, files in self.kept.items() if files}

    @property
    def boxes(self) -> list[PaperBox]:
        return [self._box(bound) for bound in self if bound.name not in self.from_data]

    @property
    def boxes_from_data(self) -> list[PaperBox]:
        """The papers that the administration looks up itself and has not found: nobody must give them."""
        return [self._box(bound) for bound in self if bound.name in self.from_data]

    @property
    def from_data_given(self) -> bool:
        return any(box.kept or box.field.errors for box in self.boxes_from_data)

    def _box(self, bound: BoundField) -> PaperBox:
        return PaperBox(bound.name, bound, self.kept.get(bound.name, []), self._held(bound.name))

    @property
    def held(self) -> list[str]:
        """Codes of the papers for which the applicant agrees that the one that is held is used."""
        return [code for code in self.typed.getlist("held") if code in self.fields]

    def _held(self, code: str) -> HeldShown | None:
        told = self.held_told.get(code)
        return HeldShown(told, code in self.held) if told else None


def papers_to_upload(
    rules: VersionRules, *, is_required: bool = True, found: Collection[str] | None = None
) -> list[AskedPaper]:
    """The papers of a procedure that are uploaded; with `is_required` false none is asked for again.

    Where it is said what the State's data have `found`, the others that are taken from there may be given too, and need not.
    """
    asked = [
        AskedPaper(row.code, row.title, row.note_text, is_required and row.is_required and not row.condition)
        for row in rules.components
        if row.mode == ComponentMode.UPLOAD
    ]
    if found is None:
        return asked
    return asked + [
        AskedPaper(row.code, row.title, row.note_text, is_from_data=True)
        for row in rules.components
        if row.mode == ComponentMode.FROM_DATA and row.code not in found
    ]


def held_in_words(papers: Mapping[str, HeldPaper]) -> dict[str, str]:
    """Each paper that is held: from where and since when."""
    told = {
        HeldAs.RESULT: gettext("Issued by the city on %(day)s, in case %(code)s"),
        HeldAs.PAPER: gettext("Given on %(day)s, in case %(code)s"),
    }
    return {
        code: told[paper.held_as] % {"day": spoken_day(paper.since), "code": paper.held_from}
        for code, paper in papers.items()
    }


def papers_of_request(items: Sequence[Mapping[str, str]]) -> list[AskedPaper]:
    """What a request for a supplement asks for, each under its number."""
    return [AskedPaper(str(number), each["item"], each["reason"]) for number, each in enumerate(items, 1)]


def _most_megabytes() -> int:
    return int(settings.ATTACHMENT_MAX_BYTES) // 1_048_576
