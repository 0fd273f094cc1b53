"""Case codes: `<receiving agency>-YYMMDD-<serial of the day>`; the older form stays valid on input. Pure."""

from __future__ import annotations

import re
from datetime import date

from apps.cases.errors import CaseCodeMalformed

_NEW = re.compile(r"[A-Y]\d{2}(\.[0-9A-Z]{1,5}){0,5}-\d{6}-\d{4,8}")
# Thông tư 01/2018/TT-VPCP with QCVN 102:2016/BTTTT.
_OLD = re.compile(r"([0-9A-Z]{2,3}\.){3}H26-\d{6}-\d{4,6}")


def case_code(agency_code: str, day: date, serial: int) -> str:
    """The code of the serial-th case that an agency receives on a day."""
    return f"{agency_code}-{day:%y%m%d}-{serial:04d}"


def read_case_code(text: str) -> str:
    """The code in capitals without spaces. Raises CaseCodeMalformed for what can never be one."""
    code = re.sub(r"\s", "", text).upper()
    if not (_NEW.fullmatch(code) or _OLD.fullmatch(code)):
        raise CaseCodeMalformed(field="code")
    return code
