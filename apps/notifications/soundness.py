"""What is wrong with the words of a notice before they are stored: told text by text, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from apps.core.errors import Refusal
from apps.notifications.choices import Language, NoticeKind
from apps.notifications.errors import TextMissing, TooLongForPhone, WordsMissing, WordsWrong
from apps.notifications.names import Place, names_for, samples
from apps.notifications.wording import (
    Printed,
    WordingWrong,
    parse,
    parts_of_message,
    printed_names,
    render,
)

# A message of more parts is one that nobody reads, and that costs as much as so many.
MOST_PARTS = 3


@dataclass(frozen=True, slots=True)
class NewWords:
    """The words of a kind, as typed; a letter has neither subject nor short text."""

    subject: str
    subject_en: str
    body: str
    body_en: str
    short: str = ""
    short_en: str = ""
    is_for_phone: bool = False


TEXTS: Mapping[str, Place] = {
    "subject": Place.EVERYWHERE,
    "subject_en": Place.EVERYWHERE,
    "body": Place.LONG,
    "body_en": Place.LONG,
    "short": Place.EVERYWHERE,
    "short_en": Place.EVERYWHERE,
}


def place_of(kind: NoticeKind, text: str) -> Place:
    """Where a text of a kind stands, and so which names it may use; `text` is one of TEXTS."""
    return Place.LETTER if kind == NoticeKind.LETTER else TEXTS[text]


def faults_of_words(kind: NoticeKind, words: NewWords) -> list[Refusal]:
    """Everything that is wrong with the words of a kind, each beside its text; nothing is stored."""
    said: Mapping[str, str] = {name: getattr(words, name) for name in TEXTS}
    found: list[Refusal] = []
    for name, text in said.items():
        is_needed = name.startswith("body") or (name.startswith("subject") and kind != NoticeKind.LETTER)
        is_needed = is_needed or (name.startswith("short") and words.is_for_phone)
        if is_needed and not text.strip():
            found.append(WordsMissing(field=name))
            continue
        try:
            parts = parse(text, names_for(place_of(kind, name)))
        except WordingWrong as wrong:
            found.append(WordsWrong(field=name, faults="; ".join(map(str, wrong.faults))))
            continue
        is_frame = kind == NoticeKind.LETTER and name.startswith("body")
        if is_frame and (printed_names(text).count("text") != 1 or Printed("text") not in parts):
            found.append(TextMissing(field=name))
        if name.startswith("short") and words.is_for_phone:
            taken = parts_of_message(
                render(text, samples(Language.EN if name.endswith("_en") else Language.VI))
            )
            if taken > MOST_PARTS:
                found.append(TooLongForPhone(field=name, parts=taken, most=MOST_PARTS))
    return found


def tidied(words: NewWords) -> NewWords:
    """Words as they are stored: lines end in one way, and nothing trails behind them."""
    texts = {name: _tidy(getattr(words, name)) for name in TEXTS}
    return NewWords(**texts, is_for_phone=words.is_for_phone)


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))
