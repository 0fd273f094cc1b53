"""How a case is worked on, on its page at the desk: its steps and their clocks, handovers, opinions, papers of the office."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.choices import Role
from apps.cases import selectors
from apps.cases.choices import EventKind, HandoverAnswer, OpinionEnd
from apps.cases.history import effective
from apps.cases.selectors import SeenCase, StepTurn
from apps.cases.selectors.opinions import NOT_DONE
from apps.core.masking import mask_text
from apps.core.spoken import moment
from apps.procedures.selectors import rules_of
from apps.web.ui.parts import Cell, Column, SummaryRow

if TYPE_CHECKING:
    from apps.cases.models import ActPaper, CaseEvent, OpinionRequest
    from apps.procedures.models import Step


def shown(seen: SeenCase, at: datetime, *, whole: bool) -> dict[str, Any]:
    """What the template needs of the work on a case."""
    return {
        "step_columns": [Column(_("Step")), Column(_("Where and who")), Column(_("Due")), Column(_("Done"))],
        "steps": _steps(seen, at),
        "handover_columns": [Column(_("From → to")), Column(_("Offered")), Column(_("Answer"))],
        "handovers": _handovers(seen),
        "opinion_columns": [Column(_("Of whom")), Column(_("Question")), Column(_("Answer"))],
        "opinions": _opinions(selectors.opinions_of(seen), at, whole),
        "act_papers": _papers(seen),
    }


def can_go_back(seen: SeenCase) -> bool:
    """Whether a step was completed that the case can be sent back to."""
    entries = effective(selectors.entries_of(seen.case))
    return any(entry.kind == EventKind.STEP_COMPLETED for entry in entries)


def _steps(seen: SeenCase, at: datetime) -> list[list[Cell]]:
    """Every turn of a step in order, then the steps to come."""
    case = seen.case
    if case.step is None:
        return []
    events = selectors.timeline(seen)
    turns = selectors.step_turns(case, selectors.entries_of(case), events)
    rows = [_turn(turn, case.current_agency.title, case.handler, at) for turn in turns]
    if case.ended_at is None:
        rows += [_to_come(step) for step in rules_of(case.version_id).steps_after(case.step)]
    return rows


def _turn(turn: StepTurn, here: str, handler: Any, at: datetime) -> list[Cell]:
    ended, is_late = turn.ended, turn.is_late_at(at)
    where = (ended.from_agency.title if ended and ended.from_agency else here) if ended else here
    who = (
        (ended.by.full_name if ended.by else _("The system"))
        if ended
        else (handler.full_name if handler else "")
    )
    return [
        Cell(turn.step.title, note="" if turn.step.is_established else _("not established")),
        Cell(where, note=who),
        Cell(moment(turn.due_at), tone="danger" if is_late else "", note=_("late") if is_late else ""),
        Cell(moment(ended.at) if ended else _("under way"), note=_how(ended) if ended else ""),
    ]


def _how(ended: CaseEvent) -> str:
    return str(EventKind(ended.kind).label) if ended.kind in NOT_DONE else ""


def _to_come(step: Step) -> list[Cell]:
    where = step.agency_kind.title if step.agency_kind else ""
    condition = _("only in some cases") if step.condition else ""
    return [
        Cell(step.title, note=condition or ("" if step.is_established else _("not established"))),
        Cell(where or Role(step.role).label, tone="none"),
        Cell("–", tone="none"),
        Cell(_("to come"), tone="none"),
    ]


def _handovers(seen: SeenCase) -> list[list[Cell]]:
    rows = []
    for row in selectors.handovers_of(seen.case):
        answer = HandoverAnswer(row.answer).label if row.answer else _("Waits for an answer")
        when = row.answered_at or row.due_at
        note = moment(when) if row.answered_at else _("due %(when)s") % {"when": moment(when)}
        rows.append(
            [
                Cell(
                    f"{row.from_agency.title} → {row.to_agency.title}",
                    note=_("for a step of it") if row.is_for_step else "",
                ),
                Cell(moment(row.offered_at)),
                Cell(answer, note=note),
            ]
        )
    return rows


def _opinions(asked: Sequence[OpinionRequest], at: datetime, whole: bool) -> list[list[Cell]]:
    rows = []
    for each in asked:
        if each.answer is not None:
            answer = Cell(_said(each.answer, whole), note=moment(each.ended_at))
        elif each.end:
            answer = Cell(OpinionEnd(each.end).label, note=moment(each.ended_at), tone="none")
        else:
            note = _("due %(when)s") % {"when": moment(each.due_at)}
            if each.reminded_at:
                note += " · " + _("reminded %(when)s") % {"when": moment(each.reminded_at)}
            answer = Cell(_("Waits for an answer"), note=note, tone="danger" if at > each.due_at else "")
        rows.append(
            [
                Cell(
                    f"{each.number}. {each.to_agency.title}",
                    note=_("asked by %(agency)s") % {"agency": each.from_agency.title},
                ),
                Cell(_said(each.question, whole), note=moment(each.asked_at)),
                answer,
            ]
        )
    return rows


def _said(event: CaseEvent, whole: bool) -> str:
    text = getattr(event, "text", None)
    if text is None or text.redacted_at:
        return _("Text redacted.")
    return str(text.text) if whole else mask_text(text.text)


def _papers(seen: SeenCase) -> list[SummaryRow]:
    return [_paper(seen, row) for row in selectors.act_papers_of(seen)]


def _paper(seen: SeenCase, row: ActPaper) -> SummaryRow:
    event = row.event
    return SummaryRow(
        f"{event.sequence}. {EventKind(event.kind).label}",
        row.attachment.filename,
        note=f"{event.to_agency.title} · {moment(event.at)}",
        href=reverse("desk:act_paper", args=[seen.case.code, event.sequence]),
        action=_("Download"),
    )
