"""Where the servers' files live, and who holds which of them now.

Everything is in `.local/servers/` of the clone. When the servers' user cannot reach the clone (a parent
directory that only root may enter) it is in `/var/tmp/motcua-<user>-<hash of the clone's path>/`, and
`.local/servers` is a link to there. Each set of servers has a directory with a `lock` in it, held by flock
for as long as the set is in use: a lock dies with its holder, a pid file does not.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from devservers.failures import DevserversError
from devservers.processes import Account, account_for_servers, can, end, servers_living_in

PROJECT = "motcua"
CLONE = Path(__file__).resolve().parent.parent
LOCAL = CLONE / ".local"
EPHEMERAL_PREFIX = "run-"
# What a socket's path may take in the kernel is 108 bytes; PostgreSQL and clients add to it.
SOCKETS_PARENT = Path("/tmp")


@dataclass(frozen=True)
class Place:
    """One set of servers: its directory, its sockets' directory and the user it runs as."""

    directory: Path
    sockets: Path
    account: Account | None
    ephemeral: bool

    def make_directory(self, name: str) -> Path:
        """A directory of this set that belongs to the servers' user and is closed to others."""
        path = self.directory / name
        path.mkdir(mode=0o700, exist_ok=True)
        give(path, self.account)
        return path


def clone_hash(length: int = 10, *, salt: str = "") -> str:
    """A short name for this clone, the same at each run, different from its neighbours'."""
    return hashlib.sha256(salt.encode() + os.fsencode(CLONE)).hexdigest()[:length]


def make_local() -> Path:
    """Makes `.local/`, owned as the clone is, so that root and the clone's owner may take turns."""
    try:
        LOCAL.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            owner = CLONE.stat()
            if LOCAL.stat().st_uid != owner.st_uid:
                os.chown(LOCAL, owner.st_uid, owner.st_gid)
        if not os.access(LOCAL, os.W_OK):
            raise PermissionError
    except PermissionError:
        raise DevserversError(
            f"{LOCAL} cannot be written to by you: run this as its owner, or remove it (`sudo make clean`)."
        ) from None
    return LOCAL


@contextmanager
def locked(path: Path, *, waiting: str = "") -> Iterator[None]:
    """Holds `path` by flock, waiting for it if need be, after having said `waiting`."""
    with _open_lock(path) as handle:
        if not _try_lock(handle):
            if waiting:
                print(waiting, flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _open_lock(path: Path) -> IO[str]:
    # Opened for reading: root and the clone's owner can both lock a file that only one of them may write.
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644))


def _try_lock(handle: IO[str]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _share(directory: Path) -> None:
    """Lets others enter a directory whatever the umask, and gives it to a clone's owner who is not root."""
    if directory.stat().st_uid == os.geteuid():
        directory.chmod(0o755)
    owner = CLONE.stat()
    if os.geteuid() == 0 and owner.st_uid:
        os.chown(directory, owner.st_uid, owner.st_gid)


def give(path: Path, account: Account | None) -> None:
    """Makes `path` the property of `account`."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


@contextmanager
def place(name: str, *, ephemeral: bool) -> Iterator[Place]:
    """The place of one set of servers, locked for as long as it is used, cleared of what a crash left.

    Raises DevserversError when a persistent set of that name is in use.
    """
    if name.startswith(EPHEMERAL_PREFIX) or "/" in name or name in {"", ".", "..", "programs"}:
        raise DevserversError(f"{name!r} cannot be a name of a set of servers.")
    make_local()
    account = account_for_servers(CLONE)
    with locked(LOCAL / "places.lock"):
        home = _home(account)
        _clear_what_crashed(home)
        if ephemeral:
            directory = Path(tempfile.mkdtemp(prefix=EPHEMERAL_PREFIX, dir=home))
        else:
            directory = home / name
            directory.mkdir(exist_ok=True)
        _share(directory)
        handle = _open_lock(directory / "lock")
        if not _try_lock(handle):
            handle.close()
            raise DevserversError(
                f"The servers {name!r} of this clone are already running (another `make demo`?):"
                " stop those first, or give this one another name with --name."
            )
    try:
        _end_leftovers(directory)
        sockets = Path(tempfile.mkdtemp(prefix=f"{PROJECT}-", dir=SOCKETS_PARENT))
        give(sockets, account)
        (directory / "sockets").write_text(str(sockets))
        try:
            yield Place(directory, sockets, account, ephemeral)
        finally:
            shutil.rmtree(sockets, ignore_errors=True)
            (directory / "sockets").unlink(missing_ok=True)
    finally:
        if ephemeral:
            shutil.rmtree(directory, ignore_errors=True)
        handle.close()


def _home(account: Account | None) -> Path:
    """The directory of all sets of this clone: in the clone where the servers' user gets that far."""
    inside = LOCAL / "servers"
    if can(account, "-x", LOCAL):
        if inside.is_symlink():
            inside.unlink()
        inside.mkdir(exist_ok=True)
        _share(inside)
        return inside
    outside = _outside()
    if not (inside.is_symlink() and os.readlink(inside) == str(outside)):
        # Left by a clone that stood here before, or whose .local was deleted: its data goes with it.
        _delete_home(outside)
        if inside.is_symlink():
            inside.unlink()
    outside.mkdir(mode=0o755, exist_ok=True)
    if outside.is_symlink() or outside.stat().st_uid != os.geteuid():
        raise DevserversError(f"{outside} belongs to somebody else; remove it.")
    _share(outside)
    if not inside.exists():
        inside.symlink_to(outside)
    return outside


def _outside() -> Path:
    return Path("/var/tmp") / f"{PROJECT}-{os.geteuid()}-{clone_hash()}"


def _clear_what_crashed(home: Path) -> None:
    """Deletes ephemeral sets whose holder is gone, with the servers and sockets that it left."""
    for directory in home.glob(f"{EPHEMERAL_PREFIX}*"):
        with _open_lock(directory / "lock") as handle:
            if _try_lock(handle):
                _end_leftovers(directory)
                shutil.rmtree(directory, ignore_errors=True)


def _end_leftovers(directory: Path) -> None:
    """Ends servers that outlived the run that started them, and removes their sockets."""
    for data in (directory / "postgres", directory / "valkey"):
        end(lambda data=data: servers_living_in(data), gently=signal.SIGINT, seconds=20)  # type: ignore[misc]
    note = directory / "sockets"
    if note.exists():
        sockets = Path(note.read_text())
        if (
            sockets.parent == SOCKETS_PARENT
            and sockets.name.startswith(f"{PROJECT}-")
            and not sockets.is_symlink()
        ):
            shutil.rmtree(sockets, ignore_errors=True)
        note.unlink()


def _delete_home(home: Path) -> None:
    if home.is_symlink() or not home.is_dir() or home.stat().st_uid != os.geteuid():
        return
    for directory in home.iterdir():
        _end_leftovers(directory)
    shutil.rmtree(home)


def clean() -> None:
    """Deletes every set of servers of this clone. Raises DevserversError when one is in use."""
    make_local()
    with locked(LOCAL / "places.lock"):
        for home in (LOCAL / "servers", _outside()):
            if not home.is_dir():
                continue
            for directory in home.iterdir():
                with _open_lock(directory / "lock") as handle:
                    if not _try_lock(handle):
                        raise DevserversError(
                            f"The servers {directory.name!r} of this clone are running: stop them first."
                        )
            _delete_home(home)
        (LOCAL / "servers").unlink(missing_ok=True)
