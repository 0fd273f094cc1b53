"""Specimens of the office's own papers: a control sheet and a register, with long names and many rows where asked."""

from __future__ import annotations

from apps.documents.snapshots import Form06Snapshot, Form07Snapshot, RegisterLine, Transfer
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
