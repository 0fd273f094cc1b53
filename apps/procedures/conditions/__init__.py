"""Conditions of limits, fees, papers, competence and questions: one small expression tree over named facts, pure.

    null, {}                                            always
    {"fact": "channel", "op": "eq", "value": "online"}  a fact compared with a value: eq ne lt le gt ge in has
    {"op": "ge", "left": …, "right": …}                 two computed values compared: eq ne lt le gt ge
    {"is_answered": "mother_name"}                      whether a fact is known
    {"all": […]}  {"any": […]}  {"not": …}              combinations

Computed values:

    3  "birth"  true  {"date": "2026-12-31"}  {"fact": "copies"}
    {"add": […]}  {"subtract": [a, b]}  {"multiply": […]}  {"min": […]}  {"max": […]}
    {"years_between": [from, to]}  {"days_between": [from, to]}
    {"count": "members"}  {"sum": ["members", "capital"]}   over the rows of a repeated group

Numbers are whole; a date and days may be added or subtracted. What rests on a fact that is not known is itself not
known, and a comparison with it is false, so that a rule never applies by accident. A tree is bounded in depth and size
and refers to no other, so that reading it always ends.
"""

from apps.procedures.conditions.checking import Misfit, facts_used, misfits_in
from apps.procedures.conditions.evaluation import Facts, holds, value_of
from apps.procedures.conditions.facts import KNOWN_FACTS, PROGRAM_FACTS, Shape, Type
from apps.procedures.conditions.tree import ConditionMalformed
from apps.procedures.conditions.words import in_words

__all__ = [
    "KNOWN_FACTS",
    "PROGRAM_FACTS",
    "ConditionMalformed",
    "Facts",
    "Misfit",
    "Shape",
    "Type",
    "facts_used",
    "holds",
    "in_words",
    "misfits_in",
    "value_of",
]
