"""Papers as PDF: right size and fonts, the same bytes twice, nothing fetched."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import translation
from pdfminer.high_level import extract_pages

from apps.documents import rendering
from apps.documents.qr import qr_svg, qr_svg_uri
from apps.documents.rendering import render_pdf
from apps.documents.snapshots import PaperKind, SnapshotIncomplete
from apps.documents.templatetags import papers
from apps.operations.specimens import SPECIMENS, books
from apps.operations.specimens import papers as specimens
from tests.documents.reading import (
    EVERY_PAPER,
    clipped,
    pages_of,
    printed,
    reader,
    squeezed,
    text_of,
)

A4 = (210, 297)
A5 = (148, 210)
LANDSCAPE = ("form_07", "list_01", "use_01")


@EVERY_PAPER
def test_a_receipt_is_a5_and_a_form_a4(kind: PaperKind) -> None:
    expected = A5 if kind == "receipt" else A4[::-1] if kind in LANDSCAPE else A4
    for page in reader(printed(kind)).pages:
        size = tuple(round(float(side) / 72 * 25.4) for side in (page.mediabox.width, page.mediabox.height))
        assert size == expected


@pytest.mark.parametrize(
    "kind", ["receipt", "form_02", "form_03", "form_04", "form_05", "form_06", "form_07", "list_01", "use_01"]
)
def test_a_usual_paper_is_one_page(kind: PaperKind) -> None:
    assert pages_of(printed(kind)) == 1


def test_a_usual_form_01_is_one_page_when_nobody_is_represented() -> None:
    assert pages_of(render_pdf("form_01", {**specimens.form_01(), "representative": None})) == 1


@EVERY_PAPER
def test_fonts_are_embedded_as_subsets_of_noto_only(kind: PaperKind) -> None:
    fonts = [
        descendant.get_object()
        for page in reader(printed(kind)).pages
        for font in page["/Resources"]["/Font"].values()
        for descendant in font.get_object()["/DescendantFonts"]
    ]
    assert fonts
    for font in fonts:
        assert re.fullmatch(r"/[A-Z]{6}\+Noto-(Sans|Serif).*", font["/BaseFont"])
        assert any(name.startswith("/FontFile") for name in font["/FontDescriptor"].get_object())


@EVERY_PAPER
def test_a_page_weighs_less_than_60_kb(kind: PaperKind) -> None:
    pdf = printed(kind)
    assert len(pdf) < 60_000 * pages_of(pdf)


@EVERY_PAPER
def test_the_same_snapshot_gives_the_same_bytes(kind: PaperKind) -> None:
    rendering._typesetting.cache_clear()
    assert render_pdf(kind, SPECIMENS[kind]()) == printed(kind)


@EVERY_PAPER
def test_a_snapshot_that_was_stored_with_its_keys_in_another_order_gives_the_same_bytes(
    kind: PaperKind,
) -> None:
    stored = json.loads(json.dumps(SPECIMENS[kind](), sort_keys=True))
    assert render_pdf(kind, stored) == printed(kind)


@EVERY_PAPER
def test_a_reader_of_english_gets_the_same_vietnamese_paper(kind: PaperKind) -> None:
    with translation.override("vi"):
        vietnamese = render_pdf(kind, SPECIMENS[kind]())
    with translation.override("en"):
        assert render_pdf(kind, SPECIMENS[kind]()) == vietnamese


def test_another_snapshot_gives_another_identifier_inside_the_file() -> None:
    other = specimens.receipt()
    other["number"] = 2
    identifiers = {str(reader(render_pdf("receipt", s)).trailer["/ID"]) for s in (specimens.receipt(), other)}
    assert len(identifiers) == 2


@EVERY_PAPER
def test_the_file_is_tagged_vietnamese_titled_and_dated_by_its_snapshot(kind: PaperKind) -> None:
    document = reader(printed(kind))
    assert document.trailer["/Root"]["/Lang"] == "vi"
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"].value is True
    assert document.metadata.title
    assert document.metadata.creation_date.isoformat() == SPECIMENS[kind]()["issued_at"]


@EVERY_PAPER
def test_no_letter_is_clipped_at_the_edge_of_the_page(kind: PaperKind) -> None:
    pdf = printed(kind)
    assert [clipped(page, margin=20) for page in extract_pages(io.BytesIO(pdf))] == [""] * pages_of(pdf)


@pytest.mark.parametrize(
    "name",
    ["Tôn Nữ Công Tằng Thị Ánh Nguyệt " * 12, "Nguyễn" * 60, "W" * 300],
    ids=["many words", "one long word", "widest letters"],
)
@pytest.mark.parametrize("kind", ["receipt", "form_01", "form_03"])
def test_a_very_long_name_wraps_and_is_printed_whole(kind: PaperKind, name: str) -> None:
    snapshot = dict(SPECIMENS[kind]())
    party = "payer" if kind == "receipt" else "applicant"
    snapshot[party] = {**snapshot[party], "name": name}
    pdf = render_pdf(kind, snapshot)
    assert squeezed(name) in squeezed(text_of(pdf))
    assert pages_of(pdf) <= 3
    assert [clipped(page, margin=20) for page in extract_pages(io.BytesIO(pdf))] == [""] * pages_of(pdf)


def test_a_receipt_of_thirty_lines_flows_to_more_pages_and_repeats_the_heads_of_its_columns() -> None:
    snapshot = specimens.receipt()
    snapshot["lines"] = [{**snapshot["lines"][0], "name": f"Khoản thu thứ {n}."} for n in range(1, 31)]
    snapshot["total"] = 30 * 16_000
    snapshot["total_in_words"] = "Bốn trăm tám mươi nghìn đồng"
    pdf = render_pdf("receipt", snapshot)
    text = text_of(pdf)
    assert 2 <= pages_of(pdf) <= 5
    assert all(f"Khoản thu thứ {n}." in text for n in range(1, 31))
    assert text.count("Tên khoản thu") >= 2
    assert "480.000 đ" in text


@pytest.mark.parametrize(
    ("pdf", "head", "last"),
    [
        (lambda: render_pdf("form_06", books.form_06(rows=40)), "Giờ, phút, ngày", "Phạm Thùy Dương 40,"),
        (lambda: render_pdf("form_07", books.form_07(rows=40)), "Tên tổ chức, cá nhân", "Đồng Xuân 40."),
    ],
)
def test_a_book_of_many_rows_repeats_the_heads_of_its_columns_and_numbers_its_pages(
    pdf: Any, head: str, last: str
) -> None:
    content = pdf()
    text, pages = squeezed(text_of(content)), pages_of(content)
    assert pages >= 3
    assert text.count(squeezed(head)) >= pages - 1
    assert squeezed(last) in text
    assert f"Trang{pages}/{pages}" in text


def test_a_receipt_without_a_signature_is_no_paper() -> None:
    with pytest.raises(SnapshotIncomplete, match="receipt.signature is not an object"):
        render_pdf("receipt", {**specimens.receipt(), "signature": None})


def test_a_receipt_names_its_signer_and_one_of_a_test_authority_says_that_it_has_no_value() -> None:
    snapshot = specimens.receipt()
    of_test = text_of(render_pdf("receipt", snapshot))
    snapshot["signature"]["is_test"] = False
    text = text_of(render_pdf("receipt", snapshot))
    for each in (of_test, text):
        assert "Ký bởi: Ủy ban nhân dân phường Hàng Bạc" in each
        assert "Ngày ký: 09:07 ngày 23/11/2026" in each
    assert "Chứng thư thử nghiệm" in of_test
    assert "biên lai này không có giá trị pháp lý" in of_test
    assert "thử nghiệm" not in text
    assert "không có giá trị" not in text


def test_a_replacement_names_the_wrong_receipt() -> None:
    snapshot = specimens.receipt()
    snapshot["replaces"] = {
        "form": "EBL01",
        "series": "26TAA",
        "number": 7,
        "issued_at": "2026-11-20T09:00:00+07:00",
        "reason": "sai số tiền",
    }
    text = text_of(render_pdf("receipt", snapshot))
    assert "Thay thế cho biên lai mẫu số EBL01, ký hiệu 26TAA, số 7, ngày 20 tháng 11 năm 2026" in text
    assert "sai số tiền" in text


def test_a_person_is_never_printed_with_the_whole_number_on_a_receipt() -> None:
    assert "001190012345" not in text_of(printed("receipt"))


def test_a_company_is_printed_with_its_whole_tax_code_on_a_receipt() -> None:
    snapshot = specimens.receipt()
    snapshot["payer"] = specimens.business()
    assert "0102030405" in text_of(render_pdf("receipt", snapshot))


def test_html_in_a_name_is_printed_as_typed() -> None:
    snapshot = specimens.receipt()
    snapshot["payer"]["name"] = "<b>An</b> & <script>alert(1)</script>"
    assert "<b>An</b> & <script>alert(1)</script>" in text_of(render_pdf("receipt", snapshot))


@pytest.fixture
def requests_seen() -> Iterator[tuple[str, list[str]]]:
    """A web server of our own: its address, and the paths that were asked of it."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_address_in_a_snapshot_is_printed_and_not_fetched(requests_seen: tuple[str, list[str]]) -> None:
    address, paths = requests_seen
    snapshot = specimens.receipt()
    snapshot["payer"]["name"] = f'"><img src="{address}/a"><img src="file:///etc/passwd">'
    snapshot["check"]["url"] = f"{address}/b"
    snapshot["notes"] = [f"@import url({address}/c)", f"url({address}/d)"]
    text = text_of(render_pdf("receipt", snapshot))
    assert squeezed(snapshot["payer"]["name"]) in squeezed(text)
    assert "root:" not in text
    assert paths == []


