"""A folder of old papers with its manifest, read and checked whole before anything is attached."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import filetype
from django.conf import settings
from django.utils.translation import gettext as _

from apps.cases.actions.legacy import OldPaper, cases_known, papers_taken_over
from apps.cases.codes import read_case_code
from apps.cases.errors import CaseCodeMalformed
from apps.core.loading import Faults, LoadRefused, day_or_none, read_document, read_table

COLUMNS = ("case_code", "form", "number", "dated_on", "file")
TABLE, DOCUMENT = "manifest.csv", "manifest.json"
FORMS = frozenset(f"{number:02d}" for number in range(1, 7))
_MOST_NUMBER = 60


def read_papers(folder: Path, *, day: date) -> tuple[list[OldPaper], list[OldPaper]]:
    """The papers of a folder that are to be attached, and those that are there already.

    The manifest is `manifest.csv`, or `manifest.json` with a list of objects of the same names. Raises LoadRefused with
    every fault: an unknown case, a form that 2018 did not have, a file that is missing or no PDF, a doubled row, a
    paper that is there already with other bytes.
    """
    path = next((folder / name for name in (TABLE, DOCUMENT) if (folder / name).exists()), folder / TABLE)
    faults = Faults(path.name)
    rows = _rows(path, faults)
    found: list[tuple[str, OldPaper]] = []
    for where, row in rows:
        paper = _paper(row, where, folder, day, faults)
        if paper is not None:
            found.append((where, paper))
    codes = {paper.case_code for _where, paper in found}
    known, there = cases_known(codes), papers_taken_over(codes)
    seen: dict[tuple[str, str, str, str], str] = {}
    for where, paper in found:
        if paper.case_code not in known:
            faults.add(where, "case_code", _("there is no case %s") % paper.case_code)
        if paper.key in seen:
            faults.add(where, "", _("the same paper stands at %s") % seen[paper.key])
        seen.setdefault(paper.key, where)
        if there.get(paper.key, paper.sha256) != paper.sha256:
            faults.add(where, "file", _("the case has this paper already, with other bytes"))
    if faults.found:
        raise LoadRefused(faults.found)
    papers = [paper for _where, paper in found]
    return [paper for paper in papers if paper.key not in there], [
        paper for paper in papers if paper.key in there
    ]


def _rows(path: Path, faults: Faults) -> Iterable[tuple[str, dict[str, str]]]:
    if path.name == TABLE:
        return [(_("line %d") % line, row) for line, row in read_table(path, COLUMNS, faults)]
    content = read_document(path, faults)
    if content is None:
        return []
    if not isinstance(content, list):
        faults.add("", "", _("must be a list of papers"))
        return []
    rows = []
    for number, given in enumerate(content, 1):
        where = _("paper %d") % number
        if not (
            isinstance(given, dict)
            and set(given) == set(COLUMNS)
            and all(isinstance(text, str) for text in given.values())
        ):
            faults.add(where, "", _("must have the texts %s and nothing else") % ", ".join(COLUMNS))
            continue
        rows.append((where, given))
    return rows


def _paper(row: dict[str, Any], where: str, folder: Path, day: date, faults: Faults) -> OldPaper | None:
    before = len(faults.found)
    code, dated_on = "", None
    try:
        code = read_case_code(row["case_code"])
    except CaseCodeMalformed:
        faults.add(where, "case_code", _("“%s” can be no case code") % row["case_code"])
    if row["form"] not in FORMS:
        faults.add(where, "form", _("2018 had the forms 01 to 06"))
    number = row["number"].strip()
    if not 0 < len(number) <= _MOST_NUMBER:
        faults.add(
            where,
            "number",
            _("must be a text of %(least)d to %(most)d characters") % {"least": 1, "most": _MOST_NUMBER},
        )
    try:
        dated_on = day_or_none(row["dated_on"])
    except ValueError:
        dated_on = None
    if dated_on is None or dated_on > day:
        faults.add(where, "dated_on", _("must be a day such as 2021-01-05, not after today"))
    content = _content(row["file"], where, folder, faults)
    if len(faults.found) > before or content is None or dated_on is None:
        return None
    return OldPaper(
        case_code=code,
        kind=f"legacy_{row['form']}",
        number=number,
        dated_on=dated_on,
        filename=row["file"],
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _content(name: str, where: str, folder: Path, faults: Faults) -> bytes | None:
    """The bytes of a PDF that lies in the folder itself; what leads out of it is refused unread."""
    path = folder / name
    if not name or name != path.name or path.is_symlink() or not path.is_file():
        faults.add(where, "file", _("“%s” is no file in the folder") % name)
        return None
    if not 0 < path.stat().st_size <= settings.ATTACHMENT_MAX_BYTES:
        faults.add(where, "file", _("“%s” is empty or too large") % name)
        return None
    content = path.read_bytes()
    kind = filetype.guess(content)
    if kind is None or kind.mime != "application/pdf":
        faults.add(where, "file", _("“%s” is no PDF") % name)
        return None
    return content
