"""A file that anybody may have sent: what is found in it, and that it harms nobody."""

from __future__ import annotations

import io
import random
import re
import resource
import zlib

import pytest
from pypdf import PdfReader, PdfWriter

from apps.core.errors import Busy
from apps.documents.signing import outside, trust_roots
from apps.documents.signing.examining import examine
from apps.documents.signing.findings import MOST_BYTES, Finding
from apps.documents.signing.outside import finding_of
from tests import given
from tests.documents.signed import BODY, signed
from tests.documents.test_signatures import RsaSigner


@pytest.fixture(scope="module")
def files():
    return signed()


def found(content: bytes) -> Finding:
    return examine(content, trust_roots())


@pytest.mark.parametrize("part", ["pdf", "data"])
def test_what_we_signed_is_intact_whole_trusted_and_tells_its_code(files, part):
    assert (
        found(getattr(files, part))
        == finding_of(getattr(files, part))
        == Finding(
            is_signed=True,
            is_intact=True,
            is_whole=True,
            is_trusted=True,
            certificate=files.certificate.hex(),
            signed_by=BODY.name,
            signed_at="2026-11-23T09:07:00+07:00",
            lookup_code="7KQ2M6XD4TRAUVWX",
        )
    )


@pytest.mark.parametrize("part", ["pdf", "data"])
def test_wherever_one_byte_is_altered_the_file_is_never_taken_for_an_intact_one(files, part):
    content = getattr(files, part)
    places = random.Random(4).sample(range(len(content)), 40) + [0, 5, len(content) - 1]
    for place in places:
        altered = bytearray(content)
        altered[place] ^= 0x10
        told = found(bytes(altered))
        # White space around the root of an XML file is no part of what is signed: its hash alone tells.
        is_outside = part == "data" and not content[:place].strip(b"\n").count(b"<BLai")
        is_in_open_place = part == "pdf" and content[place : place + 1] in b"0>\n" and told.is_intact
        # The name of the signature's own element signs nothing and is not signed: the file's hash alone tells.
        names = re.finditer(rb"#?SignXMLSignature\w+", content) if part == "data" else ()
        is_name = any(name.start() <= place < name.end() for name in names)
        assert not (told.is_intact and told.is_whole) or is_outside or is_in_open_place or is_name, place


def test_what_is_added_after_signing_is_not_covered(files):
    writer = PdfWriter(io.BytesIO(files.pdf), incremental=True)
    writer.add_metadata({"/Title": "Biên lai 900.000 đ"})
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(files.pdf)
    for more in (out.getvalue(), files.pdf + b"\n% 900.000"):
        assert (found(more).is_intact, found(more).is_whole) == (True, False)


def test_a_copy_that_was_written_anew_is_not_intact(files):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(files.pdf)))
    out = io.BytesIO()
    writer.write(out)
    assert not found(out.getvalue()).is_intact


def test_a_signature_of_somebody_else_leads_to_no_root_of_ours():
    foreign = signed(RsaSigner())
    for content in (foreign.pdf, foreign.data):
        told = found(content)
        assert (told.is_signed, told.is_intact, told.is_trusted) == (True, True, False)


def test_the_data_of_one_receipt_in_the_signature_of_another_is_not_intact(files):
    other = signed(number=2).data
    start, end = b"<DLBLai>", b"</DLBLai>"
    mixed = (
        files.data[: files.data.index(start)]
        + other[other.index(start) : other.index(end)]
        + files.data[files.data.index(end) :]
    )
    assert not found(mixed).is_intact


def test_data_wrapped_around_what_is_signed_is_not_intact(files):
    """The signed root moved inside another one that says something else."""
    body = files.data.partition(b"?>\n")[2]
    wrapped = b'<BLai xmlns="urn:motcua:bien-lai:1"><DLBLai><TTChung><MTCuu>AAAAAAAAAAAAAAAA</MTCuu></TTChung></DLBLai>'
    told = found(wrapped + body + b"</BLai>")
    assert not told.is_intact


