"""Specimens of a receipt and of the forms to the applicant, of people and amounts that exist nowhere else."""

from __future__ import annotations

from apps.documents.snapshots import (
    CheckPage,
    Desk,
    Form01Snapshot,
    Form02Snapshot,
    Form03Snapshot,
    Form04Snapshot,
    Form04SSSnapshot,
    Form05Snapshot,
    PaperParty,
    ReceiptSnapshot,
)

CASE_CODE = "H26.001.00037-261123-0001"


def desk() -> Desk:
    """The one-stop desk of a ward."""
    return {
        "parent_name": "Ủy ban nhân dân phường Hàng Bạc",
        "name": "Bộ phận Tiếp nhận và Trả kết quả",
        "place": "Hà Nội",
        "address": "52 Hàng Bạc, quận Hoàn Kiếm, thành phố Hà Nội",
        "phone": "024.3825.0000",
    }


def check() -> CheckPage:
    """Where anybody may ask whether the paper is ours."""
    return {"url": "https://motcua.example/p/KTRA234567AB", "code": "KTRA234567AB"}


def citizen() -> PaperParty:
    """A person whose name uses most of the Vietnamese letters."""
    return {
        "name": "Nguyễn Thị Ánh Nguyệt",
        "id_kind": "personal_id",
        "id_number": "001190012345",
        "address": "Số 7, ngõ 12 phố Hàng Bạc, phường Hàng Bạc, quận Hoàn Kiếm, thành phố Hà Nội",
        "phone": "0912 345 678",
        "email": "anh.nguyet@example.vn",
    }


def business() -> PaperParty:
    """A company, whose tax code is public."""
    return {
        "name": "Công ty TNHH Thực phẩm Đồng Xuân",
        "id_kind": "tax_code",
        "id_number": "0102030405",
        "address": "15 Trần Nhật Duật, phường Đồng Xuân, quận Hoàn Kiếm, thành phố Hà Nội",
        "phone": "024.3928.0000",
        "email": "",
    }


def receipt() -> ReceiptSnapshot:
    """Two copies of an extract at 8.000 đ, paid in cash at a ward's counter, as a test authority signs it."""
    return {
        "form": "EBL01",
        "series": "26TAA",
        "number": 1,
        "collecting_body": {
            "name": "Ủy ban nhân dân phường Hàng Bạc",
            "tax_code": None,
            "address": "52 Hàng Bạc, quận Hoàn Kiếm, thành phố Hà Nội",
            "phone": "024.3825.0000",
            "account": "",
        },
        "payer": citizen(),
        "lines": [
            {
                "kind": "phi",
                "name": "Phí khai thác, sử dụng thông tin trong cơ sở dữ liệu hộ tịch",
                "unit": "bản",
                "unit_price": 8_000,
                "quantity": 2,
                "amount": 16_000,
                "legal_basis": "Thông tư 281/2016/TT-BTC",
            }
        ],
        "total": 16_000,
        "total_in_words": "Mười sáu nghìn đồng",
        "payment_method": "Tiền mặt",
        "collected_at": "2026-11-23T09:05:00+07:00",
        "issued_at": "2026-11-23T09:06:00+07:00",
        "collected_by": {"name": "Lê Văn Hữu", "title": "Công chức Bộ phận Một cửa"},
        "case_code": CASE_CODE,
        "procedure": {"code": "2.000635", "name": "Cấp bản sao Trích lục hộ tịch, bản sao Giấy khai sinh"},
        "check": {"url": "https://motcua.example/r/7KQ2M6XD4TRAUVWX", "code": "7KQ2M6XD4TRAUVWX"},
        "series_acceptance": None,
        "replaces": None,
        "signature": {
            "signed_by": "Ủy ban nhân dân phường Hàng Bạc",
            "signed_at": "2026-11-23T09:07:00+07:00",
            "certificate": "ab" * 32,
            "is_test": True,
        },
        "notes": [
            "Cơ cấu hành chính ở đây là của ngày 30/06/2024, giấy tờ và biên lai theo quy định năm 2026.",
        ],
    }


