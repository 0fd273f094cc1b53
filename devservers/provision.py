"""Makes the program's database and its two roles, on a server where we may.

The program never owns its tables: the owner's role migrates; the migrations grant to the program's role.
"""

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import psycopg
from psycopg import conninfo, sql

from devservers.failures import DevserversError
from devservers.places import EPHEMERAL_PREFIX, PROJECT, Place, clone_hash

OLDEST_VERSION = 15


@dataclass(frozen=True)
class Names:
    """What the database and the two roles are called."""

    database: str
    owner: str
    program: str


@dataclass(frozen=True)
class Provisioned:
    """A database that is ready to be migrated."""

    owner_url: str
    program_url: str
    names: Names

    def environment(self) -> dict[str, str]:
        """What the command is given in its environment."""
        return {
            "DATABASE_OWNER_URL": self.owner_url,
            "DATABASE_URL": self.program_url,
            "DATABASE_PROGRAM_ROLE": self.names.program,
        }


def own_names() -> Names:
    """The names on a server that nobody else uses."""
    return _names("")


def names_of_this_clone(place: Place) -> Names:
    """The names on a server shared with others: with this clone's mark, and an ephemeral run's."""
    run = f"_{place.directory.name.removeprefix(EPHEMERAL_PREFIX)}" if place.ephemeral else ""
    return _names(f"_{_mark()}{run}")


def _mark() -> str:
    return clone_hash(8, salt=socket.gethostname())


def _names(suffix: str) -> Names:
    return Names(f"{PROJECT}{suffix}", f"{PROJECT}_owner{suffix}", f"{PROJECT}_program{suffix}")


@contextmanager
def provisioned(administrator_url: str, names: Names, *, drop: bool) -> Iterator[Provisioned]:
    """Provisions for the length of the block, and drops database and roles after it when `drop` is set.

    Raises DevserversError when the server is too old or cannot be reached, or the login lacks a right.
    """
    if not drop:
        yield provision(administrator_url, names)
        return
    # This session stays open for as long as the names are in use: it is how the next run knows that they are.
    with psycopg.connect(administrator_url, autocommit=True, application_name=names.owner) as _in_use:
        try:
            yield provision(administrator_url, names)
        finally:
            remove(administrator_url, names)


def remove_what_crashed_runs_left(administrator_url: str, place: Place) -> None:
    """Drops what ephemeral runs of this clone, killed before they could do it, left on that server."""
    prefix = f"{PROJECT}_owner_{_mark()}_"
    with _administrator(administrator_url) as connection:
        left = connection.execute(
            "select rolname from pg_roles where starts_with(rolname, %s)"
            " and rolname not in (select coalesce(application_name, '') from pg_stat_activity)",
            [prefix],
        ).fetchall()
    for (owner,) in left:
        run = owner.removeprefix(prefix)
        if not (place.directory.parent / f"{EPHEMERAL_PREFIX}{run}").exists():
            remove(administrator_url, _names(f"_{_mark()}_{run}"))


def provision(administrator_url: str, names: Names) -> Provisioned:
    """Makes what is missing of the two roles and the database; can be repeated.

    On a server reached over the network each run sets new passwords, so none is kept in a file.
    """
    with _administrator(administrator_url) as connection:
        passwords: dict[str, str] = {}
        trusted = _is_socket_of_ours(connection)
        for role, attributes in ((names.owner, "LOGIN CREATEDB"), (names.program, "LOGIN NOCREATEDB")):
            _make_role(connection, role, attributes)
            if not trusted:
                passwords[role] = secrets.token_urlsafe(24)
                _set_password(connection, role, passwords[role])
        # So that the owner, who drops the databases of tests, may end sessions of the program that are still open.
        connection.execute(
            sql.SQL("grant {} to {}").format(sql.Identifier(names.program), sql.Identifier(names.owner))
        )
        _make_database(connection, names)
        made = Provisioned(
            _url(administrator_url, connection, names.owner, passwords.get(names.owner), names.database),
            _url(administrator_url, connection, names.program, passwords.get(names.program), names.database),
            names,
        )
    _prove_logins(made)
    return made


def remove(administrator_url: str, names: Names) -> None:
    """Drops the two roles and every database of the owner, those of tests included."""
    with _administrator(administrator_url) as connection:
        owned = connection.execute(
            "select datname from pg_database join pg_roles on pg_roles.oid = datdba where rolname = %s",
            [names.owner],
        ).fetchall()
        for (database,) in owned:
            connection.execute(
                sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database))
            )
        for role in (names.program, names.owner):
            connection.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(role)))