LAUGHS = b"".join(
    b'<!ENTITY a%d "%s">' % (level, b"&a%d;" % (level - 1) * 10 if level else b"ha") for level in range(12)
)
BOMBS = {
    "billion laughs": b"<!DOCTYPE x [" + LAUGHS + b"]><x>&a11;</x>",
    "external entity": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "external types": b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>',
    "sixteen bits": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x><x/>'.encode("utf-16"),
    "deep": b"<x>" * 80_000,
    "many attributes": b"<x " + b" ".join(b'a%d=""' % n for n in range(20_000)) + b"/>",
    "large": b"<x>" + b"a" * 300_000 + b"</x>",
    "not closed": b"<BLai xmlns='urn:motcua:bien-lai:1'>",
}


@pytest.mark.parametrize("name", BOMBS)
def test_xml_that_would_harm_a_parser_is_refused(name):
    assert found(BOMBS[name]).fault in ("forbidden", "unreadable", "other_kind")


def many_objects() -> bytes:
    return b"%PDF-1.7\n" + b"".join(b"%d 0 obj<<>>endobj\n" % n for n in range(1, 20_000)) + b"%%EOF"


def exploding_stream() -> bytes:
    """A cross-reference stream of two megabytes that would be two thousand."""
    zeros = zlib.compressobj(9)
    packed = b"".join(zeros.compress(b"\0" * 2**20) for _ in range(1500)) + zeros.flush()
    head = b"<</Type/XRef/Size 9/W[1 2 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    return b"%PDF-1.7\n1 0 obj" + head + packed + b"\nendstream endobj\nstartxref\n9\n%%EOF"


def encrypted() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100)
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def in_circles() -> bytes:
    """Pages that are their own parents, and a field that is its own kid."""
    head = b"%PDF-1.4\n"
    objects = [
        b"1 0 obj<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R]>>>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[2 0 R]/Parent 2 0 R/Count 1>>endobj\n",
        b"3 0 obj<</FT/Sig/T(a)/Kids[3 0 R]/Parent 3 0 R>>endobj\n",
    ]
    places, at = [], len(head)
    for each in objects:
        places.append(b"%010d 00000 n \n" % at)
        at += len(each)
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(places)
    return head + b"".join(objects) + table + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % at


HARMFUL = {
    "many objects": (many_objects, {"forbidden"}),
    "exploding stream": (exploding_stream, {"unreadable"}),
    "encrypted": (encrypted, {"encrypted"}),
    "in circles": (in_circles, {"", "unreadable"}),
    "cut off": (lambda: signed().pdf[:20_000], {"unreadable"}),
    "only a head": (lambda: b"%PDF-1.7\n", {"unreadable"}),
    "too large": (lambda: b"%PDF-1.7\n" + b"0" * MOST_BYTES, {"too_large"}),
    "a picture": (lambda: b"\x89PNG\r\n", {"other_kind"}),
    "nothing": (lambda: b"", {"other_kind"}),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_file_that_would_harm_is_refused_within_bounds_of_memory_and_time(name):
    make, faults = HARMFUL[name]
    content = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = finding_of(content)
    assert told.fault in faults
    assert not told.is_intact
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


def test_a_file_that_takes_too_long_is_one_that_cannot_be_read(files, monkeypatch):
    monkeypatch.setattr(outside, "_SECONDS", 0.01)
    assert finding_of(files.pdf).fault == "unreadable"


def test_an_ordinary_pdf_is_not_signed():
    assert found(given.a_pdf()) == Finding()


def test_the_process_that_examines_knows_no_secret_of_the_program(files, monkeypatch):
    seen = {}
    run = outside.subprocess.run

    def watch(*args, **more):
        seen.update(more["env"])
        return run(*args, **more)

    monkeypatch.setattr(outside.subprocess, "run", watch)
    assert finding_of(files.pdf).is_intact
    assert set(seen) == {"PATH", "PYTHONDONTWRITEBYTECODE", "OPENBLAS_NUM_THREADS"}


def test_an_authority_that_is_no_longer_trusted_is_told(files, settings):
    settings.TEST_AUTHORITY_ALLOWED = False
    told = finding_of(files.pdf)
    assert (told.is_intact, told.is_trusted) == (True, False)


def test_few_files_are_examined_at_once_and_others_are_asked_to_wait(files, monkeypatch):
    monkeypatch.setattr(outside, "_WAIT", 0.01)
    with outside._few, outside._few, pytest.raises(Busy):
        finding_of(files.pdf)
    assert finding_of(files.pdf).is_intact
