"""What a log line may hold of a person: nothing that tells them apart, also where the database quotes a value."""

from __future__ import annotations

import io
import logging

from apps.core.masking import MaskingFormatter, MaskPersonalData, mask_memo


def logged(*args: object, exc: Exception | None = None) -> str:
    """A line as the program's own handler writes it."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(MaskingFormatter("%(message)s"))
    handler.addFilter(MaskPersonalData())
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, str(args[0]), args[1:], None)
    if exc is not None:
        try:
            raise exc
        except Exception as raised:
            record.exc_info = (type(raised), raised, raised.__traceback__)
    handler.handle(record)
    return out.getvalue()


def test_numbers_and_addresses_of_a_message_are_hidden():
    line = logged("filed by %s, %s", "001185000001", "buoi@example.vn")
    assert "001185000001" not in line and "buoi@" not in line


def test_what_a_traceback_quotes_is_hidden_as_well():
    line = logged("fault", exc=ValueError("Key (identity_number)=(001185000001), mail buoi@example.vn"))
    assert "ValueError" in line
    assert "001185000001" not in line and "buoi@" not in line


def test_of_a_memo_only_codes_of_ours_and_first_letters_stay():
    memo = "NGUYEN VAN A ck ABCDEFGH2345, tk 0987654321 ngay 5/3"
    masked = mask_memo(memo, {"ABCDEFGH2345"})
    assert masked == "N• V• A• c• ABCDEFGH2345, t• •••••••321 n• •••"
    assert mask_memo("ABCDEFGH2345") == "•••••••••345"
    assert mask_memo("") == ""
