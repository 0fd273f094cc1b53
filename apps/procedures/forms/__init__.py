"""The questions that a version asks, and the answers: one check for API, portal, counter and preview.

A form is a JSON Schema 2020-12 of which little is used, with hints:

    x-order             the order of the questions, of a form and of the rows of a repeated group
    x-sections          [{name, title, title_en}], and x-section of a question: under which heading it stands
    x-kind              of what kind a question is, where its type alone does not say (`kinds.py`)
    x-visible-if        a condition: else the question is not asked, and an answer to it is dropped before it is stored
    x-required-if       a condition: then it must be answered, if it is asked; empty: whenever it is asked
    x-eligibility       [{condition, message, message_en}]: where one does not hold, nothing is filed
    x-parties           which answers name people who become parties
    x-options           the words of each choice

Its conditions read other answers, `channel`, `applicant_kind` and `filed_on`; in the rows of a group also the row's own.
"""

from apps.procedures.forms.kinds import (
    FORM_FACTS,
    Kind,
    file_papers,
    kind_of,
    names_in_order,
    shapes_of,
)
from apps.procedures.forms.people import NamedPerson, date_in, people_in
from apps.procedures.forms.reading import AS_DECLARED, Known, Reading, faults_in, read_answers, visible_in

__all__ = [
    "AS_DECLARED",
    "FORM_FACTS",
    "Kind",
    "Known",
    "NamedPerson",
    "Reading",
    "date_in",
    "faults_in",
    "file_papers",
    "kind_of",
    "names_in_order",
    "people_in",
    "read_answers",
    "shapes_of",
    "visible_in",
]
