"""Where uploads and papers lie: a file is there whole or not at all, and what is said to be stored outlives the machine's stop."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage


class Kept(NamedTuple):
    """Stored bytes as a row tells of them: where they lie, their sha256, how many they are."""

    storage_name: str
    sha256: bytes
    size: int


def store(name: str, file: BufferedReader | BytesIO) -> Kept:
    """Stores a file whole under this name, or a like one where that is taken; to be called outside any transaction.

    It is on the disk when this returns: a row may then refer to it. A crash in between leaves a file that nothing refers
    to, and the next attempt stores its own.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").digest()
    file.seek(0)
    return Kept(default_storage.save(name, File(file)), digest, size)


class FileStore(FileSystemStorage):
    """A folder of a disk with hard links.

    A file is written under a name of its own and then given the name under which a row will refer to it. A write that
    fails leaves nothing, else those who try again would fill a full disk with halves; a process that is killed leaves at most a
    `.part`, to which nothing refers. The row is written after `save`: by then the file is on the disk, as the row will be.
    """

    def __init__(self, *args: Any, flushes: bool = True, **options: Any) -> None:
        """`flushes` false leaves it to the system when a file reaches the disk: for tests alone."""
        super().__init__(*args, **options)
        self._flushes = flushes

    def _save(self, name: str, content: Any) -> str:
        part = f"{name}.{uuid4().hex}.part"
        try:
            super()._save(part, content)  # type: ignore[misc]
            stored = self._link(part, name)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(self.path(part))
        if self._flushes:
            self._flush(Path(self.path(stored)))
        return stored

    def _link(self, part: str, name: str) -> str:
        """Gives a written file its name, or another where somebody has just taken that."""
        while True:
            try:
                os.link(self.path(part), self.path(name))
            except FileExistsError:
                name = self.get_available_name(name)
            else:
                return name

    def _flush(self, file: Path) -> None:
        """The file is on the disk when this returns, and its name in each folder down to it."""
        for path in (file, *file.parents):
            opened = os.open(path, os.O_RDONLY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)
            if path == Path(self.location):
                break
