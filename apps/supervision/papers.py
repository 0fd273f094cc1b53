"""What the register says: its lines, streamed in one statement so that they are of one moment, and the paper's snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from apps.applications.choices import Delivery, PartyRole
from apps.applications.models import Party
from apps.cases.choices import EventKind, Status
from apps.cases.history import read_entry
from apps.cases.models import Case, CaseEvent
from apps.cases.papers.parts import desk_of, spelled
from apps.documents.snapshots import RegisterLine
from apps.supervision.models import Register

SYMBOL = "STD-BPTNTKQ"
# On paper; the spreadsheet holds every line. A page takes about ten, a worker half a minute for all of them.
MOST_PRINTED = 500
_CHUNK = 1_000
_DELIVERY = {
    Delivery.ELECTRONIC: "Điện tử",
    Delivery.COUNTER: "Tại quầy",
    Delivery.POST: "Bưu chính",
}
_NOTE_UNTIL = "Hồ sơ nhận đến ngày {day}; tình trạng trả kết quả tính đến lúc lập sổ."
NOTE_AGENCY_CODE = "Mã định danh cơ quan trong mã hồ sơ do hệ thống đặt, chưa đối chiếu với mã chính thức."

_COLUMNS = (
    "code",
    "status",
    "received_at",
    "promised_due_at",
    "ended_at",
    "version__procedure__name",
    "version__procedure__field",
    "competent_agency__name",
    "application__delivery",
    "application__contact_phone",
    "applicant",
    "handed_at",
    "handed_body",
    "handed_text",
)


def lines_of(register: Register) -> Iterator[tuple[str, RegisterLine]]:
    """Each case with its field, by field and moment of receipt; never all of them in memory."""
    for row in cases_of(register).values(*_COLUMNS).iterator(chunk_size=_CHUNK):
        yield row["version__procedure__field"], _line(row)


def cases_of(register: Register) -> QuerySet[Case]:
    """The cases that the agency received in the period."""
    tz = timezone.get_current_timezone()
    begin = datetime.combine(register.starts_on, time.min, tz)
    end = datetime.combine(register.ends_on + timedelta(days=1), time.min, tz)
    applicant = Party.objects.filter(
        application=OuterRef("application_id"), role=PartyRole.APPLICANT, valid_to__isnull=True
    )
    handed = CaseEvent.objects.filter(case=OuterRef("pk"), kind=EventKind.RESULT_HANDED_OVER).order_by(
        "-sequence"
    )
    of_field = Q(version__procedure__field=register.field) if register.field else Q()
    return (
        Case.objects.filter(
            of_field, receiving_agency=register.agency_id, received_at__gte=begin, received_at__lt=end
        )
        .annotate(
            applicant=Subquery(applicant.values("particulars")[:1]),
            handed_at=Subquery(handed.values("at")[:1]),
            handed_body=Subquery(handed.values("body")[:1]),
            handed_text=Subquery(handed.filter(text__redacted_at__isnull=True).values("text__text")[:1]),
        )
        .order_by("version__procedure__field", "received_at", "id")
    )


def _line(row: dict[str, Any]) -> RegisterLine:
    said = row["applicant"] or {}
    phone = row["application__contact_phone"] or said.get("phone", "")
    delivery, signed = Delivery(row["application__delivery"]), ""
    is_delivered = row["status"] == Status.DELIVERED
    if is_delivered and row["handed_body"]:
        delivery = Delivery(read_entry(bytes(row["handed_body"])).data["delivery"])
        signed = "Xác nhận điện tử" if delivery == Delivery.ELECTRONIC else row["handed_text"] or ""
    return {
        "case_code": row["code"],
        "procedure": row["version__procedure__name"],
        "applicant": said.get("name", ""),
        "contact": "; ".join(filter(None, (said.get("address", ""), phone))),
        "agency": row["competent_agency__name"] or "đang xác định",
        "received_at": spelled(row["received_at"]),
        "promised_at": spelled(row["promised_due_at"]) if row["promised_due_at"] else None,
        "returned": _returned(Status(row["status"]), row["handed_at"], row["ended_at"]),
        "delivery": _DELIVERY[delivery],
        "signed": signed,
    }


def _returned(status: Status, handed_at: datetime | None, ended_at: datetime | None) -> str:
    if status == Status.DELIVERED and handed_at is not None:
        return f"{timezone.localtime(handed_at):%H:%M %d/%m/%Y}"
    day = f"{timezone.localtime(ended_at):%d/%m/%Y}" if ended_at else ""
    match status:
        case Status.DECLINED:
            return f"Từ chối tiếp nhận {day}"
        case Status.STOPPED:
            return f"Dừng giải quyết {day}"
        case Status.RESOLVED:
            return f"Có kết quả {day}, chưa trả"
    return ""


def head_of(register: Register, *, made_at: datetime) -> dict[str, str]:
    """What stands above the lines of the spreadsheet."""
    return {
        "title": "SỔ THEO DÕI HỒ SƠ (Mẫu số 07, Thông tư 03/2025/TT-VPCP)",
        "agency": f"Cơ quan tiếp nhận hồ sơ: {register.agency.name}",
        "period": f"Hồ sơ nhận từ {register.starts_on:%d/%m/%Y} đến hết {register.ends_on:%d/%m/%Y}",
        "field": f"Lĩnh vực: {register.field or 'tất cả'}",
        "made": f"Lập lúc {timezone.localtime(made_at):%H:%M %d/%m/%Y}",
    }


def snapshot_of(register: Register, printed: Sequence[tuple[str, RegisterLine]]) -> dict[str, Any]:
    """What the paper says of a register whose spreadsheet is made: the first lines, by field, and how many there are in all."""
    assert register.made_at is not None and register.sha256 is not None
    fields: list[dict[str, Any]] = []
    for field, line in printed:
        if not fields or fields[-1]["field"] != field:
            fields.append({"field": field, "lines": []})
        fields[-1]["lines"].append(line)
    notes = [_NOTE_UNTIL.format(day=f"{register.ends_on:%d/%m/%Y}")]
    return {
        "number": str(register.pk),
        "symbol": SYMBOL,
        "issued_at": spelled(register.made_at),
        "desk": desk_of(register.agency),
        "agency": register.agency.name,
        "starts_on": register.starts_on.isoformat(),
        "ends_on": register.ends_on.isoformat(),
        "field": register.field,
        "fields": fields,
        "lines_in_all": register.lines,
        "lines_printed": len(printed),
        "sheet_sha256": register.sha256.hex(),
        "signature": None,
        "notes": notes if register.agency.is_code_established else [*notes, NOTE_AGENCY_CODE],
    }
