"""Specimens of the office's own papers: a control sheet, a register, reports on receipts; long names, many rows where asked."""

from __future__ import annotations

from typing import Any

from apps.documents.snapshots import (
    DayListSnapshot,
    Form06Snapshot,
    Form07Snapshot,
    RegisterLine,
    SeriesUseSnapshot,
    Transfer,
)
from apps.operations.specimens.papers import CASE_CODE, check, desk


def transfer(number: int = 1) -> Transfer:
    return {
        "giver": "Bộ phận Tiếp nhận và Trả kết quả, UBND phường Trúc Bạch, quận Ba Đình",
        "receiver": f"Phạm Thùy Dương {number}, Phòng Tài chính – Kế hoạch quận Hoàn Kiếm",
        "given_at": "2026-11-23T09:05:00+07:00",
        "received_at": "2026-11-23T10:40:00+07:00",
        "result": "late",
        "note": "Đã nhận hồ sơ chuyển đến",
    }


def form_06(rows: int = 1) -> Form06Snapshot:
    """A case on its way from one desk to another, which has not received it yet."""
    return {
        "number": "12",
        "symbol": "PKS-BPTNTKQ",
        "issued_at": "2026-11-25T08:30:00+07:00",
        "desk": desk(),
        "check": check(),
        "case_code": CASE_CODE,
        "procedure": {"code": "1.001612", "name": "Đăng ký thành lập hộ kinh doanh"},
        "agency": "Phòng Tài chính – Kế hoạch quận Hoàn Kiếm",
        "partners": ["Công an phường Hàng Bạc"],
        "received_at": "2026-11-23T09:05:00+07:00",
        "promised_at": "2026-11-27T17:00:00+07:00",
        "transfers": [
            *(transfer(number) for number in range(1, rows + 1)),
            {**transfer(), "received_at": None, "result": "none", "note": "Chờ bên nhận"},
        ],
        "events": 17,
        "signature": None,
        "notes": [],
    }


def register_line(number: int = 1) -> RegisterLine:
    return {
        "case_code": f"H26.001.00037-261123-{number:04d}",
        "procedure": "Cấp Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm nông, lâm, thủy sản",
        "applicant": f"Công ty TNHH Một thành viên Thực phẩm Đồng Xuân {number}.",
        "contact": "15 Trần Nhật Duật, phường Đồng Xuân, quận Hoàn Kiếm; 024.3928.0000",
        "agency": "Sở Nông nghiệp và Môi trường thành phố Hà Nội",
        "received_at": "2026-11-23T09:05:00+07:00",
        "promised_at": "2026-12-23T17:00:00+07:00",
        "returned": "10:20 24/11/2026",
        "delivery": "Tại quầy",
        "signed": "Trần Quốc Đạt, căn cước đã xem",
    }


def form_07(rows: int = 2, more: int = 0) -> Form07Snapshot:
    """A month of a ward, in two fields; `more` lines stand in the spreadsheet only."""
    first = [register_line(number) for number in range(1, rows)]
    return {
        "number": "7",
        "symbol": "STD-BPTNTKQ",
        "issued_at": "2026-11-25T08:30:00+07:00",
        "desk": desk(),
        "check": check(),
        "agency": "Ủy ban nhân dân phường Hàng Bạc",
        "starts_on": "2026-11-01",
        "ends_on": "2026-11-24",
        "field": "",
        "fields": [
            {"field": "An toàn thực phẩm", "lines": first},
            {"field": "Hộ tịch", "lines": [{**register_line(rows), "promised_at": None}]},
        ],
        "lines_in_all": rows + more,
        "lines_printed": rows,
        "sheet_sha256": "ab" * 32,
        "signature": None,
        "notes": [],
    }


def list_01(rows: int = 3) -> DayListSnapshot:
    """A supplementing list, made anew after a rejection, with a replacement on it."""
    line: Any = {
        "form": "EBL01",
        "series": "26TAA",
        "issued_on": "2026-11-23",
        "fee_name": "Phí thẩm định cấp giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm nông, lâm, thủy sản",
        "rate": 700_000,
        "amount": 700_000,
        "status": "Mới",
        "adjusted_day": None,
        "related": "",
        "explanation": "",
        "note": "",
    }
    replacement: Any = {
        "status": "Thay thế",
        "adjusted_day": "2026-11-20",
        "related": "EBL01 26TAA số 10482",
        "explanation": "Sai số bản sao trên biên lai đã lập",
    }
    lines: list[Any] = [
        {**line, "position": place, "number": 10_482 + place, **(replacement if place == rows else {})}
        for place in range(1, rows + 1)
    ]
    return {
        "body": {
            "name": "Sở Nông nghiệp và Môi trường thành phố Hà Nội",
            "tax_code": None,
            "address": "38 Tô Hiệu, phường Nguyễn Trãi, quận Hà Đông",
        },
        "day": "2026-11-23",
        "part": 2,
        "edition": 2,
        "explanation": "Bổ sung tên đầy đủ của tổ chức thu",
        "issued_at": "2026-11-23T23:50:00+07:00",
        "lines": lines,
        "lines_in_all": rows + 1,
        "total": 700_000 * (rows + 1),
        "notes": ["Mã số thuế của tổ chức thu chưa xác lập."],
    }


def use_01() -> SeriesUseSnapshot:
    """A quarter with one series in use and another that issued nothing."""
    return {
        "body": {
            "name": "Ủy ban nhân dân phường Trúc Bạch, quận Ba Đình",
            "tax_code": "0100109106",
            "address": "2 Trúc Bạch",
        },
        "year": 2026,
        "quarter": 4,
        "due_on": "2027-01-30",
        "issued_at": "2027-01-04T09:00:00+07:00",
        "lines": [
            {
                "form": "EBL01",
                "code": "26TAA",
                "opening": 8_214,
                "first": 8_214,
                "last": 21_406,
                "used": 13_193,
                "amount": 105_544_000,
                "replaced": 12,
                "lost": 0,
                "closing": 21_407,
            },
            {
                "form": "EBL02",
                "code": "26TAB",
                "opening": 1,
                "first": None,
                "last": None,
                "used": 0,
                "amount": 0,
                "replaced": 0,
                "lost": 0,
                "closing": 1,
            },
        ],
        "used": 13_193,
        "amount": 105_544_000,
        "replaced": 12,
        "notes": ["Mẫu theo Thông tư 303/2016/TT-BTC; việc áp dụng chưa xác lập."],
    }
