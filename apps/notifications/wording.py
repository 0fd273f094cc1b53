"""The small language in which notices are written: it prints names and asks whether they are there, and nothing else.

`{{ name }}` prints a name. `{% if name %}…{% endif %}` keeps its inside where the name is not empty, `{% if not name %}`
where it is. There are no loops, filters or calls: what a template does ends, and cannot do harm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from apps.notifications.names import NAMES

LONGEST = 6000
DEEPEST = 4
# The fewest characters that one part of a text message takes: more than one part need a head of their own.
_PART, _PART_OF_MANY = 160, 153
_WIDE_PART, _WIDE_PART_OF_MANY = 70, 67
# Letters of an SMS that need no wide ones, and those of them that count twice.
_NARROW = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
_COUNT_TWICE = frozenset("^{}\\[~]|€")

_TOKEN = re.compile(r"\{\{(?P<name>[^{}\n]*)\}\}|\{%(?P<tag>[^{}%\n]*)%\}")
_IF = re.compile(r"if\s+(?P<no>not\s+)?(?P<name>\w+)")
_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a text, with the line where it stands, from 1."""

    line: int
    message: str

    def __str__(self) -> str:
        return _("line %(line)d: %(fault)s") % {"line": self.line, "fault": self.message}


class WordingWrong(Exception):
    """The text does not parse; `faults` says why, line by line."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


@dataclass(frozen=True, slots=True)
class Printed:
    """A name to print."""

    name: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A part that is kept where the name is there, or, with `is_negated`, where it is not."""

    name: str
    is_negated: bool
    line: int
    parts: list[Part] = field(default_factory=list)


Part = str | Printed | Kept


def parse(text: str, names: Set[str]) -> list[Part]:
    """The parts of a text in which `names` may be used. Raises WordingWrong with every fault."""
    faults: list[Fault] = []
    root: list[Part] = []
    # What is open now: a list of parts to add to, and the condition that it belongs to.
    open_: list[Kept] = []
    place, line = 0, 1
    if len(text) > LONGEST:
        raise WordingWrong([Fault(1, _("it is longer than %(most)d characters") % {"most": LONGEST})])

    def plain(upto: int) -> None:
        nonlocal line
        piece = text[place:upto]
        for found in _BRACES.finditer(piece):
            here = line + piece.count("\n", 0, found.start())
            faults.append(Fault(here, _("“%s” opens or closes nothing") % found[0]))
        if piece:
            (open_[-1].parts if open_ else root).append(piece)
        line += piece.count("\n")

    for token in _TOKEN.finditer(text):
        plain(token.start())
        place = token.end()
        into = open_[-1].parts if open_ else root
        if token["name"] is not None:
            name = token["name"].strip()
            if fault := _wrong_name(name, names, is_printed=True):
                faults.append(Fault(line, fault))
            into.append(Printed(name))
            continue
        tag = token["tag"].strip()
        if tag == "endif":
            if open_:
                open_.pop()
            else:
                faults.append(Fault(line, _("“endif” closes nothing")))
        elif asked := _IF.fullmatch(tag):
            if fault := _wrong_name(asked["name"], names, is_printed=False):
                faults.append(Fault(line, fault))
            kept = Kept(asked["name"], bool(asked["no"]), line)
            into.append(kept)
            open_.append(kept)
            if len(open_) > DEEPEST:
                faults.append(Fault(line, _("conditions stand more than %d deep") % DEEPEST))
        else:
            faults.append(Fault(line, _("“%s” is not known here: only if, if not and endif are") % tag))
    plain(len(text))
    faults += [Fault(kept.line, _("“if %s” is never closed") % kept.name) for kept in open_]
    if faults:
        raise WordingWrong(sorted(faults, key=lambda fault: fault.line))
    return root


def _wrong_name(name: str, names: Set[str], *, is_printed: bool) -> str:
    if name not in NAMES:
        return _("there is no name “%s”") % name
    if name not in names:
        return _("“%s” cannot be used in this text") % name
    if is_printed and NAMES[name].is_condition:
        return _("“%s” is a condition: ask for it with “if”") % name
    return ""


def render(text: str, values: Mapping[str, str]) -> str:
    """The text with its names filled from `values`; a name that has none is empty. Raises WordingWrong.

    Lines that are left empty by what was left out are closed up.
    """
    said = _said(parse(text, NAMES.keys()), values)
    said = re.sub(r"[ \t]+\n", "\n", re.sub(r"(?<=\S) {2,}", " ", said))
    return re.sub(r"\n{3,}", "\n\n", said).strip()


def _said(parts: list[Part], values: Mapping[str, str]) -> str:
    said = []
    for part in parts:
        if isinstance(part, str):
            said.append(part)
        elif isinstance(part, Printed):
            said.append(values.get(part.name, ""))
        elif bool(values.get(part.name, "")) != part.is_negated:
            said.append(_said(part.parts, values))
    return "".join(said)


def printed_names(text: str) -> list[str]:
    """Every name that a sound text prints, as often as it does."""
    found, waiting = [], parse(text, NAMES.keys())
    while waiting:
        part = waiting.pop()
        if isinstance(part, Printed):
            found.append(part.name)
        elif isinstance(part, Kept):
            waiting += part.parts
    return found


def asked_names(text: str) -> set[str]:
    """Every name that a sound text asks for with `if`."""
    found, waiting = set(), parse(text, NAMES.keys())
    while waiting:
        part = waiting.pop()
        if isinstance(part, Kept):
            found.add(part.name)
            waiting += part.parts
    return found


def parts_of_message(text: str) -> int:
    """How many text messages (SMS) a text takes: with Vietnamese letters 70 characters fit in one, without 160."""
    if set(text) <= _NARROW:
        length, one, of_many = len(text) + sum(each in _COUNT_TWICE for each in text), _PART, _PART_OF_MANY
    else:
        length, one, of_many = len(text.encode("utf-16-le")) // 2, _WIDE_PART, _WIDE_PART_OF_MANY
    return 1 if length <= one else -(-length // of_many)