def test_even_html_of_our_own_may_not_fetch_a_file_or_an_address(
    requests_seen: tuple[str, list[str]],
) -> None:
    address, paths = requests_seen
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{address}/in" width="9" height="9"/></svg>'
    picture = "data:image/svg+xml," + quote(svg)
    html = f"""<link rel="stylesheet" href="{address}/css"><link rel="attachment" href="file:///etc/passwd">
    <style>@import url({address}/import); p {{ background: url({address}/background) }}</style>
    <p>Chữ</p><img src="{address}/img" alt=""><img src="file:///etc/passwd" alt="">
    <object data="{address}/object"></object><embed src="file:///etc/passwd">
    <img src="{picture}" alt="">"""
    pdf = rendering._write_pdf(html, identifier=b"0" * 16)
    assert paths == []
    assert text_of(pdf).strip().startswith("Chữ")
    assert b"root:" not in pdf
    assert list(reader(pdf).attachments) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"total": "16000"}, "receipt.total is not int"),
        ({"total": None}, "receipt.total is not int"),
        ({"surprise": 1}, "receipt.surprise is unknown"),
        ({"payer": {"name": "An"}}, "receipt.payer.id_kind is missing"),
        ({"lines": {}}, "receipt.lines is not a list"),
        ({"check": "x"}, "receipt.check is not an object"),
    ],
)
def test_a_snapshot_of_another_shape_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(SnapshotIncomplete, match=re.escape(message)):
        render_pdf("receipt", {**specimens.receipt(), **change})


