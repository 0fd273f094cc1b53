"""The parts of a draft as plain forms: what is typed becomes a row as a file spells it, and is read by the same reader.

Nothing is refused here: whether a value can be accepted is the reader's to say, so that faults read the same everywhere.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apps.accounts.choices import Role
from apps.core.loading import Fault
from apps.procedures.choices import (
    AfterSupplement,
    BorneBy,
    Channel,
    ComponentMode,
    ConnectingFactor,
    FeeKind,
    LimitUnit,
    PayBefore,
    Quantity,
    StepAct,
    StepProduct,
)
from apps.procedures.difference import FIELD_NAMES
from apps.procedures.soundness import VERIFIED_UNITS, WINDOW_UNITS
from apps.web.administration.condition_rows import ConditionRows
from apps.web.administration.facts import Fact
from apps.web.ui.rows import place_in
from apps.web.ui.widgets import DayMonthYearInput

MOST_ROWS = 60
_GROUPED = re.compile(r"\d{1,3}([. ]\d{3})+")


PARTY_ROLES = (
    ("subject", _("the person whom the matter concerns")),
    ("other_party", _("another party")),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of a form. `kind`: line, text, number, numbers, choice, tick, ticks, codes, date or time."""

    name: str
    kind: str = "line"
    choices: Sequence[tuple[str, Any]] = ()
    hint: Any = ""
    label: Any = ""
    is_optional: bool = False


NOTES = (Entry("note", "text"), Entry("note_en", "text"))
ESTABLISHED = Entry(
    "is_established", "tick", hint=_("Leave it empty for what is ours and not the law's; pages say so.")
)
WINDOW = _("Empty where the law gives no window: then nothing lapses by itself.")


def units(known: Sequence[str]) -> tuple[tuple[str, Any], ...]:
    """Some units of time, or none."""
    return (("", "—"), *((unit, LimitUnit(unit).label) for unit in known))


