"""A day's list (01/TH-BLĐT) as files: the XML that is sent, the same as a spreadsheet, and what its paper says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from lxml import etree

from apps.core.tables_written import SheetColumn, write_table
from apps.documents.signing import Identity, signer_for
from apps.documents.signing.xades import place_for_signature, sign_xml
from apps.receipts.choices import ToldKind
from apps.receipts.corrections import PRINTED_NAMES
from apps.receipts.models import DayReportEdition, DayReportLine, ReceiptNotice
from apps.units.models import Agency

TITLE = "Bảng tổng hợp dữ liệu biên lai điện tử"
FORM = "01/TH-BLĐT"
NOTICE_FORM = "04/SS-CTĐT"
NOTE_TAX_CODE = "Mã số thuế của tổ chức thu chưa xác lập."
NOTE_SCHEMA = "Cấu trúc XML do hệ thống đặt, chưa đối chiếu với lược đồ chính thức của cơ quan thuế."
# On paper; the spreadsheet and the XML hold every line.
MOST_PRINTED = 500
STATUS_CODES = {ToldKind.ISSUED: "0", ToldKind.REPLACEMENT: "3", ToldKind.NOTICE: "4"}
_STATUS = {
    ToldKind.ISSUED: "Mới",
    ToldKind.REPLACEMENT: "Thay thế",
    ToldKind.NOTICE: "Giải trình sai sót",
}
# What XML 1.0 cannot hold.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_COLUMNS = (
    SheetColumn("STT", 6, is_ordinal=True),
    SheetColumn("Ký hiệu mẫu", 10),
    SheetColumn("Ký hiệu biên lai", 10),
    SheetColumn("Số biên lai", 12, is_ordinal=True),
    SheetColumn("Ngày lập", 12),
    SheetColumn("Loại phí, lệ phí", 44),
    SheetColumn("Mức thu (đồng)", 14),
    SheetColumn("Số tiền (đồng)", 14),
    SheetColumn("Trạng thái", 16),
    SheetColumn("Kỳ điều chỉnh", 12),
    SheetColumn("Biên lai liên quan", 24),
    SheetColumn("Giải trình", 32),
    SheetColumn("Ghi chú", 24),
)


def sign_list(path: Path, body: Agency, *, at: datetime) -> None:
    """Signs a written list in the name of its collecting body, as its receipts are. Raises what a signer raises."""
    signer = signer_for(Identity(body.identification_code, body.name, body.tax_code))
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.parse(str(path), parser).getroot()
    path.write_bytes(sign_xml(root, signer, at=at, what=TITLE))


def key_of(edition: DayReportEdition) -> str:
    """The message's name, once for ever; `edition` with its report."""
    return f"{edition.report.uuid}-{edition.number}"


def lines_of(edition: DayReportEdition) -> Iterator[DayReportLine]:
    """In order, never all of them in memory."""
    rows = DayReportLine.objects.filter(report=edition.report_id).select_related(
        "report", "receipt__series__collecting_body", "related__series__collecting_body"
    )
    return rows.order_by("position").iterator(chunk_size=1_000)


def write_xml(path: Path, edition: DayReportEdition, lines: Iterable[DayReportLine]) -> None:
    """Writes the list, line by line, as `tax_authority/list.xsd` has it."""
    with etree.xmlfile(str(path), encoding="utf-8") as file:
        file.write_declaration()
        with file.element("BTHDLieu"):
            with file.element("DLBTHop", Id=f"L{edition.report.uuid.hex}"):
                file.write(_element("TTChung", _general(edition)))
                with file.element("NDBTHDLieu"), file.element("DSDLieu"):
                    for line in lines:
                        file.write(_line(line))
            signatures = etree.Element("DSCKS")
            place_for_signature(signatures)
            file.write(signatures)


def _general(edition: DayReportEdition) -> dict[str, str | None]:
    report, body = edition.report, edition.body
    return {
        "PBan": "1.0.0",
        "MSo": FORM,
        "Ten": TITLE,
        "MTDiep": key_of(edition),
        "SBTHDLieu": str(report.part),
        "LKDLieu": "N",
        "KDLieu": report.day.isoformat(),
        "LDau": "1" if report.part == 1 else "0",
        "BSLThu": str(report.part - 1),
        "LGui": str(edition.number),
        "NLap": timezone.localtime(edition.made_at).isoformat(timespec="seconds"),
        "TNNT": body["name"],
        "MST": body["tax_code"],
        "DChi": body["address"],
        "DVTTe": "VND",
        "TSDong": str(report.lines_in_all),
        "TgTien": str(report.total),
        "GThich": edition.explanation,
        "GChu": None if body["tax_code"] else NOTE_TAX_CODE,
    }


def _line(line: DayReportLine) -> etree._Element:
    element = _element(
        "DLieu",
        {
            "STT": str(line.position),
            **_number(line.form, line.series, line.number),
            "NLap": line.issued_on.isoformat(),
            "LPhi": line.fee_name,
            "MThu": _figure(line.rate),
            "STien": _figure(line.amount),
            "TThai": STATUS_CODES[ToldKind(line.kind)],
            "KDLDChinh": line.adjusted_day.isoformat() if line.adjusted_day else None,
        },
    )
    if line.related is not None:
        related, body = line.related, line.other_body
        said = _number(related.series.form, related.series.code, related.number)
        whose = {"TNNT": body.name, "MST": body.tax_code} if body else {}
        element.append(_element("BLLQuan", said | whose))
    if line.notice is not None:
        element.append(_notice(line.notice))
    element.extend(_element("", {"GThich": line.explanation, "GChu": line.note}))
    return element


