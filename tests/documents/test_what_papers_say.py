"""What each paper must say, and what it must never print."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO

import pytest
from django.core.management import call_command

from apps.documents.rendering import PAPERS, render_pdf
from apps.documents.snapshots import PaperKind
from apps.operations.specimens import SPECIMENS, books
from tests.documents.reading import (
    EVERY_PAPER,
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
        "https://motcua.example/r/7KQ2M6XD4TRAUVWX",
        "7KQ2 M6XD 4TRA UVWX",
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
    "form_04ss": [
        "THÔNG BÁO CHỨNG TỪ ĐIỆN TỬ ĐÃ LẬP SAI",
        "Mẫu số 04/SS-CTĐT – Ban hành kèm theo Nghị định số 254/2026/NĐ-CP",
        "Cơ quan thuế quản lý trực tiếp",
        "Nguyễn Thị Ánh Nguyệt Hương",
        "EBL01 · 26TAA · 1234",
        "100.000 đ",
        "Số 12, phố Hàng Bạc",
        "Số 21, phố Hàng Bạc",
        "Nhập nhầm khi tiếp nhận hồ sơ.",
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
    "form_06": [
        *LETTERHEAD,
        "Mẫu số 06",
        "Số: 12/PKS-BPTNTKQ",
        "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
        "Mã hồ sơ: H26.001.00037-261123-0001",
        "Cơ quan giải quyết",
        "Phòng Tài chính – Kế hoạch quận Hoàn Kiếm",
        "Cơ quan phối hợp giải quyết",
        "Công an phường Hàng Bạc",
        "Ngày nhận hồ sơ",
        "09 giờ 05 phút, ngày 23 tháng 11 năm 2026",
        "Ngày hẹn trả kết quả",
        "1. Giao: Bộ phận Tiếp nhận và Trả kết quả, UBND phường Trúc Bạch",
        "2. Nhận: Phạm Thùy Dương 1",
        "09:05 23/11/2026",
        "10:40 23/11/2026",
        "quá hạn",
        "chưa nhận",
        "Chờ bên nhận",
        "KTRA 2345 67AB",
    ],
    "form_07": [
        *LETTERHEAD,
        "Mẫu số 07",
        "Số: 7/STD-BPTNTKQ",
        "SỔ THEO DÕI HỒ SƠ",
        "từ ngày 01 tháng 11 năm 2026 đến hết ngày 24 tháng 11 năm 2026",
        "Lĩnh vực: An toàn thực phẩm",
        "Lĩnh vực: Hộ tịch",
        "STT",
        "Mã hồ sơ",
        "Tên thủ tục hành chính",
        "Tên tổ chức, cá nhân",
        "Địa chỉ, số điện thoại",
        "Cơ quan chủ trì giải quyết",
        "Nhận hồ sơ",
        "Ngày nhận",
        "Hẹn trả",
        "Trả kết quả",
        "Ngày trả",
        "Phương thức nhận",
        "Ký nhận",
        "H26.001.00037-261123-0001",
        "Công ty TNHH Một thành viên Thực phẩm Đồng Xuân 1.",
        "Trần Quốc Đạt, căn cước đã xem",
        "ab" * 32,
        "KTRA 2345 67AB",
    ],
    "list_01": [
        "Mẫu số 01/TH-BLĐT",
        "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG THÀNH PHỐ HÀ NỘI",
        "Mã số thuế: chưa xác lập",
        "Kỳ dữ liệu: ngày 23 tháng 11 năm 2026",
        "EBL01",
        "26TAA",
        "10483",
        "23/11/2026",
        "700.000",
        "2.800.000 đồng",
        "Mới",
        "Thay thế",
        "20/11/2026",
    ],
    "use_01": [
        "BÁO CÁO TÌNH HÌNH SỬ DỤNG BIÊN LAI",
        "Mã số thuế: 0100109106",
        "Quý 4 năm 2026",
        "ngày 30 tháng 01 năm 2027",
        "EBL01",
        "26TAA",
        "8214",
        "21406",
        "13.193",
        "105.544.000",
        "21407",
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
        ("receipt", {"series_acceptance", "replaces"}),
        ("form_01", {"number", "representative", "limit", "register", "signature"}),
        ("form_02", {"number", "respond_by", "signature"}),
        ("form_03", {"number", "case_code", "signature"}),
        ("form_04", {"number", "renewed_at", "signature"}),
        ("form_05", {"number", "requested_at", "signature"}),
        ("form_06", {"number", "promised_at", "signature"}),
        ("form_07", {"number", "signature"}),
    ],
)
def test_what_may_be_absent_leaves_no_trace_of_a_missing_value(kind: PaperKind, absent: set[str]) -> None:
    snapshot = {**SPECIMENS[kind](), **dict.fromkeys(absent)}
    text = text_of(render_pdf(kind, snapshot))
    assert "None" not in text
    assert "undefined" not in text


@pytest.mark.parametrize("kind", [kind for kind in SPECIMENS if kind.startswith("form")])
def test_every_form_prints_its_check_code_and_where_to_ask(kind: PaperKind) -> None:
    text = squeezed(text_of(printed(kind)))
    assert "KTRA234567AB" in text
    without = {**SPECIMENS[kind]()}
    del without["check"]
    assert "Kiểmtra" not in squeezed(text_of(render_pdf(kind, without)))


@pytest.mark.parametrize("kind", ["form_01", "form_02", "form_03", "form_04", "form_05"])
def test_a_corrected_form_names_the_one_that_it_replaces(kind: PaperKind) -> None:
    correction = {
        "number": "12",
        "symbol": "TNHS-BPTNTKQ",
        "issued_at": "2026-11-23T09:06:00+07:00",
        "reason": "Sai địa chỉ của cơ quan.",
        "note": "",
        "corrected_by": {"name": "Lê Văn Hữu", "title": "Trưởng bộ phận"},
    }
    text = squeezed(text_of(render_pdf(kind, {**SPECIMENS[kind](), "correction": correction})))
    said = "Thay thế văn bản cùng tên số 12/TNHS-BPTNTKQ, ngày 23 tháng 11 năm 2026 (cấp lúc 09:06 ngày 23/11/2026)"
    assert squeezed(said) in text
    assert squeezed("Lý do: Sai địa chỉ của cơ quan.") in text
    assert squeezed("Người cấp bản thay thế: Lê Văn Hữu, Trưởng bộ phận") in text
    assert "Thaythế" not in squeezed(text_of(printed(kind)))


def test_a_register_that_prints_only_its_beginning_says_so() -> None:
    text = squeezed(text_of(render_pdf("form_07", books.form_07(more=1_200))))
    assert squeezed("1.202; bản in này chỉ gồm 2 hồ sơ đầu, sổ đầy đủ là bảng tính kèm theo") in text
    assert squeezed("bản in này chỉ gồm") not in squeezed(text_of(printed("form_07")))


def test_a_day_list_that_prints_only_its_beginning_says_so_and_sums_the_whole() -> None:
    text = squeezed(text_of(printed("list_01")))
    assert squeezed("4; bản in này chỉ gồm 3 dòng đầu") in text
    assert squeezed("Cộng cả bảng") in text and "2.800.000" in text
    assert squeezed("Bổ sung lần 1; gửi lần 2, thay cho lần bị từ chối") in text


def test_the_use_of_a_series_that_issued_nothing_is_told_with_dashes() -> None:
    text = squeezed(text_of(printed("use_01")))
    assert "26TAB" in text and text.count("–") == 2


def test_the_specimens_are_all_the_papers_and_say_that_they_are_no_papers(tmp_path) -> None:
    call_command("paper_specimens", str(tmp_path), stdout=StringIO())
    assert {path.stem for path in tmp_path.iterdir()} == set(SPECIMENS) == set(PAPERS)
    for path in tmp_path.iterdir():
        assert squeezed("không có giá trị pháp lý") in squeezed(text_of(path.read_bytes()))