def test_a_refused_snapshot_names_places_and_never_personal_data() -> None:
    snapshot = dict(specimens.form_03())
    snapshot["applicant"] = {**specimens.citizen(), "id_kind": "001190012345"}
    with pytest.raises(SnapshotIncomplete) as refusal:
        render_pdf("form_03", snapshot)
    assert "form_03.applicant.id_kind" in str(refusal.value)
    assert "001190012345" not in str(refusal.value)


@pytest.mark.parametrize("kind", ["form_02", "form_03"])
def test_a_paper_lacking_a_field_is_not_printed(kind: PaperKind) -> None:
    snapshot = dict(SPECIMENS[kind]())
    del snapshot["reason"]
    with pytest.raises(SnapshotIncomplete, match="reason is missing"):
        render_pdf(kind, snapshot)


def test_the_tracking_secret_is_in_the_code_only_behind_the_fragment() -> None:
    tracking = specimens.form_01()["tracking"]
    assert papers.tracking_qr(tracking) == qr_svg_uri(f"{tracking['page_url']}#{tracking['secret']}")


def test_times_are_written_in_vietnamese_time_whatever_their_offset() -> None:
    assert papers.moment("2026-11-24T02:05:00+00:00") == "09:05 ngày 24/11/2026"
    assert papers.moment("2026-11-23T23:30:00Z") == "06:30 ngày 24/11/2026"
    assert papers.long_date("2026-12-31T18:00:00+00:00") == "ngày 01 tháng 01 năm 2027"
    assert papers.long_date("2026-03-09") == "ngày 09 tháng 3 năm 2026"


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        papers.moment("2026-11-24T09:05:00")


@pytest.mark.parametrize(
    ("amount", "written"), [(0, "0"), (800, "800"), (8_000, "8.000"), (1_001_000, "1.001.000")]
)
def test_money_has_dots_between_thousands(amount: int, written: str) -> None:
    assert papers.dong(amount) == written


def test_limits_are_written_with_their_unit_and_an_unknown_one_says_so() -> None:
    assert papers.limit_in_words({"value": 15, "unit": "day", "note": ""}) == "15 ngày"
    assert papers.limit_in_words({"value": 3, "unit": "working_day", "note": ""}) == "3 ngày làm việc"
    assert papers.limit_in_words({"value": 8, "unit": "working_hour", "note": ""}) == "8 giờ làm việc"
    assert papers.limit_in_words({"value": 24, "unit": "clock_hour", "note": ""}) == "24 giờ"
    assert papers.limit_in_words(None) == "chưa xác lập"


def test_an_empty_text_has_no_qr_code() -> None:
    with pytest.raises(ValueError, match="needs a text"):
        qr_svg("")


def test_a_qr_code_is_a_picture_without_any_reference_outside_itself() -> None:
    svg = qr_svg("https://motcua.example/b/7KQ2M9XD4TRA")
    assert svg.startswith("<svg")
    assert "href" not in svg
