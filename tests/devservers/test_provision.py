"""The two roles of the database: what each may do, and how they are made on a server that others use too."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.devservers.clones import QUERY, Clone, clones

OWNER = "DATABASE_OWNER_URL"
PROGRAM = "DATABASE_URL"


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    """The URLs that a command is given, by name; this module's tests share the servers."""
    with clones() as make:
        running = make().start("env; echo; cat >/dev/null")
        assert running.stdout is not None
        lines = iter(running.stdout.readline, "\n")
        yield {
            name: url
            for name, _, url in (line.strip().partition("=") for line in lines)
            if name.endswith("_URL")
        }
        running.terminate()
        running.communicate(timeout=30)


@pytest.fixture(scope="module")
def server(urls: dict[str, str]) -> str:
    """The administrator's URL of the same server: it plays the one that somebody names."""
    return urls[PROGRAM].replace("motcua_program@", "postgres@").removesuffix("/motcua") + "/postgres"


@pytest.fixture
def named(urls: dict[str, str], server: str) -> dict[str, str]:
    """The environment of somebody who names that server."""
    return {"DATABASE_URL": server, "REDIS_URL": urls["REDIS_URL"]}


def ask(server: str, statement: str) -> list[str]:
    """The first column of what the administrator is answered."""
    with psycopg.connect(server, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return [str(row[0]) for row in cursor.fetchall()] if cursor.description else []


def made_by_runs(server: str) -> list[str]:
    """Roles and databases of runs with this server named; its own bear no clone's mark."""
    return ask(
        server,
        "select name from (select rolname::text as name from pg_roles union all"
        " select datname from pg_database) as made"
        " where name ~ 'motcua_(owner_|program_)?[0-9a-f]{8}' order by name",
    )


def test_the_program_may_make_no_table(urls: dict[str, str]) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="schema public"):
        ask(urls[PROGRAM], "create table paper (number int)")


def test_the_owner_may_make_tables_extensions_and_databases(urls: dict[str, str]) -> None:
    for statement in (
        "create table paper (number int)",
        "create extension btree_gist; create extension unaccent; create extension pg_trgm",
        "create database test_motcua",
        "drop database test_motcua",
    ):
        ask(urls[OWNER], statement)

    assert ask(urls[OWNER], "select extname from pg_extension where extname <> 'plpgsql' order by 1") == [
        "btree_gist",
        "pg_trgm",
        "unaccent",
    ]


def test_the_program_has_no_special_right_and_is_not_the_owner(urls: dict[str, str]) -> None:
    special = "rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls"
    assert ask(urls[PROGRAM], f"select {special} from pg_roles where rolname = current_user") == ["False"]
    assert ask(urls[PROGRAM], "select pg_has_role('motcua_owner', 'member')") == ["False"]
    owned = "select pg_get_userbyid(datdba) from pg_database where datname = current_database()"
    assert ask(urls[PROGRAM], owned) == ["motcua_owner"]


def test_the_database_knows_vietnamese_letters(urls: dict[str, str]) -> None:
    assert ask(urls[PROGRAM], "select lower('ĐỐNG ĐA')") == ["đống đa"]


def test_on_a_named_server_an_ephemeral_run_leaves_nothing(
    clone: Clone, server: str, named: dict[str, str]
) -> None:
    finished = clone.query("create database test_left_by_a_test", by=OWNER, env=named)

    assert finished == "done"
    assert made_by_runs(server) == []
    assert ask(server, "select datname from pg_database where datname = 'test_left_by_a_test'") == []


def test_on_a_named_server_stored_data_is_found_again(
    clone: Clone, server: str, named: dict[str, str]
) -> None:
    make = "create table paper as select 42 as number"
    assert clone.query(make, by=OWNER, ephemeral=False, env=named) == "done"

    again = clone.query("select number from paper", by=OWNER, ephemeral=False, env=named)

    assert again == "42"
    for name in made_by_runs(server):
        if name.startswith("motcua_owner"):
            ask(server, f"drop database {name.replace('_owner', '')}")
    for name in made_by_runs(server):
        ask(server, f"drop role {name}")


def test_what_a_killed_run_left_on_a_named_server_goes_with_the_next(
    clone: Clone, server: str, named: dict[str, str], until: Callable[[Callable[[], bool]], None]
) -> None:
    running = clone.start("echo started; exec sleep 300", env=named)
    assert running.stdout is not None
    running.stdout.readline()
    left = made_by_runs(server)
    running.kill()
    running.communicate(timeout=10)
    sessions = "select count(*) from pg_stat_activity where application_name ~ 'motcua_owner_'"
    until(lambda: ask(server, sessions) == ["0"])
    assert made_by_runs(server) == left
    assert len(left) == 3

    assert clone.query("select 1", env=named) == "1"

    assert made_by_runs(server) == []


def test_what_another_run_uses_on_a_named_server_is_left_alone(
    clone: Clone, server: str, named: dict[str, str]
) -> None:
    running = clone.start("echo started; cat", env=named)
    assert running.stdout is not None
    running.stdout.readline()
    in_use = made_by_runs(server)

    assert clone.query("select 1", env=named) == "1"

    assert made_by_runs(server) == in_use
    running.terminate()
    running.communicate(timeout=30)
    assert made_by_runs(server) == []


def test_a_login_without_the_rights_is_told_so(clone: Clone, server: str, named: dict[str, str]) -> None:
    ask(server, "create role weak login")
    finished = clone.run("true", env=named | {"DATABASE_URL": server.replace("postgres@", "weak@")})

    assert finished.returncode == 1
    assert "The login 'weak' of DATABASE_URL may not make roles and databases" in finished.stderr
    assert made_by_runs(server) == []


def test_a_login_that_is_no_superuser_is_enough(clone: Clone, server: str, named: dict[str, str]) -> None:
    ask(server, "create role maker login createdb createrole")
    maker = named | {"DATABASE_URL": server.replace("postgres@", "maker@")}

    assert clone.query("create database test_of_maker", by=OWNER, env=maker) == "done"
    assert made_by_runs(server) == []


def test_a_server_that_cannot_be_reached_is_said_in_a_sentence(clone: Clone) -> None:
    nowhere = {
        "DATABASE_URL": "postgres://somebody@127.0.0.1:1/postgres",
        "REDIS_URL": "redis://cache.example/0",
    }
    finished = clone.run("true", env=nowhere)

    assert finished.returncode == 1
    assert finished.stderr.startswith("devservers: DATABASE_URL cannot be connected to: ")
    assert finished.stderr.count("\n") == 1


def test_roles_on_a_server_of_others_get_passwords_that_no_log_shows(
    clone: Clone, server: str, named: dict[str, str], tmp_path: Path
) -> None:
    # By another name, the socket is not recognised as one of ours.
    sockets = psycopg.conninfo.conninfo_to_dict(server)["host"]
    link = tmp_path / "s"
    link.symlink_to(str(sockets))
    elsewhere = f"postgres://postgres@{str(link).replace('/', '%2F')}/postgres"
    look = "select rolpassword from pg_authid where rolname ="
    script = f"echo $DATABASE_URL; {sys.executable} -c '{QUERY}' ADMIN \"{look} '$DATABASE_PROGRAM_ROLE'\""

    url, stored = clone.run(
        "sh", "-c", script, env=named | {"DATABASE_URL": elsewhere, "ADMIN": server}
    ).stdout.split()

    password = psycopg.conninfo.conninfo_to_dict(url)["password"]
    assert len(str(password)) >= 32
    assert stored.startswith("SCRAM-SHA-256$")
