"""One of each paper, of people and cases that exist nowhere: to be looked at, and to prove what papers say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from apps.documents.snapshots import PaperKind
from apps.operations.specimens import books, papers

SPECIMENS: Mapping[PaperKind, Callable[[], Mapping[str, Any]]] = {
    "receipt": papers.receipt,
    "form_01": papers.form_01,
    "form_02": papers.form_02,
    "form_03": papers.form_03,
    "form_04": papers.form_04,
    "form_04ss": papers.form_04ss,
    "form_05": papers.form_05,
    "form_06": books.form_06,
    "form_07": books.form_07,
    "list_01": books.list_01,
    "use_01": books.use_01,
}