def _notice(notice: ReceiptNotice) -> etree._Element:
    body = notice.receipt.series.collecting_body
    element = _element(
        "TBao",
        {
            "MSo": NOTICE_FORM,
            "So": str(notice.number),
            "NTBao": timezone.localdate(notice.noticed_at).isoformat(),
            "Loai": "1",
            "TNNT": body.name,
            "MST": body.tax_code,
        },
    )
    wrong = etree.SubElement(element, "DSNDung")
    wrong.extend(
        _element("NDung", {"CTieu": PRINTED_NAMES[name], "DGhi": texts["was"], "GDung": texts["right"]})
        for name, texts in notice.corrections.items()
    )
    return element


def _number(form: str, series: str, number: int) -> dict[str, str]:
    return {"KHMSBLai": form, "KHBLai": series, "SBLai": str(number)}


def _figure(value: int | None) -> str | None:
    return None if value is None else str(value)


def _element(name: str, said: dict[str, str] | dict[str, str | None]) -> etree._Element:
    """An element with a child for each thing said; what is not said has none."""
    element = etree.Element(name or "_")
    for child, text in said.items():
        if text:
            etree.SubElement(element, child).text = _NOT_XML.sub("\ufffd", text)
    return element


def write_sheet(path: Path, edition: DayReportEdition, lines: Iterable[DayReportLine]) -> None:
    """Writes the list as a spreadsheet, with its total below."""
    report = edition.report
    write_table(
        path,
        title=f"{TITLE} (Mẫu {FORM})",
        said=head_of(edition),
        columns=_COLUMNS,
        rows=(
            [
                line.position,
                line.form,
                line.series,
                line.number,
                line.issued_on,
                line.fee_name,
                line.rate,
                line.amount,
                _STATUS[ToldKind(line.kind)],
                line.adjusted_day,
                _related(line),
                _explanation(line),
                line.note,
            ]
            for line in lines
        ),
        closing=[["", "", "", "", "", "Cộng", "", report.total, *[""] * 5]],
        made_at=edition.made_at,
        name="Bảng tổng hợp",
    )


def head_of(edition: DayReportEdition) -> list[str]:
    """What stands above the lines."""
    report, body = edition.report, edition.body
    times = "lần đầu" if report.part == 1 else f"bổ sung lần {report.part - 1}"
    return [
        f"Tổ chức thu: {body['name']}",
        f"Mã số thuế: {body['tax_code'] or 'chưa xác lập'}",
        f"Kỳ dữ liệu: ngày {report.day:%d/%m/%Y}, {times}",
        f"Lập lúc {timezone.localtime(edition.made_at):%H:%M %d/%m/%Y}",
        *([f"Lập lại lần {edition.number - 1}: {edition.explanation}"] if edition.explanation else []),
    ]


def _related(line: DayReportLine) -> str:
    if line.related is None:
        return ""
    whose = f" của {line.other_body.name}" if line.other_body else ""
    return f"{line.related.series.form} {line.related.series.code} số {line.related.number}{whose}"


def _explanation(line: DayReportLine) -> str:
    """Of a notice all that it says: what was written, what is right, and why."""
    if line.notice is None:
        return line.explanation
    wrong = "; ".join(
        f"{PRINTED_NAMES[name]}: {_written(texts['was'])}, ghi đúng là “{texts['right']}”"
        for name, texts in line.notice.corrections.items()
    )
    day = timezone.localdate(line.notice.noticed_at)
    whose = f" về biên lai của {line.other_body.name}" if line.other_body else ""
    return (
        f"Thông báo {NOTICE_FORM} số {line.notice.number} ngày {day:%d/%m/%Y}{whose}. {wrong}. "
        f"Lý do: {line.explanation}"
    )


def _written(text: str) -> str:
    return f"đã ghi “{text}”" if text else "chưa ghi"


def snapshot_of(edition: DayReportEdition, printed: Iterable[DayReportLine]) -> dict[str, Any]:
    """What the paper says: the first lines, and how many there are in all."""
    report = edition.report
    lines = [
        {
            "position": line.position,
            "form": line.form,
            "series": line.series,
            "number": line.number,
            "issued_on": line.issued_on.isoformat(),
            "fee_name": line.fee_name,
            "rate": line.rate,
            "amount": line.amount,
            "status": _STATUS[ToldKind(line.kind)],
            "adjusted_day": line.adjusted_day.isoformat() if line.adjusted_day else None,
            "related": _related(line),
            "explanation": _explanation(line),
            "note": line.note,
        }
        for line in printed
    ]
    return {
        "body": edition.body,
        "day": report.day.isoformat(),
        "part": report.part,
        "edition": edition.number,
        "explanation": edition.explanation,
        "issued_at": timezone.localtime(edition.made_at).isoformat(timespec="seconds"),
        "lines": lines,
        "lines_in_all": report.lines_in_all,
        "total": report.total,
        "notes": [NOTE_SCHEMA] if edition.body["tax_code"] else [NOTE_TAX_CODE, NOTE_SCHEMA],
    }
