"""The facts that conditions read: of what type each is, what it is called, which values it may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Type(StrEnum):
    """What kind of value a fact or a computation has."""

    WHOLE = "whole"
    DATE = "date"
    TEXT = "text"
    TRUTH = "truth"
    CHOICES = "choices"
    ROWS = "rows"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Shape:
    """One fact. `choices` are the only values it may have, each with its words in Vietnamese and English.

    `says` holds, for such a value, a whole clause instead (“nộp trực tuyến”). `fields` are those of a repeated group's rows.
    """

    type: Type
    title: str
    title_en: str
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    says: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    fields: Mapping[str, Shape] = field(default_factory=dict)
    is_question: bool = True


def _of_program(
    type: Type,
    title: str,
    title_en: str,
    choices: Mapping[str, tuple[str, str]] | None = None,
    says: Mapping[str, tuple[str, str]] | None = None,
) -> Shape:
    return Shape(type, title, title_en, choices or {}, says or {}, is_question=False)


_CHANNELS = {
    "counter": ("nộp tại quầy", "it is filed at a counter"),
    "online": ("nộp trực tuyến", "it is filed online"),
    "post": ("gửi qua bưu chính", "it is sent by post"),
}
_KINDS = {
    "citizen": ("chủ hồ sơ là cá nhân", "the applicant is a person"),
    "business": ("chủ hồ sơ là tổ chức", "the applicant is an organisation"),
}
_OUTCOMES = {
    "granted": ("được giải quyết", "what was asked for is granted"),
    "partly": ("được giải quyết một phần", "what was asked for is granted in part"),
    "refused": ("bị từ chối", "what was asked for is refused"),
}
_UNIT_KINDS = {
    "thành phố": ("thành phố", "city"),
    "quận": ("quận", "urban district"),
    "huyện": ("huyện", "rural district"),
    "thị xã": ("thị xã", "town"),
    "phường": ("phường", "urban ward"),
    "xã": ("xã", "commune"),
    "thị trấn": ("thị trấn", "township"),
}

# Facts that the program itself provides, beside the answers of the form.
PROGRAM_FACTS: Mapping[str, Shape] = {
    "channel": _of_program(Type.TEXT, "cách nộp", "the way of filing", _CHANNELS, _CHANNELS),
    "copies": _of_program(Type.WHOLE, "số bản", "the number of copies"),
    "pages": _of_program(Type.WHOLE, "số trang bản chính", "the number of pages of the original"),
    # Full years of the person concerned on the day of receipt.
    "subject_age": _of_program(Type.WHOLE, "độ tuổi của người liên quan", "the age of the person concerned"),
    "applicant_kind": _of_program(Type.TEXT, "chủ hồ sơ", "the applicant", _KINDS, _KINDS),
    "filed_on": _of_program(Type.DATE, "ngày nộp hồ sơ", "the day of filing"),
    # Of the connecting factor.
    "unit_kind": _of_program(Type.TEXT, "loại đơn vị hành chính", "the kind of unit", _UNIT_KINDS),
    # The code of the group of which the case is a part; nothing where it was filed alone.
    "group": _of_program(Type.TEXT, "thủ tục liên thông", "the group of linked procedures"),
    "outcome": _of_program(Type.TEXT, "kết quả", "the outcome", _OUTCOMES, _OUTCOMES),
}
KNOWN_FACTS = frozenset(PROGRAM_FACTS)
