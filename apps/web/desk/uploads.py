"""Files that a clerk hands in with a form: stored once, also when the same form comes twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from apps.accounts.actors import Actor
from apps.applications.actions import store_upload
from apps.applications.selectors import earlier_upload
from apps.core.errors import Refusal
from apps.web.ui.faults import set_typed


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A stored file of the clerk's."""

    uuid: UUID
    filename: str


def keep_file(given: UploadedFile, *, by: Actor, at: datetime, besides: set[UUID], field: str) -> KeptFile:
    """Stores a file, or finds it where the same clerk gave the same bytes before and no other paper took them.

    So a form that is sent twice names the same file, and is answered as the same request. Raises FileEmpty,
    FileTooLarge, FileKindRefused.
    """
    given.seek(0)
    content = given.read()
    earlier = earlier_upload(content, by=by, besides=besides)
    stored = earlier or store_upload(given.name or "", content, by=by, at=at, field=field)
    return KeptFile(stored.uuid, stored.filename)


def add_file_fields(form: forms.Form, papers: Iterable[tuple[str, str]]) -> list[str]:
    """A field for the file of each paper, given as (code, title), and a hidden one for a file already given; the codes."""
    codes = []
    for code, title in papers:
        form.fields[f"file_{code}"] = forms.FileField(label=title, required=False)
        form.fields[f"kept_{code}"] = forms.UUIDField(widget=forms.HiddenInput, required=False)
        codes.append(code)
    return codes


def keep_all(
    form: forms.Form, papers: Collection[str], *, by: Actor, at: datetime
) -> tuple[dict[str, list[UUID]], list[Refusal]]:
    """Stores the files given now and keeps those given before a refusal, by the code of the paper; and what was refused.

    A stored file's id goes into the form's data, so that the form shown again still has it.
    """
    kept: dict[str, list[UUID]] = {}
    refusals: list[Refusal] = []
    for code in papers:
        given, uuid = form.cleaned_data.get(f"file_{code}"), form.cleaned_data.get(f"kept_{code}")
        if given:
            used = {one for uuids in kept.values() for one in uuids}
            try:
                uuid = keep_file(given, by=by, at=at, besides=used, field=f"file_{code}").uuid
            except Refusal as refusal:
                refusals.append(refusal)
                continue
            set_typed(form, f"kept_{code}", str(uuid))
        if uuid:
            kept[code] = [uuid]
            form[f"file_{code}"].help_text = _("A file is already here; choose another only to replace it.")
    return kept, refusals
