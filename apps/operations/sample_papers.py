"""Papers that the people of the demo bring and issue: pages that can be read, and say that they are samples."""

from __future__ import annotations

from collections.abc import Mapping

import weasyprint
from django.utils.html import format_html, format_html_join

_PAGE = """<!doctype html><html lang="vi"><head><title>{title}</title><style>
@page {{ size: A4; margin: 25mm 22mm; font-family: "Noto Serif", serif; }}
body {{ font: 12pt/1.5 "Noto Serif", serif; }} header {{ text-align: center; margin-bottom: 14mm; }}
h1 {{ font-size: 15pt; text-align: center; text-transform: uppercase; margin: 0 0 10mm; }}
th {{ text-align: left; font-weight: normal; color: #444; width: 55mm; vertical-align: top; padding: 1mm 0; }}
td {{ vertical-align: top; padding: 1mm 0; }} footer {{ margin-top: 14mm; text-align: right; }}
p.sample {{ border: 0.6pt solid #900; color: #900; padding: 2mm 4mm; margin-top: 18mm; text-align: center; }}
</style></head><body>
<header><strong>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</strong><br><strong>Độc lập - Tự do - Hạnh phúc</strong></header>
<h1>{title}</h1><table>{rows}</table><footer>{signed}</footer>
<p class="sample">Giấy tờ mẫu để trình bày hệ thống, không có giá trị pháp lý.</p></body></html>"""


def sample_paper(title: str, says: Mapping[str, str], *, signed: str) -> bytes:
    """A page with a title, what it says line by line, and who signs it, as PDF."""
    rows = format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", says.items())
    html = format_html(_PAGE, title=title, rows=rows, signed=signed)
    pdf: bytes = weasyprint.HTML(string=html).write_pdf()
    return pdf
