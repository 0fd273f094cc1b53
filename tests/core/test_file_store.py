"""A stored file is whole or not there, and on the disk before a row can refer to it."""

from __future__ import annotations

import os
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile

from apps.core.file_store import FileStore, Kept
from apps.core.file_store import store as store_file


@pytest.fixture
def store(tmp_path) -> FileStore:
    return FileStore(location=tmp_path)


def names(store: FileStore) -> list[str]:
    root = Path(store.location)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def content(store: FileStore, name: str) -> bytes:
    with store.open(name) as file:
        return file.read()


def test_it_is_what_the_program_stores_in():
    assert isinstance(default_storage._wrapped, FileStore)
    assert default_storage.path("a") == f"{settings.MEDIA_ROOT}/a"


def test_a_file_lies_under_the_name_that_is_given_back_and_nothing_beside_it(store):
    assert store.save("papers/2026/a.pdf", ContentFile(b"whole")) == "papers/2026/a.pdf"
    assert names(store) == ["papers/2026/a.pdf"]
    assert content(store, "papers/2026/a.pdf") == b"whole"
    assert os.stat(store.path("papers/2026/a.pdf")).st_mode & 0o777 == 0o644


def test_a_name_that_is_taken_while_the_file_is_written_stays_its_owners(store, monkeypatch):
    link = os.link

    def taken_first(source, name):
        monkeypatch.undo()
        Path(name).write_bytes(b"mine")
        link(source, name)

    monkeypatch.setattr(os, "link", taken_first)
    other = store.save("a.pdf", ContentFile(b"yours"))
    assert other != "a.pdf" and names(store) == sorted(["a.pdf", other])
    assert (content(store, "a.pdf"), content(store, other)) == (b"mine", b"yours")


def test_a_large_upload_is_moved_in(store):
    upload = TemporaryUploadedFile("b.pdf", "application/pdf", 5, None)
    upload.write(b"large")
    upload.flush()
    assert content(store, store.save("b.pdf", upload)) == b"large"
    assert names(store) == ["b.pdf"]


def test_a_write_that_breaks_off_leaves_nothing(store):
    class Broken(ContentFile):
        def chunks(self, chunk_size=None):
            yield b"half"
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        store.save("papers/a.pdf", Broken(b"half and half"))
    assert names(store) == []


def test_the_file_and_every_folder_of_its_name_are_on_the_disk_when_it_is_said_to_be_stored(
    store, monkeypatch
):
    flushed, fsync = [], os.fsync

    def flush(opened):
        flushed.append(os.readlink(f"/proc/self/fd/{opened}"))
        fsync(opened)

    monkeypatch.setattr(os, "fsync", flush)
    store.save("papers/2026/a.pdf", ContentFile(b"whole"))
    root = store.location
    assert flushed == [f"{root}/papers/2026/a.pdf", f"{root}/papers/2026", f"{root}/papers", root]
    FileStore(location=root, flushes=False).save("b.pdf", ContentFile(b"whole"))
    assert len(flushed) == 4


def test_what_is_told_of_a_stored_file_is_of_all_its_bytes_wherever_it_stood_open(tmp_path):
    path = tmp_path / "made.pdf"
    path.write_bytes(b"whole")
    with path.open("rb") as file:
        file.read(3)
        told = [store_file("papers/a.pdf", file), store_file("papers/a.pdf", BytesIO(b"whole"))]
    assert told[0] == Kept("papers/a.pdf", sha256(b"whole").digest(), 5)
    assert told[1] == (told[1].storage_name, *told[0][1:])
    # A name that is taken stays its owner's.
    assert told[1].storage_name != told[0].storage_name
    for each in told:
        with default_storage.open(each.storage_name) as stored:
            assert stored.read() == b"whole"
