"""A tree as a sentence that an administrator reads, in Vietnamese and in English; what is malformed is said to be so.

The words of both languages stand here beside one another, and not in the catalogues of translations: each is a piece
of a sentence whose order differs, and a version shows both whatever the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from apps.procedures.conditions.facts import Shape, Type
from apps.procedures.conditions.tree import COMPARISONS, MOST_LEVELS, PAIRS, SEVERAL, is_always

_WORDS: dict[str, dict[str, str]] = {
    "vi": {
        "always": "luôn luôn",
        "malformed": "(biểu thức sai)",
        "all": " và ",
        "any": " hoặc ",
        "not": "không thuộc trường hợp {0}",
        "yes": "“{0}”: có",
        "no": "“{0}”: không",
        "is_answered": "có trả lời {0}",
        "is_not_answered": "không trả lời {0}",
        "eq": "{0} là {1}",
        "ne": "{0} không phải là {1}",
        "lt": "{0} dưới {1}",
        "le": "{0} không quá {1}",
        "gt": "{0} trên {1}",
        "ge": "{0} từ {1} trở lên",
        "date_eq": "{0} là {1}",
        "date_ne": "{0} không phải là {1}",
        "date_lt": "{0} trước {1}",
        "date_le": "{0} không sau {1}",
        "date_gt": "{0} sau {1}",
        "date_ge": "{0} từ {1} trở đi",
        "has": "{0} có chọn {1}",
        "has_not": "{0} không chọn {1}",
        "true": "có",
        "false": "không",
        "add": "({0} + {1})",
        "multiply": "({0} × {1})",
        "subtract": "({0} − {1})",
        "min": "số nhỏ nhất trong ({0}; {1})",
        "max": "số lớn nhất trong ({0}; {1})",
        "years_between": "số năm tròn từ {0} đến {1}",
        "days_between": "số ngày từ {0} đến {1}",
        "count": "số dòng của {0}",
        "sum": "tổng {1} của {0}",
    },
    "en": {
        "always": "always",
        "malformed": "(malformed expression)",
        "all": " and ",
        "any": " or ",
        "not": "it is not the case that {0}",
        "yes": "“{0}”: yes",
        "no": "“{0}”: no",
        "is_answered": "{0} is answered",
        "is_not_answered": "{0} is not answered",
        "eq": "{0} is {1}",
        "ne": "{0} is not {1}",
        "lt": "{0} is less than {1}",
        "le": "{0} is at most {1}",
        "gt": "{0} is more than {1}",
        "ge": "{0} is {1} or more",
        "date_eq": "{0} is {1}",
        "date_ne": "{0} is not {1}",
        "date_lt": "{0} is before {1}",
        "date_le": "{0} is not after {1}",
        "date_gt": "{0} is after {1}",
        "date_ge": "{0} is not before {1}",
        "has": "{0} includes {1}",
        "has_not": "{0} does not include {1}",
        "true": "yes",
        "false": "no",
        "add": "({0} + {1})",
        "multiply": "({0} × {1})",
        "subtract": "({0} − {1})",
        "min": "the least of ({0}; {1})",
        "max": "the greatest of ({0}; {1})",
        "years_between": "the full years from {0} to {1}",
        "days_between": "the days from {0} to {1}",
        "count": "the number of rows of {0}",
        "sum": "the sum of {1} over {0}",
    },
}
_OPPOSITE = {"eq": "ne", "in": "ne", "ne": "eq"}


def in_words(condition: Any, shapes: Mapping[str, Shape], language: str) -> str:
    """A condition as a sentence without a full stop, in `vi` or `en`. Never raises: it also shows what is being edited."""
    return _Speaker(shapes, "en" if language == "en" else "vi").condition(condition, MOST_LEVELS)


class _Speaker:
    """One language, and what the facts are called."""

    def __init__(self, shapes: Mapping[str, Shape], language: str) -> None:
        self.shapes, self.language, self.words = shapes, language, _WORDS[language]

    def say(self, key: str, *parts: str) -> str:
        return self.words[key].format(*parts)

    def condition(self, node: Any, levels: int, *, is_inner: bool = False) -> str:
        if is_always(node):
            return self.words["always"]
        if levels == 0:
            return self.words["malformed"]
        match node:
            case {"all": list(parts)} | {"any": list(parts)} if parts:
                said = [self.condition(part, levels - 1, is_inner=len(parts) > 1) for part in parts]
                text = self.words["all" if "all" in node else "any"].join(said)
                return f"({text})" if is_inner and len(parts) > 1 else text
            case {"not": part}:
                return self.opposite(part, levels - 1, is_inner=is_inner)
            case {"is_answered": str(name)}:
                return self.say("is_answered", self.title(name))
            case {"fact": str(name), "op": str(op), "value": value}:
                return self.fact(name, op, value, levels - 1, is_inner=is_inner)
            case {"op": str(op), "left": left, "right": right} if op in COMPARISONS:
                return self.two(op, left, right, levels - 1)
        return self.words["malformed"]

    def opposite(self, node: Any, levels: int, *, is_inner: bool) -> str:
        """What “not” says, with the verb turned round where that is how people say it."""
        match node:
            case {"is_answered": str(name)}:
                return self.say("is_not_answered", self.title(name))
            case {"fact": str(name), "op": "eq", "value": bool(value)}:
                return self.fact(name, "eq", not value, levels, is_inner=is_inner)
            case {"fact": str(name), "op": str(op), "value": value} if op in _OPPOSITE and not self.clauses(
                name
            ):
                return self.fact(name, _OPPOSITE[op], value, levels, is_inner=is_inner)
            case {"fact": str(name), "op": "has", "value": value}:
                return self.say("has_not", self.title(name), self.literal(value, name))
        return self.say("not", self.condition(node, levels, is_inner=True))

    def fact(self, name: str, op: str, value: Any, levels: int, *, is_inner: bool = False) -> str:
        values = value if isinstance(value, list) else [value]
        clauses = self.clauses(name)
        if (
            op in ("eq", "in")
            and clauses
            and all(isinstance(each, str) and each in clauses for each in values)
        ):
            text = self.words["any"].join(clauses[each] for each in values)
            return f"({text})" if is_inner and len(values) > 1 else text
        if op in ("eq", "ne") and isinstance(value, bool) and name in self.shapes:
            return self.say("yes" if value == (op == "eq") else "no", self.bare_title(name))
        said = self.words["any"].join(self.literal(each, name, levels) for each in values)
        if op == "has":
            return self.say("has", self.title(name), said)
        op = "eq" if op == "in" else op
        if op not in COMPARISONS:
            return self.words["malformed"]
        shape = self.shapes.get(name)
        is_date = shape is not None and shape.type == Type.DATE
        text = self.say(f"date_{op}" if is_date else op, self.title(name), said)
        return f"({text})" if is_inner and len(values) > 1 else text

    def two(self, op: str, left: Any, right: Any, levels: int) -> str:
        name = left.get("fact") if isinstance(left, dict) and isinstance(left.get("fact"), str) else ""
        is_date = self.is_date(left) or self.is_date(right)
        first = self.value(left, levels)
        second = self.literal(right, name, levels) if name else self.value(right, levels)
        return self.say(f"date_{op}" if is_date else op, first, second)

    def is_date(self, node: Any) -> bool:
        match node:
            case {"date": _}:
                return True
            case {"fact": str(name)}:
                return name in self.shapes and self.shapes[name].type == Type.DATE
            case {"add": [first, *_]} | {"subtract": [first, *_]}:
                return isinstance(first, dict) and len(str(first)) < 500 and self.is_date(first)
        return False

    def value(self, node: Any, levels: int) -> str:
        if levels <= 0:
            return self.words["malformed"]
        match node:
            case {"date": _}:
                return self.literal(node, "")
            case {"fact": str(name)}:
                return self.title(name)
            case {"count": str(name)}:
                return self.say("count", self.title(name))
            case {"sum": [str(group), str(name)]}:
                return self.say("sum", self.title(group), self.title_in(group, name))
            case dict() if len(node) == 1:
                [(name, operands)] = node.items()
                if isinstance(operands, list) and len(operands) >= 2 and name in (*SEVERAL, *PAIRS):
                    first, *others = (self.value(each, levels - 1) for each in operands)
                    signs = {"add": " + ", "multiply": " × ", "subtract": " − "}
                    return self.say(name, first, signs.get(name, "; ").join(others))
                return self.words["malformed"]
        return self.literal(node, "", levels)

    def literal(self, value: Any, name: str, levels: int = 1) -> str:
        """A value as people write it: the label of a choice, dd/mm/yyyy, thousands set apart."""
        shape = self.shapes.get(name)
        if isinstance(value, bool):
            return self.words["true" if value else "false"]
        if isinstance(value, int):
            # So large a number is no answer, and Python refuses to write the largest.
            return (
                f"{value:,}".replace(",", "." if self.language == "vi" else ",")
                if abs(value) < 10**18
                else "∞"
            )
        if isinstance(value, dict) and isinstance(value.get("date"), str) and len(value) == 1:
            return _day(value["date"])
        if isinstance(value, str):
            if shape and value in shape.choices:
                label = shape.choices[value][self.language == "en"]
                return f"“{label}”" if shape.is_question else label
            return _day(value) if shape and shape.type == Type.DATE else f"“{value}”"
        if isinstance(value, dict):
            return self.value(value, levels - 1)
        return self.words["malformed"]

    def clauses(self, name: str) -> dict[str, str]:
        shape = self.shapes.get(name)
        return {value: said[self.language == "en"] for value, said in shape.says.items()} if shape else {}

    def bare_title(self, name: str) -> str:
        shape = self.shapes.get(name)
        return (shape.title_en if self.language == "en" else shape.title) if shape else name

    def title(self, name: str) -> str:
        """What a fact is called; a question between quotation marks."""
        shape, title = self.shapes.get(name), self.bare_title(name)
        return f"“{title}”" if shape is None or shape.is_question else title

    def title_in(self, group: str, name: str) -> str:
        shape = self.shapes.get(group)
        of = shape.fields.get(name) if shape else None
        return f"“{(of.title_en if self.language == 'en' else of.title) if of else name}”"


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).strftime("%d/%m/%Y")
    except ValueError:
        return f"“{text}”"
