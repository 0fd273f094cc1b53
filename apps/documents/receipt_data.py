"""The structured data of a receipt: its snapshot as XML of our schema, with a place for its signature.

The tax authority's own schema was not found (`docs/adr/0016-a-receipt-is-signed-before-it-is-available.md`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree
from lxml.etree import SubElement, _Element

from apps.documents.signing.xades import place_for_signature
from apps.documents.templatetags.papers import FEE_KINDS, ID_LABELS, masked_id

NAMESPACE = "urn:motcua:bien-lai:1"
LOOKUP_CODE = f"{{{NAMESPACE}}}DLBLai/{{{NAMESPACE}}}TTChung/{{{NAMESPACE}}}MTCuu"
_SCHEMA = Path(__file__).parent / "schemas" / "bien-lai.xsd"
# What XML cannot hold at all; no name that a person has contains it.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class DataUnsound(ValueError):
    """The data is not what the schema asks for. The words name places, never what stands there."""


@cache
def schema() -> etree.XMLSchema:
    """The schema, parsed once in a process."""
    return etree.XMLSchema(etree.parse(_SCHEMA))


def receipt_data(snapshot: Mapping[str, Any]) -> _Element:
    """The data of a receipt that is about to be signed. Raises DataUnsound."""
    root = etree.Element(_tag("BLai"), nsmap={None: NAMESPACE})
    data = SubElement(root, _tag("DLBLai"))
    _fill(SubElement(data, _tag("TTChung")), _general(snapshot))
    _fill(SubElement(data, _tag("NDBLai")), _content(snapshot))
    _fill(data, [("GChu", note) for note in snapshot["notes"]])
    place_for_signature(SubElement(SubElement(root, _tag("DSCKS")), _tag("CQThu")))
    if not schema().validate(root):
        raise DataUnsound("; ".join(f"{error.path}: {error.type_name}" for error in schema().error_log))
    return root


def _general(said: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "PBan", "1.0"
    yield "TBLai", "Biên lai thu phí, lệ phí"
    yield "KHMSBLai", said["form"]
    yield "KHBLai", said["series"]
    yield "SBLai", said["number"]
    yield "NThu", said["collected_at"]
    yield "NLap", said["issued_at"]
    yield "NKy", said["signature"]["signed_at"]
    yield "DVTTe", "VND"
    yield "HTTToan", said["payment_method"]
    yield "MTCuu", said["check"]["code"]
    yield "DCTCuu", said["check"]["url"]
    yield "MHSo", said["case_code"]
    yield "TTHC", [("Ma", said["procedure"]["code"]), ("Ten", said["procedure"]["name"])]
    if acceptance := said["series_acceptance"]:
        yield "TBCNhan", [("So", acceptance["number"]), ("Ngay", acceptance["accepted_on"])]
    if wrong := said["replaces"]:
        yield (
            "BLTThe",
            [
                ("KHMSBLai", wrong["form"]),
                ("KHBLai", wrong["series"]),
                ("SBLai", wrong["number"]),
                *([("TNNT", wrong["body"])] if "body" in wrong else []),
                ("NLap", wrong["issued_at"]),
                ("LDo", wrong["reason"]),
            ],
        )


def _content(said: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    body, payer, cashier = said["collecting_body"], said["payer"], said["collected_by"]
    yield (
        "CQThu",
        [
            ("Ten", body["name"]),
            ("MST", body["tax_code"] or ""),
            ("DChi", body["address"]),
            ("SDThoai", body["phone"]),
            ("STKNHang", body["account"]),
        ],
    )
    # The data goes wherever the paper goes: a person's number is masked in both.
    yield (
        "NNop",
        [
            ("Ten", payer["name"]),
            ("LGTo", ID_LABELS[payer["id_kind"]]),
            ("SGTo", masked_id(payer) if payer["id_number"] else ""),
            ("DChi", payer["address"]),
        ],
    )
    yield "NThuTien", [("Ten", cashier["name"]), ("CVu", cashier["title"])]
    yield "DSKThu", [("KThu", list(_line(number, line))) for number, line in enumerate(said["lines"], 1)]
    yield "TToan", [("TgTTTBSo", said["total"]), ("TgTTTBChu", said["total_in_words"])]


def _line(number: int, line: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "STT", number
    yield "Loai", FEE_KINDS[line["kind"]]
    yield "Ten", line["name"]
    yield "DVTinh", line["unit"]
    yield "DGia", line["unit_price"]
    yield "SLuong", line["quantity"]
    yield "TTien", line["amount"]
    yield "CCu", line["legal_basis"]


def _fill(parent: _Element, parts: Any) -> None:
    for name, said in parts:
        part = SubElement(parent, _tag(name))
        if isinstance(said, list):
            _fill(part, said)
        else:
            part.text = _NOT_XML.sub("\ufffd", str(said))


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
