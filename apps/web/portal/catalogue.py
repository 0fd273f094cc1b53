"""Pages of the catalogue: the first page, finding a procedure, and all that one procedure asks, costs and takes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.core.spoken import dong
from apps.procedures.choices import BorneBy, Channel, ComponentMode, LimitUnit, Quantity
from apps.procedures.conditions import facts_used, holds
from apps.procedures.difference import condition_in_words
from apps.procedures.models import Component, FeeRule, TimeLimit
from apps.procedures.selectors import (
    VersionRules,
    catalogue,
    fields_of_catalogue,
    open_among,
    parts_in_force,
    rules_in_force,
    window_of,
)
from apps.web.ui.parts import Pages, Text

PAGE_SIZE = 40
AUDIENCES = (("", _("Everybody")), ("citizens", _("Citizens")), ("businesses", _("Businesses")))


class ProcedureSearch(forms.Form):
    """Words, field and audience; a value that is not offered narrows nothing."""

    words = forms.CharField(
        label=_("Words of the name, or the code"), required=False, max_length=100, strip=True
    )
    field = forms.ChoiceField(label=_("Field"), required=False)
    audience = forms.ChoiceField(label=_("For whom"), required=False, choices=AUDIENCES)

    def __init__(self, data: Any, *, fields: list[tuple[str, str]]) -> None:
        super().__init__(data)
        choices = self.fields["field"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = [("", _("All fields")), *fields]

    def clean_words(self) -> str:
        """One spelling: a typed letter and its marks may come apart or together."""
        return unicodedata.normalize("NFC", self.cleaned_data["words"])


@dataclass(frozen=True, slots=True)
class Asked:
    """One paper, and what the applicant does about it."""

    title: str
    note: str
    is_required: bool
    is_conditional: bool
    is_established: bool


@dataclass(frozen=True, slots=True)
class Price:
    """One line of the tariff as the public reads it."""

    title: str
    unit_price: int | None
    amount: str
    per: Text
    channels: str
    borne_by: Text
    legal_basis: str
    note: str
    is_established: bool
    is_conditional: bool


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    search = ProcedureSearch(None, fields=[])
    return render(request, "portal/home.html", {"search": search})


@require_safe
def procedures(request: HttpRequest) -> HttpResponse:
    day = timezone.localdate()
    search = ProcedureSearch(request.GET, fields=fields_of_catalogue(day))
    search.is_valid()
    found = catalogue(day, **{name: search.cleaned_data.get(name, "") for name in search.fields})
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    can_file = open_among(rows, day)
    return render(
        request,
        "portal/procedures.html",
        {
            "search": search,
            "rows": [
                (version, version.pk in can_file, Channel.ONLINE in version.channels) for version in rows
            ],
            "count": page.paginator.count,
            "pages": Pages(
                previous_url=_page_address(request, page.number - 1) if page.has_previous() else "",
                next_url=_page_address(request, page.number + 1) if page.has_next() else "",
            ),
        },
    )


@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    rules = rules_in_force(code, timezone.localdate())
    return render(request, "portal/procedure.html", page_of(rules))


def page_of(rules: VersionRules) -> dict[str, Any]:
    """What the page of a procedure shows of one version; administrators look at a draft in the same way."""
    tariff, day = prices(rules), timezone.localdate()
    linked = linked_parts(rules, day)
    deciders = [kind for part in linked for kind in part.deciders] or [
        row.agency_kind.title for row in rules.competences
    ]
    closed = rules.closed_because(day)
    return {
        "closed": closed,
        "linked": linked,
        "rules": rules,
        "procedure": rules.procedure,
        "version": rules.version,
        "can_apply": rules.is_open_for_filing(day) and Channel.ONLINE in rules.version.channels,
        "channels": in_a_row(Channel(channel).label for channel in rules.version.channels),
        "presence": in_a_row(Channel(channel).label for channel in rules.version.presence_channels),
        "papers": papers_by_mode(rules),
        "prices": tariff,
        "costs": costs(tariff),
        "are_steps_ours": not any(step.is_established for step in rules.steps),
        "limits": [(limit_shown(limit), limit) for limit in rules.time_limits],
        "window": window_shown(rules),
        "deciders": list(dict.fromkeys(deciders)),
        "notes": _notes(rules),
    }


@dataclass(frozen=True, slots=True)
class LinkedPartShown:
    """One case that an application of a group opens: its procedure, when it opens, in what time, who decides, after what."""

    code: str
    title: str
    when: str
    limits: list[str]
    deciders: list[str]
    after: list[str]
    note: str


def linked_parts(rules: VersionRules, day: date) -> list[LinkedPartShown]:
    """The parts of a group as the public reads them, in their order; nothing for any other procedure."""
    titles = {part.position: part.procedure.title for part in rules.linked_parts}
    group = {"group": rules.procedure.code, "channel": Channel.ONLINE.value}
    shown = []
    for each in parts_in_force(rules, day):
        part, own = each.part, each.rules
        limits = (
            [row for row in own.time_limits if may_hold(row.condition, group) is not False] if own else []
        )
        certain = next((n for n, row in enumerate(limits, 1) if may_hold(row.condition, group)), len(limits))
        shown.append(
            LinkedPartShown(
                code=each.procedure.code,
                title=each.procedure.title,
                when=condition_in_words(part.condition, rules.version.form_schema) if part.condition else "",
                limits=[limit_shown(row) for row in limits[:certain]],
                deciders=list(dict.fromkeys(row.agency_kind.title for row in own.competences)) if own else [],
                after=[titles[position] for position in part.waits_for],
                note=part.note_text,
            )
        )
    return shown


def papers_by_mode(rules: VersionRules) -> list[tuple[Text, list[Asked]]]:
    """The papers in groups: filled in here first, then uploaded, shown, handed in, looked up."""
    groups: list[tuple[Text, list[Asked]]] = []
    for mode in ComponentMode:
        rows = [_asked(row) for row in rules.components if row.mode == mode]
        if rows:
            groups.append((mode.label, rows))
    return groups


def _asked(row: Component) -> Asked:
    return Asked(row.title, row.note_text, row.is_required, bool(row.condition), row.is_established)


def prices(rules: VersionRules) -> list[Price]:
    """The lines in force today. What is not established says so and is never shown as 0."""
    day = timezone.localdate()
    return [
        Price(
            title=rule.title,
            unit_price=rule.unit_price,
            amount=dong(rule.unit_price) if rule.unit_price is not None else "",
            per=_per(rule),
            channels=in_a_row(channel.label for channel in _channels_of(rule, rules)),
            borne_by=BorneBy(rule.borne_by).label,
            legal_basis=rule.legal_basis,
            note=rule.note_text,
            is_established=rule.is_established and rule.unit_price is not None,
            is_conditional=bool(facts_used(rule.condition) - {"channel"}),
        )
        for rule in rules.fee_rules
        if (rule.basis_from is None or rule.basis_from <= day)
        and (rule.basis_to is None or day < rule.basis_to)
    ]


def costs(tariff: list[Price]) -> list[str]:
    """The tariff in a few words: line by line where only the way of filing counts, else from the least to the most."""
    if not any(price.is_conditional for price in tariff):
        return [_cost(price) for price in tariff]
    amounts = sorted({price.unit_price for price in tariff if price.unit_price is not None})
    if len(amounts) < 2:
        return [dong(amount) for amount in amounts]
    return [gettext("%(least)s to %(most)s") % {"least": dong(amounts[0]), "most": dong(amounts[-1])}]


def _cost(price: Price) -> str:
    amount = price.amount if price.is_established else gettext("not established")
    borne = gettext("borne by the city's budget") if price.borne_by == BorneBy.BUDGET.label else ""
    when = price.channels[:1].lower() + price.channels[1:]
    details = "; ".join(part for part in (str(price.per), when, borne) if part)
    return f"{amount} ({details})" if details else amount


def in_a_row(labels: Iterable[Text]) -> str:
    """Labels as one phrase: only the first keeps its capital."""
    first, *others = [str(label) for label in labels] or [""]
    return ", ".join([first, *(label[:1].lower() + label[1:] for label in others)])


def _per(rule: FeeRule) -> Text:
    """What the price is multiplied by, and where it stops."""
    per = str(Quantity(rule.quantity).label) if rule.quantity != Quantity.ONE else ""
    most = gettext("at most %(amount)s a copy") % {"amount": dong(rule.most)} if rule.most else ""
    return "; ".join(part for part in (per, most) if part)


def _channels_of(rule: FeeRule, rules: VersionRules) -> list[Channel]:
    """The channels in which the line may be charged, whatever else it depends on."""
    return [
        Channel(channel)
        for channel in rules.version.channels
        if may_hold(rule.condition, {"channel": channel}) is not False
    ]


def may_hold(condition: Any, known: Mapping[str, Any]) -> bool | None:
    """Whether a condition holds when only some facts are known; None where the others decide."""
    if not condition:
        return True
    match condition:
        case {"all": list(parts)}:
            answers = [may_hold(part, known) for part in parts]
            return False if False in answers else None if None in answers else True
        case {"any": list(parts)}:
            answers = [may_hold(part, known) for part in parts]
            return True if True in answers else None if None in answers else False
        case {"not": part}:
            answer = may_hold(part, known)
            return None if answer is None else not answer
    return holds(condition, known) if facts_used(condition) <= set(known) else None


def limit_shown(limit: TimeLimit) -> str:
    """A limit in words, with the most that it gives where facts are verified; empty where it is not established."""
    if limit.value is None:
        return ""
    said = span_shown(limit.value, LimitUnit(limit.unit))
    if limit.verified_value is None:
        return said
    most = span_shown(limit.verified_value, LimitUnit(limit.verified_unit))
    return gettext("%(limit)s; at most %(most)s in all where facts must be verified") % {
        "limit": said,
        "most": most,
    }


def window_shown(rules: VersionRules) -> str:
    """How long the applicant may take to complete the file; empty where the law gives no window."""
    window = window_of(rules.version, "supplement")
    if window is None:
        return ""
    return gettext("You have %(time)s to complete the file.") % {
        "time": span_shown(window.value, LimitUnit(window.unit.value))
    }


def span_shown(value: int, unit: LimitUnit) -> str:
    """A number of a unit in words."""
    match unit:
        case LimitUnit.SAME_DAY:
            return gettext("the same day")
        case LimitUnit.WORKING_HOUR:
            return ngettext("%(count)d working hour", "%(count)d working hours", value) % {"count": value}
        case LimitUnit.CLOCK_HOUR:
            return ngettext("%(count)d hour", "%(count)d hours", value) % {"count": value}
        case LimitUnit.WORKING_DAY:
            return ngettext("%(count)d working day", "%(count)d working days", value) % {"count": value}
        case LimitUnit.DAY:
            return ngettext("%(count)d day", "%(count)d days", value) % {"count": value}


def _notes(rules: VersionRules) -> list[str]:
    """What the page must say of the version as a whole."""
    notes = [rules.version.note_en if get_language() == "en" else rules.version.note]
    notes += [row.note_text for row in rules.competences]
    return [note for note in dict.fromkeys(notes) if note]


def _page_address(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"