ENTRIES: dict[str, tuple[Entry, ...]] = {
    "basics": (
        Entry("result_name"),
        Entry("result_name_en"),
        Entry("channels", "ticks", Channel.choices),
        Entry("presence_channels", "ticks", Channel.choices),
        Entry("after_supplement", "choice", AfterSupplement.choices),
        Entry("supplement_window", "number", hint=WINDOW),
        Entry("supplement_window_unit", "choice", units(WINDOW_UNITS)),
        Entry("payment_window", "number", hint=WINDOW),
        Entry("payment_window_unit", "choice", units(WINDOW_UNITS)),
        Entry("confirmation_window", "number", hint=_("Empty where a draft is not shown to the applicant.")),
        Entry("confirmation_window_unit", "choice", units(WINDOW_UNITS)),
        Entry("is_agreement_provided", "tick"),
        Entry(
            "closed_note",
            hint=_("Only where nobody can file under this version, for example without a limit."),
        ),
        Entry("closed_note_en"),
        *NOTES,
    ),
    "competences": (
        Entry("agency_kind", "choice"),
        Entry("factor", "choice", ConnectingFactor.choices),
        ESTABLISHED,
        *NOTES,
    ),
    "time_limits": (
        Entry("value", "number", hint=_("Empty while it is not established.")),
        Entry("unit", "choice", LimitUnit.choices),
        Entry("cut_off", "time", hint=_("Such as 15:00; what comes later counts from the next day.")),
        Entry(
            "verified_value",
            "number",
            hint=_("Empty where the time may not be prolonged to verify something."),
        ),
        Entry("verified_unit", "choice", units(VERIFIED_UNITS)),
        ESTABLISHED,
        *NOTES,
    ),
    "components": (
        Entry(
            "code",
            hint=_("Small letters without marks, digits and _; the same paper keeps it in every version."),
        ),
        Entry("name"),
        Entry("name_en"),
        Entry("mode", "choice", ComponentMode.choices),
        Entry("copies", "number"),
        Entry("is_required", "tick"),
        Entry(
            "is_lasting",
            "tick",
            hint=_(
                "Who gave it before, under the same code, is offered that one instead of being asked again."
            ),
        ),
        Entry(
            "results_of",
            "codes",
            hint=_(
                "Codes of procedures, such as 1.004873: a result that the city issued under one of them counts as this paper."
            ),
        ),
        ESTABLISHED,
        *NOTES,
    ),
    "fee_rules": (
        Entry("kind", "choice", FeeKind.choices),
        Entry("name"),
        Entry("name_en"),
        Entry(
            "unit_price",
            "number",
            hint=_("0 is free; empty means not established, and nothing is collected."),
        ),
        Entry("quantity", "choice", Quantity.choices),
        Entry("most", "number"),
        Entry("borne_by", "choice", BorneBy.choices),
        Entry("pay_before", "choice", PayBefore.choices),
        Entry("legal_basis", hint=_("Number and date of the decision that sets the price.")),
        Entry("basis_from", "date"),
        Entry("basis_to", "date"),
        Entry("is_refundable", "tick"),
        Entry("exempt_percent", "number", hint=_("100 for free; empty where nobody is exempt.")),
        Entry("exempt_basis"),
        Entry("exempt_from", "date"),
        Entry("exempt_to", "date"),
        Entry(
            "collector_kind",
            "choice",
            hint=_("Empty where the agency that decides collects."),
            is_optional=True,
        ),
        Entry("collector_factor", "choice", (("", "—"), *ConnectingFactor.choices)),
        Entry("collector_basis", hint=_("Number and date of the written authorisation.")),
        Entry("has_face_value", "tick", hint=_("Only for a fixed amount that is taken once.")),
        ESTABLISHED,
        *NOTES,
    ),
    "steps": (
        Entry(
            "code",
            hint=_("Small letters without marks, digits and _; open cases are moved to a new version by it."),
        ),
        Entry("name"),
        Entry("name_en"),
        Entry(
            "agency_kind",
            "choice",
            hint=_("Empty where the agency that decides does it itself."),
            is_optional=True,
        ),
        Entry("factor", "choice", (("", "—"), *ConnectingFactor.choices)),
        Entry("role", "choice", Role.choices),
        Entry("act", "choice", StepAct.choices),
        Entry(
            "product",
            "choice",
            StepProduct.choices,
            hint=_("Without it the step cannot be completed; the applicant does not see it."),
        ),
        Entry("product_name", hint=_("Such as: record of the verification on the spot.")),
        Entry("product_name_en"),
        Entry(
            "may_skip",
            "choice",
            (("", _("Nobody")), *Role.choices),
            hint=_("Where the case is, or where it is decided; the reason goes into the ledger."),
        ),
        Entry("share", "number"),
        Entry("share_of", "number"),
        ESTABLISHED,
        *NOTES,
    ),
    "linked_parts": (
        Entry("procedure", hint=_("Such as 1.001193. The application opens a case of it.")),
        Entry(
            "waits_for",
            "numbers",
            hint=_("Numbers of rows above, such as 1, 2. Empty where the case begins at once."),
        ),
        ESTABLISHED,
        *NOTES,
    ),
    # Lists of the form, saved with it.
    "sections": (
        Entry("title", label=_("Heading")),
        Entry("title_en", label=_("Heading, in English")),
    ),
    "eligibility": (
        Entry("message", "text", label=_("What is said where it does not hold")),
        Entry("message_en", "text", label=_("What is said where it does not hold, in English")),
    ),
    "parties": (
        Entry("role", "choice", PARTY_ROLES, label=_("Becomes")),
        Entry("name", "choice", label=_("Question that asks for the name")),
        Entry("identity", "choice", label=_("Question that asks for the identity number")),
        Entry("born_on", "choice", label=_("Question that asks for the day of birth")),
    ),
}
# By the name in the address: the hint of the form under which it is stored, and what a reader calls it.
FORM_LISTS: dict[str, tuple[str, Any]] = {
    "sections": ("x-sections", _("Sections of the form")),
    "eligibility": ("x-eligibility", _("Who may file: rules of eligibility")),
    "parties": ("x-parties", _("People whom the answers name")),
}
# What has no condition, or more than one.
CONDITIONS: dict[str, tuple[str, ...]] = {
    "basics": (),
    "sections": (),
    "parties": (),
    "fee_rules": ("condition", "exempt_condition"),
}


class PartForm(forms.Form):
    """One object of a draft: its fields as in ENTRIES, its conditions beside them, and what is not shown kept whole."""

    def __init__(
        self,
        part: str,
        document: Mapping[str, Any],
        data: Mapping[str, Any] | None = None,
        *,
        schema: Mapping[str, Any],
        kinds: Sequence[tuple[str, str]] = (),
        facts: Mapping[str, Fact] | None = None,
        prefix: str,
    ) -> None:
        self.entries = ENTRIES[part]
        self.part = part
        names = CONDITIONS.get(part, ("condition",))
        shown = {entry.name for entry in self.entries} | {"condition", *names}
        unseen = {name: value for name, value in document.items() if name not in shown}
        initial = {entry.name: _as_typed(entry, document.get(entry.name)) for entry in self.entries}
        super().__init__(data, prefix=prefix, initial={**initial, "unseen": json.dumps(unseen)})
        for entry in self.entries:
            self.fields[entry.name] = _field(entry, kinds)
        self.fields["unseen"] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.conditions = {
            name: ConditionRows(schema, document.get(name), data, prefix=f"{prefix}-{name}", facts=facts)
            for name in names
        }

    @property
    def condition(self) -> ConditionRows | None:
        """When the row counts; None for what always does."""
        return self.conditions.get("condition")

    @property
    def further_conditions(self) -> list[tuple[str, ConditionRows]]:
        """Others that the row has, each under its name."""
        return [
            (str(FIELD_NAMES[name]), rows) for name, rows in self.conditions.items() if name != "condition"
        ]

    @property
    def title(self) -> str:
        """What the row is called meanwhile, as it is typed."""
        name = {"sections": "title", "eligibility": "message", "parties": ""}.get(self.part, "name")
        return str(self[name].value() or "") if name in self.fields else ""

    @property
    def document(self) -> dict[str, Any]:
        """What was typed, as a file spells it."""
        self.is_valid()
        said = {entry.name: _as_spelled(entry, self.cleaned_data.get(entry.name)) for entry in self.entries}
        unseen = _object(self.cleaned_data.get("unseen", ""))
        for name, rows in self.conditions.items():
            rows.is_valid()
            said[name] = rows.condition
        return unseen | said

    @property
    def has_faults(self) -> bool:
        return bool(self.errors) or any(rows.errors for rows in self.conditions.values())

    def tell(self, field: str, message: str) -> None:
        """Puts a fault beside its field, or at the head of the row."""
        if field in self.conditions:
            self.conditions[field].add_error(None, message)
        else:
            self.add_error(field if field in self.fields else None, message)


