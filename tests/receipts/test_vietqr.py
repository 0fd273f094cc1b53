"""The code that a bank's app reads: tags and lengths as EMVCo has them, Napas' own examples, and what is no transfer."""

from __future__ import annotations

import pytest

from apps.receipts.vietqr import checksum, transfer_code

# Examples that Napas published with its profile, their checksums included.
EXAMPLES = (
    "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN63049E6F",
    "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA"
    "530370454061800005802VN62340107NPS68690819thanh toan don hang63042E2E",
)
ORDER = {"bank_bin": "970436", "account": "0011002345678", "amount": 8000, "memo": "ABCDEFGH2345"}


def fields(text: str) -> dict[str, str]:
    """Tag, two digits of length, value: read independently of how it is written."""
    read, rest = {}, text
    while rest:
        tag, length = rest[:2], int(rest[2:4])
        read[tag], rest = rest[4 : 4 + length], rest[4 + length :]
        assert len(read[tag]) == length
    return read


def test_the_checksum_is_the_one_of_the_standards_check_value():
    assert checksum(b"123456789") == 0x29B1


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_checksum_of_published_examples(example):
    assert f"{checksum(example[:-4].encode()):04X}" == example[-4:]


def test_a_transfer_says_bank_account_amount_and_memo():
    text = transfer_code(**ORDER)
    read = fields(text)
    assert list(read) == ["00", "01", "38", "53", "54", "58", "62", "63"]
    assert (read["00"], read["01"], read["53"], read["54"], read["58"]) == ("01", "12", "704", "8000", "VN")
    merchant = fields(read["38"])
    assert (merchant["00"], merchant["02"]) == ("A000000727", "QRIBFTTA")
    assert fields(merchant["01"]) == {"00": "970436", "01": "0011002345678"}
    assert fields(read["62"]) == {"08": "ABCDEFGH2345"}
    assert read["63"] == f"{checksum(text[:-4].encode()):04X}"


def test_it_is_written_as_the_published_example_but_for_the_bill_number():
    text = transfer_code(
        bank_bin="970403", account="0011012345678", amount=180000, memo="thanh toan don hang"
    )
    assert text[:-8].replace("62230819", "62340107NPS68690819") == EXAMPLES[1][:-8]


@pytest.mark.parametrize(
    "other",
    [
        {"bank_bin": "97043"},
        {"bank_bin": "97043A"},
        {"account": ""},
        {"account": "1" * 20},
        {"account": "00-11"},
        {"amount": 0},
        {"amount": -8000},
        {"amount": 10**13},
        {"memo": ""},
        {"memo": "phí"},
        {"memo": "A" * 26},
    ],
)
def test_what_no_bank_could_read_is_refused(other):
    with pytest.raises(ValueError, match="bank|amount"):
        transfer_code(**{**ORDER, **other})
