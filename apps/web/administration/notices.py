"""The words of notices: every kind, its texts in both languages with a preview, and what was changed when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.actors import Actor
from apps.cases.told import UNTOLD
from apps.core.errors import Refusal
from apps.core.spoken import moment
from apps.interface.actors import actor_of_request
from apps.notifications.actions import change_words
from apps.notifications.choices import NoticeKind
from apps.notifications.errors import NoticeKindUnknown
from apps.notifications.models import NoticeTemplate
from apps.notifications.names import NAMES, names_for
from apps.notifications.selectors import (
    asked_in,
    changes_of,
    kind_known,
    newest_words,
    previews,
    unsent_by_channel,
    versions_of_words,
)
from apps.notifications.soundness import TEXTS, NewWords, place_of, tidied
from apps.web.administration.access import for_administrators
from apps.web.ui.faults import quiet, show_refusal
from apps.web.ui.parts import Cell, Column

LABELS = {
    "subject": gettext_lazy("Subject, in Vietnamese"),
    "body": gettext_lazy("Text, in Vietnamese"),
    "short": gettext_lazy("Short text, in Vietnamese"),
    "subject_en": gettext_lazy("Subject, in English"),
    "body_en": gettext_lazy("Text, in English"),
    "short_en": gettext_lazy("Short text, in English"),
}

# The language of notices, as it is typed; a page's own templates would read it as theirs.
EXAMPLES = {
    "name": "{{ code }}",
    "asked": "{% if reason %} … {% endif %}",
    "denied": "{% if not reason %} … {% endif %}",
}


def _line(name: str, most: int) -> forms.CharField:
    return forms.CharField(label=LABELS[name], max_length=most)


def _lines(name: str, rows: int, most: int | None = None, *, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "spellcheck": "false"})
    return forms.CharField(label=LABELS[name], max_length=most, required=required, widget=widget)


class LetterForm(forms.Form):
    """The frame of every e-mail: a text in each language."""

    body = _lines("body", 16)
    body_en = _lines("body_en", 16)
    number = forms.IntegerField(min_value=1, max_value=32000, widget=forms.HiddenInput)

    def words(self) -> NewWords:
        """What was typed, also where some of it is wrong: a preview shows what it can."""
        typed = {name: str(self[name].value() or "") if name in self.fields else "" for name in TEXTS}
        return tidied(NewWords(**typed, is_for_phone=bool(self.data.get("is_for_phone"))))


class WordsForm(LetterForm):
    """What is told of one kind of act, at length and for a telephone."""

    field_order = ("subject", "body", "short", "subject_en", "body_en", "short_en", "is_for_phone", "number")
    subject = _line("subject", 200)
    subject_en = _line("subject_en", 200)
    short = _lines("short", 3, 400, required=False)
    short_en = _lines("short_en", 3, 400, required=False)
    is_for_phone = forms.BooleanField(
        label=gettext_lazy("The short text goes to telephones"),
        required=False,
        help_text=gettext_lazy(
            "By SMS and Zalo, as far as these are on and the applicant's number is known."
        ),
    )


@for_administrators
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Every kind of notice with its newest version, and whether something could not be sent."""
    actor = actor_of_request(request)
    failed = sum(each.count for each in unsent_by_channel(seen_by=actor))
    context = {
        "failed": failed,
        "columns": [
            Column(_("What is told")),
            Column(_("Version")),
            Column(_("Changed")),
            Column(_("To telephones")),
        ],
        "rows": [_cells(each) for each in newest_words(seen_by=actor)],
        "untold": [(kind.label, why) for kind, why in UNTOLD.items()],
    }
    return render(request, "administration/notices.html", context)


def _cells(words: NoticeTemplate) -> list[Cell]:
    return [
        Cell(NoticeKind(words.kind).label, href=reverse("administration:words", args=[words.kind])),
        Cell(str(words.number)),
        Cell(
            moment(words.changed_at) or _("as it came with the program"),
            note=words.changed_by.full_name if words.changed_by else "",
            tone="" if words.changed_at else "none",
        ),
        Cell(_("yes") if words.is_for_phone else "–"),
    ]