def tell_faults(faults: Sequence[Fault], rows: Sequence[PartForm]) -> list[str]:
    """Puts each fault on its row (`fee_rules/2`) or on the only form; what belongs to none is given back."""
    left = []
    for fault in faults:
        _part, _slash, number = fault.row.partition("/")
        place = int(number) - 1 if number.isdigit() else 0
        if place < len(rows):
            rows[place].tell(fault.field, fault.message)
        else:
            left.append(str(fault))
    return left


def rearranged(data: QueryDict, order: Sequence[int | None]) -> QueryDict:
    """What was typed with its rows in another order: each number names a row that was sent, None a new one."""
    found = QueryDict(mutable=True)
    for place, old in enumerate(order):
        for name in data:
            if old is not None and name.startswith(f"row{old}-"):
                found.setlist(f"row{place}-{name.removeprefix(f'row{old}-')}", data.getlist(name))
    found["rows"] = str(len(order))
    found["revision"] = data.get("revision", "")
    return found


def order_after(action: str, count: int) -> list[int | None]:
    """The rows after a button was pressed: add, remove-2, up-2, down-2; any other leaves them as they are."""
    rows: list[int | None] = list(range(count))
    verb, _dash, number = action.partition("-")
    place = place_in(number)
    if verb == "add" and count < MOST_ROWS:
        rows.append(None)
    elif verb == "remove" and 0 <= place < count:
        rows.pop(place)
    elif verb == "up" and 0 < place < count:
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    elif verb == "down" and 0 <= place < count - 1:
        rows[place], rows[place + 1] = rows[place + 1], rows[place]
    return rows


def _field(entry: Entry, kinds: Sequence[tuple[str, str]]) -> forms.Field:
    common: dict[str, Any] = {
        "label": entry.label or FIELD_NAMES.get(entry.name, entry.name),
        "help_text": entry.hint,
        "required": False,
    }
    match entry.kind:
        case "choice":
            offered = entry.choices or ([("", "—"), *kinds] if entry.is_optional else kinds)
            return forms.ChoiceField(choices=offered, **common)
        case "tick":
            return forms.BooleanField(**common)
        case "ticks":
            return forms.MultipleChoiceField(
                choices=entry.choices, widget=forms.CheckboxSelectMultiple, **common
            )
        case "date":
            return forms.CharField(widget=DayMonthYearInput, **common)
        case "text":
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **common)
        case "number":
            return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "numeric"}), **common)
    return forms.CharField(**common)


def _as_typed(entry: Entry, value: Any) -> Any:
    """A value of a document as its field shows it."""
    if entry.kind == "time" and value:
        return str(value)[:5]
    if entry.kind == "codes":
        return ", ".join(value or ())
    if entry.kind == "numbers":
        return ", ".join(map(str, value or ()))
    if entry.kind == "number" and value is not None:
        return f"{value:,}".replace(",", ".")
    return value


def _as_spelled(entry: Entry, typed: Any) -> Any:
    """What was typed as a file spells it; what is not of its kind stays as it was typed, for the reader to refuse."""
    match entry.kind:
        case "choice" if entry.is_optional:
            return typed or None
        case "tick":
            return bool(typed)
        case "ticks":
            return list(typed or ())
        case "codes":
            return re.split(r"[\s,;]+", text) if (text := str(typed or "").strip(" ,;\n")) else []
        case "number":
            text = str(typed or "").replace("\N{NO-BREAK SPACE}", " ").strip()
            plain = re.sub(r"[. ]", "", text) if _GROUPED.fullmatch(text) else text
            return int(plain) if plain.isdecimal() and len(plain) < 12 else (text or None)
        case "numbers":
            each = [part for part in re.split(r"[,;\s]+", str(typed or "")) if part]
            return [int(part) if part.isdecimal() and len(part) < 6 else part for part in each]
        case "date":
            parts = str(typed or "").split("-")
            if len(parts) == 3 and all(part.isdecimal() for part in parts):
                return f"{int(parts[0]):04d}-{int(parts[1]):02d}-{int(parts[2]):02d}"
            return typed or None
        case "time":
            return str(typed).strip() if typed else None
    return unicodedata.normalize("NFC", str(typed or "").strip())


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
