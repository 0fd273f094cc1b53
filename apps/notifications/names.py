"""What the words of a notice may name: one table. No name stands for a person, and only the letter knows the secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Place(StrEnum):
    """Where a name may stand: in every text, in those of a page and an e-mail, or in the frame of e-mails alone."""

    EVERYWHERE = "everywhere"
    LONG = "long"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Name:
    """What a name stands for. A condition (`is_condition`) is asked for and never printed.

    `sample` and `sample_en` are what a preview puts there; a condition is shown as met.
    """

    meaning: str | Promise
    sample: str = ""
    sample_en: str = ""
    place: Place = Place.LONG
    is_condition: bool = False


def _condition(meaning: str | Promise) -> Name:
    return Name(meaning, "1", "1", place=Place.EVERYWHERE, is_condition=True)


NAMES: Mapping[str, Name] = {
    "code": Name(
        _("The code of the case."), "H26.1.1-261123-0001", "H26.1.1-261123-0001", place=Place.EVERYWHERE
    ),
    "procedure": Name(
        _("The name of the procedure."),
        "Cấp bản sao trích lục hộ tịch",
        "Issuing a copy of a civil status extract",
    ),
    "agency": Name(
        _("The agency where the case is, or that issued the result."),
        "Ủy ban nhân dân phường Phúc Xá",
        "People's Committee of Phúc Xá Ward",
    ),
    "desk": Name(
        _("The agency at whose desk the result is handed over."),
        "Ủy ban nhân dân phường Phúc Xá",
        "People's Committee of Phúc Xá Ward",
    ),
    "due_at": Name(
        _("By when the agency answers: whether it accepts, and after that the result."),
        "17:00 thứ Năm 26/11/2026",
        "Thursday 26 November 2026, 17:00",
        place=Place.EVERYWHERE,
    ),
    "promised_before": Name(
        _("By when the result was promised before the calendar was changed."),
        "17:00 thứ Tư 25/11/2026",
        "Wednesday 25 November 2026, 17:00",
    ),
    "expected_at": Name(
        _("By when a late result is likely."),
        "17:00 thứ Hai 30/11/2026",
        "Monday 30 November 2026, 17:00",
        place=Place.EVERYWHERE,
    ),
    "applicant_due_at": Name(
        _("By when the applicant must answer; empty where no window is set."),
        "17:00 thứ Sáu 04/12/2026",
        "Friday 4 December 2026, 17:00",
        place=Place.EVERYWHERE,
    ),
    "owed": Name(
        _("What must be paid before acceptance; empty where nothing is owed."),
        "8.000\N{NO-BREAK SPACE}đ",
        "8.000\N{NO-BREAK SPACE}đ",
        place=Place.EVERYWHERE,
    ),
    "reason": Name(
        _("What the official wrote: why, or what is asked for; empty once it was redacted."),
        "Ảnh chụp bị mờ.",
        "The photograph is blurred.",
    ),
    "decision": Name(
        _("The decision on which the calendar was changed."),
        "1234/QĐ-UBND ngày 20/11/2026",
        "1234/QĐ-UBND of 20/11/2026",
    ),
    "not_established": Name(
        _("What of the message is ours and not the law's, in whole sentences; empty where nothing is."),
        "Thời hạn này được tính theo lịch nghỉ năm 2027 chưa được quyết định, nên có thể thay đổi.",
        "This time is reckoned with a calendar of 2027 that has not been decided yet: it may move.",
    ),
    "outcome": Name(
        _("What was decided: granted, granted in part, refused."), "Đồng ý", "Granted", place=Place.EVERYWHERE
    ),
    "authority": Name(
        _("The other authority that has set an obligation."),
        "Chi cục Thuế",
        "Tax office",
        place=Place.EVERYWHERE,
    ),
    "obligation": Name(_("What that authority has set."), "Lệ phí trước bạ", "Registration fee"),
    "amount": Name(
        _("How much, where that authority has said it."),
        "1.250.000\N{NO-BREAK SPACE}đ",
        "1.250.000\N{NO-BREAK SPACE}đ",
        place=Place.EVERYWHERE,
    ),
    "going_back": Name(
        _("How much of what was paid may go back, or goes; empty where nothing does."),
        "8.000\N{NO-BREAK SPACE}đ",
        "8.000\N{NO-BREAK SPACE}đ",
        place=Place.EVERYWHERE,
    ),
    "refund_way": Name(
        _("How it is paid back: in cash, by a transfer, through the gateway."), "Tiền mặt", "Cash"
    ),
    "due_again": Name(
        _("The fee that is asked again when a case is reopened, since its refund had been granted."),
        "8.000\N{NO-BREAK SPACE}đ",
        "8.000\N{NO-BREAK SPACE}đ",
    ),
    "reference": Name(_("The number of that authority's notice."), "123/TB-CCT", "123/TB-CCT"),
    "answer_by": Name(
        _(
            "By when it is said whether it is accepted; empty at a counter, and while it waits for another case."
        ),
        "17:00 thứ Ba 24/11/2026",
        "Tuesday 24 November 2026, 17:00",
        place=Place.EVERYWHERE,
    ),
    "waits_for": Name(
        _("The cases for whose results it waits; empty where it waits for none."),
        "H26.1.1-261123-0001",
        "H26.1.1-261123-0001",
        place=Place.EVERYWHERE,
    ),
    "together": Name(
        _("The cases that the application opened, where they are several."),
        "H26.1.1-261123-0001: Đăng ký khai sinh",
        "H26.1.1-261123-0001: Registration of a birth",
    ),
    "form": Name(_("The number of the form that was issued again."), "01", "01", place=Place.EVERYWHERE),
    "at_counter": _condition(_("It was filed at a counter.")),
    "at_intake": _condition(_("It is not accepted yet.")),
    "is_our_fault": _condition(_("The omission or error was the office's own.")),
    "is_withdrawn": _condition(_("It was stopped at the applicant's own request.")),
    "is_agreed": _condition(_("The applicant has agreed to more time in writing.")),
    "is_payment": _condition(_("What is waited for is an obligation to another authority.")),
    "is_refused": _condition(_("What was asked for was not, or not wholly, granted.")),
    "is_refund_granted": _condition(_("The money goes back.")),
    "is_refund_cash": _condition(_("It is paid back in cash, at a desk.")),
    "is_refund_withdrawn": _condition(_("The refund that was proposed is withdrawn: the case goes on.")),
    "by_counter": _condition(_("The result is fetched at a desk.")),
    "by_post": _condition(_("The result goes by post.")),
    "by_page": _condition(_("The result is delivered on the page of the case.")),
    "text": Name(
        _("The message itself. It must stand in the frame, and once."), "…", "…", place=Place.LETTER
    ),
    "secret": Name(
        _("The tracking secret; filled in the first message of a case alone."),
        "ABCD-EFGH-JKLM",
        "ABCD-EFGH-JKLM",
        place=Place.LETTER,
    ),
    "page_address": Name(
        _("The address of the case's page."),
        "https://motcua.example/cases/H26.1.1-261123-0001/",
        "https://motcua.example/cases/H26.1.1-261123-0001/",
        place=Place.LETTER,
    ),
    "track_address": Name(
        _("The address where the case is found with the tracking secret."),
        "https://motcua.example/track/H26.1.1-261123-0001",
        "https://motcua.example/track/H26.1.1-261123-0001",
        place=Place.LETTER,
    ),
}


def names_for(place: Place) -> frozenset[str]:
    """The names that may stand in a text of a place: a letter has its own besides what stands everywhere."""
    places = {
        Place.EVERYWHERE: {Place.EVERYWHERE},
        Place.LONG: {Place.EVERYWHERE, Place.LONG},
        Place.LETTER: {Place.EVERYWHERE, Place.LETTER},
    }[place]
    return frozenset(name for name, each in NAMES.items() if each.place in places)


def samples(language: str) -> dict[str, str]:
    """A value for every name, for a preview."""
    return {name: each.sample_en if language == "en" else each.sample for name, each in NAMES.items()}
