"""How papers write times, money, codes and identities: always Vietnamese, whatever the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from apps.documents.choices import IDS_OF_PERSONS
from apps.documents.qr import qr_svg_uri
from apps.documents.snapshots import PaperParty, TimeLimit, Tracking

register = template.Library()

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
NOT_ESTABLISHED = "chưa xác lập"
NOT_DECLARED = "(không khai)"
ID_LABELS: Mapping[str, str] = {
    "personal_id": "Số định danh cá nhân",
    "tax_code": "Mã số thuế",
    "household_code": "Mã số hộ kinh doanh",
    "founding_decision": "Số quyết định thành lập",
    "passport": "Số hộ chiếu",
    "other": "Số giấy tờ",
    "none": "Số định danh",
}
FEE_KINDS: Mapping[str, str] = {"phi": "Phí", "le_phi": "Lệ phí"}
FACE_VALUES: Mapping[str, str] = {"EBL01": "(không in sẵn mệnh giá)", "EBL02": "(in sẵn mệnh giá)"}
TIMELINESS: Mapping[str, str] = {
    "early": "trước hạn",
    "on_time": "đúng hạn",
    "late": "quá hạn",
    "none": "–",
}
LIMIT_UNITS: Mapping[str, str] = {
    "working_hour": "giờ làm việc",
    "clock_hour": "giờ",
    "working_day": "ngày làm việc",
    "day": "ngày",
}


def _local(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("a time on a paper needs its offset")
    return at.astimezone(LOCAL)


def _local_date(value: str) -> date:
    return date.fromisoformat(value) if len(value) == len("2026-11-24") else _local(value).date()


@register.filter
def moment(value: str) -> str:
    """`09:05 ngày 24/11/2026`, in Vietnam's time, of an ISO time with an offset."""
    return f"{_local(value):%H:%M ngày %d/%m/%Y}"


@register.filter
def long_moment(value: str) -> str:
    """`09 giờ 05 phút, ngày 24 tháng 11 năm 2026`, as the statutory forms write a time."""
    return f"{_local(value):%H giờ %M phút}, {long_date(value)}"


@register.filter
def long_date(value: str) -> str:
    """`ngày 05 tháng 02 năm 2026`: days to 9 and months to 2 have a 0 (Nghị định 30/2020/NĐ-CP)."""
    day = _local_date(value)
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


@register.filter
def short_date(value: str) -> str:
    """`24/11/2026`, in the columns of a book."""
    return f"{_local_date(value):%d/%m/%Y}"


@register.filter
def short_moment(value: str) -> str:
    """`09:05 24/11/2026`, in the columns of a book."""
    return f"{_local(value):%H:%M %d/%m/%Y}"


@register.filter
def breakable(code: str) -> SafeString:
    """A case code that a narrow column may break after its hyphens, and nowhere else."""
    return format_html_join(mark_safe("-<wbr>"), "{}", ((part,) for part in code.split("-")))


@register.filter
def timeliness(result: str) -> str:
    """Before, on or after the day that was due, as form 06 says it; a dash where no time ran."""
    return TIMELINESS[result]


@register.filter
def dong(amount: int) -> str:
    """`1.001.000`: đồng with dots between thousands, without the unit."""
    return f"{amount:,}".replace(",", ".")


@register.filter
def in_fours(code: str) -> str:
    """`ABCD EFGH IJKL MNOP`: a secret or look-up code as people read it aloud."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


@register.filter
def or_not_declared(value: str) -> str:
    """The text, or the words for one that was left empty."""
    return value or NOT_DECLARED


@register.filter
def or_not_established(value: str | None) -> str:
    """The text, or the words for a fact that is not settled yet."""
    return value or NOT_ESTABLISHED


@register.filter
def id_label(party: PaperParty) -> str:
    """What the party's number is: personal id, tax code, passport…"""
    return ID_LABELS[party["id_kind"]]


@register.filter
def id_number(party: PaperParty) -> str:
    """The party's number whole; a newborn has none yet."""
    return party["id_number"] or "chưa có"


@register.filter
def masked_id(party: PaperParty) -> str:
    """The party's number with only its last four characters if it is a person's; an organisation's whole."""
    number = id_number(party)
    if party["id_kind"] not in IDS_OF_PERSONS or not party["id_number"]:
        return number
    return "•" * (len(number) - 4) + number[-4:]


@register.filter
def fee_kind(kind: str) -> str:
    """Phí or lệ phí."""
    return FEE_KINDS[kind]


@register.filter
def face_value(form: str) -> str:
    """What the receipt's form says of its face value; empty for a form not known here."""
    return FACE_VALUES.get(form, "")


@register.filter
def limit_in_words(limit: TimeLimit | None) -> str:
    """`15 ngày`, `3 ngày làm việc`, `trong ngày làm việc`; a limit that is not established says so."""
    if limit is None:
        return NOT_ESTABLISHED
    words = (
        "trong ngày làm việc"
        if limit["unit"] == "same_day"
        else f"{limit['value']} {LIMIT_UNITS[limit['unit']]}"
    )
    return f"{words} ({limit['note']})" if limit["note"] else words


@register.filter
def qr(text: str) -> str:
    """The QR picture of a text, for the `src` of an image."""
    return qr_svg_uri(text)


@register.filter
def tracking_qr(tracking: Tracking) -> str:
    """The QR of the tracking page: the secret stands behind `#`, so that no server ever logs it."""
    return qr_svg_uri(f"{tracking['page_url']}#{tracking['secret']}")