def form_01() -> Form01Snapshot:
    """A case taken at a ward's counter through a representative."""
    return {
        "number": "12",
        "symbol": "TNHS",
        "issued_at": "2026-11-23T09:06:00+07:00",
        "desk": desk(),
        "case_code": CASE_CODE,
        "applicant": citizen(),
        "representative": {
            "name": "Trần Quốc Đạt",
            "id_kind": "personal_id",
            "id_number": "001085067890",
            "address": "31 Hàng Mắm, quận Hoàn Kiếm, thành phố Hà Nội",
            "phone": "0987 654 321",
            "email": "",
            "authority_paper": "Giấy ủy quyền có chứng thực ngày 20/11/2026",
        },
        "procedure": {"code": "2.000635", "name": "Cấp bản sao Trích lục hộ tịch, bản sao Giấy khai sinh"},
        "request": "Cấp 02 bản sao trích lục khai sinh của con là Nguyễn Gia Bảo",
        "components": [
            {"name": "Tờ khai cấp bản sao trích lục", "quantity": 1, "form": "bản điện tử"},
            {"name": "Văn bản ủy quyền có chứng thực", "quantity": 1, "form": "bản chính"},
            {"name": "Giấy tờ tùy thân của người được ủy quyền", "quantity": 1, "form": "xuất trình"},
        ],
        "sets": 1,
        "limit": {
            "value": 1,
            "unit": "same_day",
            "note": "hồ sơ nhận sau 15 giờ thì trả kết quả trong ngày làm việc tiếp theo",
        },
        "received_at": "2026-11-23T09:05:00+07:00",
        "promised_at": "2026-11-23T17:00:00+07:00",
        "return_to": "Bộ phận Tiếp nhận và Trả kết quả, Ủy ban nhân dân phường Hàng Bạc",
        "register": {"book": "03/2026", "ordinal": "1287"},
        "filed_by": "Trần Quốc Đạt",
        "received_by": {"name": "Lê Văn Hữu", "title": "Công chức Bộ phận Một cửa"},
        "competent_agency": "Ủy ban nhân dân phường Đồng Xuân",
        "tracking": {
            "page_url": f"https://motcua.example/tra-cuu/{CASE_CODE}",
            "secret": "7KQ2M9XD4TRA0VBE",
        },
        "check": check(),
        "signature": None,
        "notes": ["Mã định danh H26.001.00037 của cơ quan chưa xác lập: mã này do hệ thống tạm đặt."],
    }


def form_02() -> Form02Snapshot:
    """A request to complete a business's file, which the office should have made at intake."""
    return {
        "number": None,
        "symbol": "PBS",
        "issued_at": "2026-12-08T10:00:00+07:00",
        "desk": desk(),
        "case_code": CASE_CODE,
        "applicant": business(),
        "procedure": {
            "code": "2.001827",
            "name": "Cấp Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm nông, lâm, thủy sản",
        },
        "request": "Cấp Giấy chứng nhận cho cơ sở sơ chế rau quả",
        "items": [
            {
                "item": "Bản thuyết minh cơ sở vật chất (Phụ lục II)",
                "reason": "Thiếu sơ đồ mặt bằng khu sơ chế",
            },
            {"item": "Đơn đề nghị (Phụ lục I)", "reason": "Chưa ghi ngày ký"},
        ],
        "reason": "Hồ sơ chưa đủ để thẩm định điều kiện của cơ sở.",
        "is_office_omission": True,
        "respond_by": "2026-12-29T17:00:00+07:00",
        "contact": {"name": "Phạm Thùy Dương", "title": "chuyên viên"},
        "contact_phone": "024.3825.0001",
        "guided_by": {"name": "Phạm Thùy Dương", "title": "Chuyên viên"},
        "check": check(),
        "signature": None,
        "notes": [],
    }


def form_03() -> Form03Snapshot:
    """Papers turned away at the counter before a case code was given."""
    return {
        "number": "3",
        "symbol": "PTC",
        "issued_at": "2026-02-05T14:30:00+07:00",
        "desk": desk(),
        "case_code": None,
        "applicant": citizen(),
        "procedure": {"code": "1.001612", "name": "Đăng ký thành lập hộ kinh doanh"},
        "request": "Đăng ký thành lập hộ kinh doanh Ánh Nguyệt",
        "reason": "Thủ tục này do Ủy ban nhân dân quận giải quyết.\nNgành nghề đã khai bị cấm kinh doanh.",
        "legal_provision": "Nghị định 168/2025/NĐ-CP",
        "how_to_complain": "Gửi đơn đến Chủ tịch Ủy ban nhân dân quận Hoàn Kiếm trong thời hạn luật định.",
        "filed_by": "Nguyễn Thị Ánh Nguyệt",
        "received_by": {"name": "Lê Văn Hữu", "title": "Công chức Bộ phận Một cửa"},
        "check": check(),
        "signature": None,
        "notes": [],
    }