@contextmanager
def _administrator(url: str) -> Iterator[psycopg.Connection]:
    """A connection that may make roles and databases, outside any transaction."""
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        raise DevserversError(f"DATABASE_URL cannot be connected to: {_first_line(error)}") from None
    with connection:
        if connection.info.server_version < OLDEST_VERSION * 10_000:
            raise DevserversError(
                f"The server of DATABASE_URL is PostgreSQL {connection.info.server_version // 10_000};"
                f" {OLDEST_VERSION} is the oldest that is supported."
            )
        rights = connection.execute(
            "select rolsuper, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user"
        ).fetchone()
        if rights is None or not (rights[0] or (rights[1] and rights[2])):
            raise DevserversError(
                f"The login {connection.info.user!r} of DATABASE_URL may not make roles and databases:"
                " name one that may (CREATEROLE and CREATEDB), or set DATABASE_OWNER_URL and DATABASE_URL"
                " to two roles that exist already."
            )
        try:
            yield connection
        except psycopg.Error as error:
            raise DevserversError(f"The server of DATABASE_URL refused: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _is_socket_of_ours(connection: psycopg.Connection) -> bool:
    """Whether this is a server that trusts whoever reaches its socket, as those that we start do."""
    return connection.info.host.startswith(f"/tmp/{PROJECT}-")


def _make_role(connection: psycopg.Connection, role: str, attributes: str) -> None:
    exists = connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
    verb = "alter" if exists else "create"
    connection.execute(sql.SQL(f"{verb} role {{}} {attributes}").format(sql.Identifier(role)))
    superuser = connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
    if superuser is not None and not superuser[0]:
        # Without it a login that is no superuser may not give the role a database, nor end its sessions.
        connection.execute(sql.SQL("grant {} to current_user").format(sql.Identifier(role)))


def _set_password(connection: psycopg.Connection, role: str, password: str) -> None:
    # Hashed here, so that the server's log never holds it.
    hashed = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(role), sql.Literal(hashed)))


def _make_database(connection: psycopg.Connection, names: Names) -> None:
    if connection.execute("select 1 from pg_database where datname = %s", [names.database]).fetchone():
        return
    refused = ""
    for locale in _locales(connection.info.server_version):
        statement = sql.SQL("create database {} owner {} encoding 'UTF8' template template0 ").format(
            sql.Identifier(names.database), sql.Identifier(names.owner)
        ) + sql.SQL(locale)
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            raise
        except psycopg.Error as error:
            refused = _first_line(error)
        else:
            return
    raise DevserversError(
        f"The server of DATABASE_URL cannot make a database that knows Vietnamese letters: {refused}"
    )


def _locales(server_version: int) -> list[str]:
    """Ways to say "order by code point, but know that đ is the small Đ", the best first."""
    found = []
    if server_version >= 180_000:
        found.append("locale_provider builtin builtin_locale 'PG_UNICODE_FAST' locale 'C'")
    if server_version >= 170_000:
        found.append("locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'")
    return [
        *found,
        *(
            f"lc_collate 'C' lc_ctype '{name}'"
            for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8", "vi_VN.UTF-8")
        ),
    ]


def _url(url: str, connection: psycopg.Connection, role: str, password: str | None, database: str) -> str:
    """The administrator's URL with another login and database, in the form that dj-database-url reads."""
    parts = {
        key: value
        for key, value in conninfo.conninfo_to_dict(url).items()
        if key not in {"user", "password", "dbname", "host", "port"}
    }
    login = quote(role, safe="") + (f":{quote(password, safe='')}" if password else "")
    host = connection.info.host
    address = f"[{host}]" if ":" in host else quote(host, safe="")
    query = f"?{urlencode(parts)}" if parts else ""
    return f"postgres://{login}@{address}:{connection.info.port}/{quote(database, safe='')}{query}"


def _prove_logins(made: Provisioned) -> None:
    """Connects once as each role: a server's rules may let the administrator in, and not them."""
    for url in (made.owner_url, made.program_url):
        try:
            with psycopg.connect(url, connect_timeout=10) as connection:
                row = connection.execute("select lower('Đ') = 'đ'").fetchone()
        except psycopg.Error as error:
            raise DevserversError(
                "The roles made on the server of DATABASE_URL may not log in with a password over that"
                f" address ({_first_line(error)}): give an address where pg_hba.conf asks for scram-sha-256."
            ) from None
        if row is None or not row[0]:
            raise DevserversError(
                f"The database {made.names.database} does not know Vietnamese letters: lower('Đ') <> 'đ'."
            )