@for_administrators
@require_http_methods(["GET", "POST"])
def words(request: HttpRequest, kind: str) -> HttpResponse:
    """The texts of one kind: changed, or only looked at as they would read."""
    actor = actor_of_request(request)
    of = kind_known(kind)
    versions = versions_of_words(of, seen_by=actor)
    made = LetterForm if of == NoticeKind.LETTER else WordsForm
    if request.method != "POST":
        newest = versions[0]
        form = made(initial={name: getattr(newest, name) for name in made.base_fields})
        return _show(request, of, form, _stored(newest), versions, actor)
    form, status = made(request.POST), 422
    if request.POST.get("action") == "preview":
        quiet([form])
        status = 200
    elif form.is_valid():
        try:
            changed = change_words(
                of, form.words(), number=form.cleaned_data["number"], by=actor, at=timezone.now()
            )
        except Refusal as refusal:
            show_refusal(refusal, form)
            status = refusal.status
        else:
            messages.success(request, _("Version %(number)d is in force.") % {"number": changed.number})
            return redirect("administration:words", kind=of.value)
    return _show(request, of, form, form.words(), versions, actor, status=status)


def _stored(version: NoticeTemplate) -> NewWords:
    return NewWords(**{name: getattr(version, name) for name in TEXTS}, is_for_phone=version.is_for_phone)


def _show(
    request: HttpRequest,
    kind: NoticeKind,
    form: forms.Form,
    written: NewWords,
    versions: list[NoticeTemplate],
    actor: Actor,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "kind": kind,
        "form": form,
        "is_letter": kind == NoticeKind.LETTER,
        "names": _names(kind),
        "examples": EXAMPLES,
        "versions": [
            (
                each,
                reverse("administration:words_version", args=[kind.value, each.number]),
            )
            for each in versions
        ],
        **_preview(request, kind, written, actor),
    }
    return render(request, "administration/words.html", context, status=status)


def _names(kind: NoticeKind) -> list[tuple[str, str | Promise, bool]]:
    """Each name that may be used here, what it stands for, and whether it may stand in the short text."""
    long, short = names_for(place_of(kind, "body")), names_for(place_of(kind, "short"))
    return [(name, each.meaning, name in short) for name, each in NAMES.items() if name in long]


def _preview(request: HttpRequest, kind: NoticeKind, written: NewWords, actor: Actor) -> dict[str, Any]:
    """How the words read; each name that they ask for can be taken as empty, and is there at first."""
    asked = asked_in(written)
    met = request.POST.getlist("met") if "was_asked" in request.POST else asked
    # What was not asked about before is there.
    new = set(asked) - set(request.POST.getlist("was_asked"))
    unmet = [name for name in asked if name not in met and name not in new]
    return {
        "is_letter": kind == NoticeKind.LETTER,
        "asked": [(name, NAMES[name].meaning, name not in unmet) for name in asked],
        "previews": previews(kind, written, unmet=unmet, seen_by=actor),
    }


@for_administrators
@require_POST
def preview(request: HttpRequest, kind: str) -> HttpResponse:
    """The preview alone, for the page that asks while somebody types; nothing is stored."""
    of = kind_known(kind)
    form = (LetterForm if of == NoticeKind.LETTER else WordsForm)(request.POST)
    context = _preview(request, of, form.words(), actor_of_request(request))
    return render(request, "administration/_words_preview.html", context)


@for_administrators
@require_safe
def version(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """One version of a kind as it stands, and what it says otherwise than the one before."""
    versions = {each.number: each for each in versions_of_words(kind, seen_by=actor_of_request(request))}
    if number not in versions:
        raise NoticeKindUnknown(field="number")
    found, before = versions[number], versions.get(number - 1)
    context = {
        "kind": NoticeKind(kind),
        "version": found,
        "before": before,
        "changes": [(LABELS[each.text], each.lines) for each in changes_of(found, before)],
        "is_phone_changed": before is not None and before.is_for_phone != found.is_for_phone,
        "texts": [(LABELS[name], getattr(found, name)) for name in LABELS if getattr(found, name)],
    }
    return render(request, "administration/words_version.html", context)