def form_04() -> Form04Snapshot:
    """An extension in good time: the agency apologises and names the new time."""
    return {
        "number": "1",
        "symbol": "PXL",
        "issued_at": "2026-11-25T08:30:00+07:00",
        "desk": desk(),
        "case_code": CASE_CODE,
        "applicant": citizen(),
        "procedure": {"code": "1.001612", "name": "Đăng ký thành lập hộ kinh doanh"},
        "received_at": "2026-11-23T09:05:00+07:00",
        "agency": "Phòng Tài chính – Kế hoạch quận Hoàn Kiếm",
        "promised_at": "2026-11-27T17:00:00+07:00",
        "reason": "Hệ thống đăng ký của Bộ ngừng hoạt động.",
        "renewed_at": "2026-12-01T17:00:00+07:00",
        "is_extended": True,
        "signed_by": {"name": "Lê Văn Hữu", "title": "Trưởng phòng"},
        "check": check(),
        "signature": None,
        "notes": [],
    }


def form_04ss() -> Form04SSSnapshot:
    """A name and an address that were written wrong on a receipt."""
    return {
        "number": "3",
        "symbol": "TB-SSCTĐT",
        "issued_at": "2026-11-25T08:30:00+07:00",
        "desk": desk(),
        "case_code": CASE_CODE,
        "applicant": citizen(),
        "procedure": {"code": "1.001612", "name": "Đăng ký thành lập hộ kinh doanh"},
        "payer": citizen(),
        "receipt": {
            "form": "EBL01",
            "series": "26TAA",
            "number": 1234,
            "issued_at": "2026-11-24T09:05:00+07:00",
            "amount": 100_000,
            "collecting_body": "Ủy ban nhân dân quận Hoàn Kiếm",
            "tax_code": None,
        },
        "corrections": [
            {
                "what": "Tên người nộp",
                "was": "Nguyễn Thị Ánh Nguyệt",
                "right": "Nguyễn Thị Ánh Nguyệt Hương",
            },
            {
                "what": "Địa chỉ người nộp",
                "was": "Số 12, phố Hàng Bạc",
                "right": "Số 21, phố Hàng Bạc, phường Hàng Bạc, quận Hoàn Kiếm",
            },
        ],
        "reason": "Nhập nhầm khi tiếp nhận hồ sơ.",
        "signed_by": {"name": "Lê Văn Hữu", "title": "Trưởng phòng"},
        "is_layout_established": False,
        "check": check(),
        "signature": None,
        "notes": [],
    }


def form_05() -> Form05Snapshot:
    """A case that the applicant withdrew; the notice is signed digitally."""
    return {
        "number": "1",
        "symbol": "TB",
        "issued_at": "2026-11-25T08:30:00+07:00",
        "desk": desk(),
        "case_code": CASE_CODE,
        "applicant": citizen(),
        "procedure": {"code": "1.001612", "name": "Đăng ký thành lập hộ kinh doanh"},
        "request": "Đăng ký thành lập hộ kinh doanh Ánh Nguyệt",
        "received_at": "2026-11-23T09:05:00+07:00",
        "requested_at": "2026-11-24T20:15:00+07:00",
        "stopped_at": "2026-11-25T08:30:00+07:00",
        "ground": "người nộp hồ sơ yêu cầu rút",
        "reason": "Người nộp chuyển địa điểm kinh doanh sang quận khác.",
        "legal_provision": "Thông tư 03/2025/TT-VPCP, Điều 7",
        "how_to_complain": "Gửi đơn đến Chủ tịch Ủy ban nhân dân quận Hoàn Kiếm trong thời hạn luật định.",
        "filed_by": "Nguyễn Thị Ánh Nguyệt",
        "received_by": {"name": "Lê Văn Hữu", "title": "Công chức Bộ phận Một cửa"},
        "is_layout_established": False,
        "check": check(),
        "signature": {
            "signed_by": "Ủy ban nhân dân phường Hàng Bạc",
            "signed_at": "2026-11-25T08:31:00+07:00",
        },
        "notes": [],
    }
