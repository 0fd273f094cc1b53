"""What the snapshots of several papers have in common: desks, persons, officers, signatures, the page of checking."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

IdentityKind = Literal[
    "personal_id",
    "tax_code",
    "household_code",
    "founding_decision",
    "passport",
    "other",
    "none",
]


class Desk(TypedDict):
    """The one-stop desk (Bộ phận Một cửa) in whose name a statutory paper is issued."""

    parent_name: str  # the unit above, first line of the letterhead: "Ủy ban nhân dân phường Hàng Bạc"
    name: str  # "Bộ phận Tiếp nhận và Trả kết quả"
    place: str  # where the paper is dated: "Hà Nội"
    address: str
    phone: str


class PaperParty(TypedDict):
    """A person or an organisation as a paper names them; what is unknown is empty, never invented."""

    name: str
    id_kind: IdentityKind
    id_number: str  # whole on the statutory forms; the receipt masks a person's number when it prints
    address: str
    phone: str
    email: str


class Representative(PaperParty):
    """The person authorised to file for the party, and by which paper."""

    authority_paper: str  # "Giấy ủy quyền ngày 20/11/2026"


class Officer(TypedDict):
    """A member of staff who signs, receives or takes the money; `title` may be empty."""

    name: str
    title: str


class ProcedureReference(TypedDict):
    """The procedure's code and its name in Vietnamese."""

    code: str
    name: str


class Signature(TypedDict):
    """A digital signature already decided on: who signs and when."""

    signed_by: str
    signed_at: str


class Tracking(TypedDict):
    """How the holder of form 01 follows the case; the secret reaches the page only behind `#`."""

    page_url: str  # the case's public page, without the secret: nothing personal is ever in it
    secret: str  # 80 random bits as text, without separators; printed in groups of four


class CheckPage(TypedDict):
    """Where anybody may ask whether this paper is genuine."""

    url: str  # short, whole, as the QR carries it
    code: str  # the look-up code typed by hand, printed in groups of four


class Correction(TypedDict):
    """The paper that a corrected one replaces, why, and by whom it was corrected."""

    number: str | None
    symbol: str
    issued_at: str
    reason: str
    note: str  # what was wrong, where the paper itself does not show it; or empty
    corrected_by: Officer


class StatutoryForm(TypedDict):
    """What every form of Thông tư 03/2025/TT-VPCP has."""

    number: str | None  # the serial before the slash; None leaves the dots to be filled by hand
    symbol: str  # after the slash: "TNHS-BPTNTKQ"
    issued_at: str
    desk: Desk
    check: NotRequired[CheckPage]  # papers from before there was a page of checking carry none
    signature: Signature | None
    notes: list[str]


class FormToApplicant(StatutoryForm):
    """What the forms that go to the applicant have."""

    applicant: PaperParty
    procedure: ProcedureReference
    correction: NotRequired[Correction]  # only on a corrected paper
