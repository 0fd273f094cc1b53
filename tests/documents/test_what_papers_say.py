"""What each paper must say, and what it must never print."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from apps.documents.rendering import render_pdf
from apps.documents.snapshots import PaperKind
from tests.documents.reading import (
    EVERY_PAPER,
    SAMPLES,
    TRIAL,
    printed,
    squeezed,
    text_of,
)

LETTERHEAD = [
    "ỦY BAN NHÂN DÂN PHƯỜNG HÀNG BẠC",
    "BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Thông tư số 03/2025/TT-VPCP",
]
CITIZEN = [
    "Nguyễn Thị Ánh Nguyệt",
    "Số định danh cá nhân",
    "001190012345",
    "Số 7, ngõ 12 phố Hàng Bạc, phường Hàng Bạc, quận Hoàn Kiếm, thành phố Hà Nội",
    "Số điện thoại",
    "0912 345 678",
    "Email",
    "anh.nguyet@example.vn",
    "Nội dung yêu cầu giải quyết",
]
MANDATORY: Mapping[PaperKind, list[str]] = {
    "receipt": [
        TRIAL,
        "BIÊN LAI THU PHÍ, LỆ PHÍ",
        "(không in sẵn mệnh giá)",
        "Mẫu số",
        "EBL01",
        "Ký hiệu",
        "26TAA",
        "Số",
        "ỦY BAN NHÂN DÂN PHƯỜNG HÀNG BẠC",
        "Mã số thuế: chưa xác lập",
        "52 Hàng Bạc, quận Hoàn Kiếm, thành phố Hà Nội",
        "Nguyễn Thị Ánh Nguyệt",
        "••••••••2345",
        "Số 7, ngõ 12 phố Hàng Bạc",
        "Phí khai thác, sử dụng thông tin trong cơ sở dữ liệu hộ tịch",
        "8.000",
        "2 bản",
        "16.000 đ",
        "Mười sáu nghìn đồng",
        "Tiền mặt",
        "09:05 ngày 23/11/2026",
        "09:06 ngày 23/11/2026",
        "Ngày 23 tháng 11 năm 2026",
        "H26.001.00037-261123-0001",
        "Lê Văn Hữu",
        "https://motcua.example/b/7KQ2M9XD4TRA",
        "7KQ2 M9XD 4TRA",
        "Thông tư 281/2016/TT-BTC",
        "Nghị định 254/2026/NĐ-CP",
        "chấp nhận ký hiệu của cơ quan thuế: chưa xác lập",
        "Cơ cấu hành chính ở đây là của ngày 30/06/2024",
    ],
    "form_01": [
        *LETTERHEAD,
        *CITIZEN,
        "Mẫu số 01",
        "Số: 12/TNHS",
        "Hà Nội, ngày 23 tháng 11 năm 2026",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Mã hồ sơ: H26.001.00037-261123-0001",
        "Ông/Bà/Tổ chức",
        "Người được ủy quyền nộp hồ sơ",
        "Trần Quốc Đạt",
        "001085067890",
        "Giấy ủy quyền có chứng thực ngày 20/11/2026",
        "Cấp 02 bản sao trích lục khai sinh của con là Nguyễn Gia Bảo",
        "Thành phần hồ sơ nộp gồm",
        "Văn bản ủy quyền có chứng thực",
        "bản chính",
        "xuất trình",
        "Số lượng hồ sơ",
        "1 (bộ)",
        "Thời gian giải quyết hồ sơ theo quy định",
        "trong ngày làm việc (hồ sơ nhận sau 15 giờ",
        "Thời gian nhận hồ sơ",
        "09 giờ 05 phút, ngày 23 tháng 11 năm 2026",
        "Thời gian trả kết quả giải quyết hồ sơ",
        "17 giờ 00 phút, ngày 23 tháng 11 năm 2026",
        "Đăng ký nhận kết quả tại",
        "Quyển số: 03/2026 Số thứ tự: 1287",
        "NGƯỜI NỘP HỒ SƠ",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
        "(Ký và ghi rõ họ tên)",
        "Lê Văn Hữu",
        "https://motcua.example/tra-cuu/H26.001.00037-261123-0001",
        "7KQ2 M9XD 4TRA 0VBE",
        "Ủy ban nhân dân phường Đồng Xuân",
        "Mã định danh H26.001.00037 của cơ quan chưa xác lập",
    ],
    "form_02": [
        *LETTERHEAD,
        "Mẫu số 02",
        "…………/PBS",
        "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
        "Hồ sơ của",
        "Công ty TNHH Thực phẩm Đồng Xuân",
        "Mã số thuế",
        "0102030405",
        "024.3928.0000",
        "Cấp Giấy chứng nhận cho cơ sở sơ chế rau quả",
        "Bản thuyết minh cơ sở vật chất (Phụ lục II)",
        "Thiếu sơ đồ mặt bằng khu sơ chế",
        "Lý do:",
        "Hồ sơ chưa đủ để thẩm định điều kiện của cơ sở.",
        "17:00 ngày 29/12/2026",
        "xin lỗi Ông/Bà/Tổ chức",
        "Phạm Thùy Dương (chuyên viên), số điện thoại 024.3825.0001",
        "NGƯỜI HƯỚNG DẪN",
    ],
    "form_03": [
        *LETTERHEAD,
        *CITIZEN,
        "Mẫu số 03",
        "Số: 3/PTC",
        "ngày 05 tháng 02 năm 2026",
        "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
        "Mã hồ sơ (nếu có)",
        "chưa cấp",
        "Thủ tục này do Ủy ban nhân dân quận giải quyết.",
        "Ngành nghề đã khai bị cấm kinh doanh.",
        "Căn cứ pháp lý",
        "Nghị định 168/2025/NĐ-CP",
        "Gửi đơn đến Chủ tịch Ủy ban nhân dân quận Hoàn Kiếm",
        "NGƯỜI NỘP HỒ SƠ",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
    ],
    "form_04": [
        *LETTERHEAD,
        *(field for field in CITIZEN if field != "Nội dung yêu cầu giải quyết"),
        "Mẫu số 04",
        "Số: 1/PXL",
        "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT",
        "Kính gửi",
        "Ngày 23 tháng 11 năm 2026",
        "Phòng Tài chính – Kế hoạch quận Hoàn Kiếm",
        "1.001612 – Đăng ký thành lập hộ kinh doanh",
        "H26.001.00037-261123-0001",
        "17 giờ 00 phút, ngày 27 tháng 11 năm 2026",
        "Hệ thống đăng ký của Bộ ngừng hoạt động.",
        "xin lỗi Ông/Bà/Tổ chức",
        "Thời gian trả kết quả mới",
        "17 giờ 00 phút, ngày 01 tháng 12 năm 2026",
        "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ",
        "Lê Văn Hữu",
    ],
    "form_05": [
        *LETTERHEAD,
        *CITIZEN,
        "Mẫu số 05",
        "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ",
        "Mã hồ sơ: H26.001.00037-261123-0001",
        "người nộp hồ sơ yêu cầu rút",
        "20 giờ 15 phút, ngày 24 tháng 11 năm 2026",
        "08 giờ 30 phút, ngày 25 tháng 11 năm 2026",
        "Người nộp chuyển địa điểm kinh doanh sang quận khác.",
        "Thông tư 03/2025/TT-VPCP, Điều 7",
        "Ký bởi: Ủy ban nhân dân phường Hàng Bạc",
        "Ký lúc: 08:31 ngày 25/11/2026",
        "Nội dung chính xác của Mẫu số 05 chưa xác lập",
    ],
}


@EVERY_PAPER
def test_every_mandatory_field_is_readable_in_the_paper(kind: PaperKind) -> None:
    text = squeezed(text_of(printed(kind)))
    assert [field for field in MANDATORY[kind] if squeezed(field) not in text] == []


@EVERY_PAPER
def test_nothing_undefined_or_empty_is_printed(kind: PaperKind) -> None:
    text = text_of(printed(kind))
    assert "undefined" not in text
    assert "None" not in text


@pytest.mark.parametrize(
    ("kind", "absent"),
    [
        ("receipt", {"series_acceptance", "replaces", "signature"}),
        ("form_01", {"number", "representative", "limit", "register", "signature"}),
        ("form_02", {"number", "respond_by", "signature"}),
        ("form_03", {"number", "case_code", "signature"}),
        ("form_04", {"number", "renewed_at", "signature"}),
        ("form_05", {"number", "requested_at", "signature"}),
    ],
)
def test_what_may_be_absent_leaves_no_trace_of_a_missing_value(kind: PaperKind, absent: set[str]) -> None:
    snapshot = {**SAMPLES[kind](), **dict.fromkeys(absent)}
    text = text_of(render_pdf(kind, snapshot))
    assert "None" not in text
    assert "undefined" not in text
