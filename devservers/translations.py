"""Compiles the translations (.po) into what gettext reads (.mo), with Babel: msgfmt may not be installed."""

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from devservers.places import CLONE


def compile_translations(root: Path) -> list[Path]:
    """Writes each .mo that is absent or older than its .po; gives the paths. Fuzzy entries are left out."""
    written = []
    for source in sorted(root.glob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        with source.open("rb") as handle:
            catalogue = read_po(handle, abort_invalid=True)
        unfinished = target.with_suffix(f".{os.getpid()}")
        with unfinished.open("wb") as handle:
            write_mo(handle, catalogue)
        # In one step: another process may be reading the old one.
        unfinished.replace(target)
        written.append(target)
    return written


if __name__ == "__main__":
    for path in compile_translations(CLONE):
        print(f"Compiled {path.relative_to(CLONE)}")
    sys.exit(0)
