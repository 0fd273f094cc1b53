"""Loads the first words of every kind of notice; a kind that has words keeps them, whatever the files say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from apps.core.loading import Fault, Faults, Tally, differing, read_document
from apps.notifications.choices import NoticeKind
from apps.notifications.models import NoticeTemplate
from apps.notifications.soundness import NewWords, faults_of_words

FOLDER = "notices"
TEXTS = ("subject", "subject_en", "short", "short_en")
# A list of lines, so that a file of them can be read.
LINES = ("body", "body_en")
Wordings = Mapping[str, NewWords]


def read_wordings(folder: Path) -> tuple[Wordings, list[Fault]]:
    """Reads and checks `notices/<kind>.json` below `folder`, one file for each kind."""
    found: dict[str, NewWords] = {}
    wrong: list[Fault] = []
    for kind in NoticeKind:
        file = f"{FOLDER}/{kind.value}.json"
        faults = Faults(file)
        document = read_document(folder / file, faults)
        if document is not None and _is_sound(document, faults):
            words = NewWords(
                **{name: document[name] for name in TEXTS},
                **{name: "\n".join(document[name]) for name in LINES},
                is_for_phone=document["is_for_phone"],
            )
            for fault in faults_of_words(kind, words):
                faults.add("", fault.field or "", fault.message)
            found[kind.value] = words
        wrong += faults.found
    return found, wrong


def _is_sound(document: Any, faults: Faults) -> bool:
    known = {*TEXTS, *LINES, "is_for_phone"}
    if (
        not isinstance(document, dict)
        or set(document) != known
        or not all(isinstance(document[name], str) for name in TEXTS)
        or not all(isinstance(document[name], list) for name in LINES)
        or not all(isinstance(line, str) for name in LINES for line in document[name])
        or not isinstance(document["is_for_phone"], bool)
    ):
        faults.add("", "", _("must have exactly the keys %s") % ", ".join(sorted(known)))
        return False
    return True


def write_wordings(wordings: Wordings) -> Tally:
    """Adds the first words of kinds that have none. Words that differ were changed by an administrator, and are named."""
    newest = NoticeTemplate.objects.order_by("kind", "-number").distinct("kind")
    stored = {each.kind: each for each in newest}
    fields = (*TEXTS, *LINES, "is_for_phone")
    new = [
        NoticeTemplate(kind=kind, number=1, **{name: getattr(words, name) for name in fields})
        for kind, words in wordings.items()
        if kind not in stored
    ]
    NoticeTemplate.objects.bulk_create(new)
    different = [
        kind
        for kind, words in wordings.items()
        if kind in stored and differing(stored[kind], {name: getattr(words, name) for name in fields}, fields)
    ]
    unchanged = len(wordings) - len(new) - len(different)
    return Tally("words of notices", new=len(new), unchanged=unchanged, different=different)
