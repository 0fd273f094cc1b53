"""Acts that are killed at a step: each is played by a process of its own, and nothing of it runs after that.

What is played, and its steps, stand in a module: `STEPS` names an attribute that is called at each step, and after how many of
its calls the process dies (0: before the first begins); `play` is the act. One process reads the program once and leaves one
child after another to die.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from tests import databases

Steps = dict[str, tuple[Any, str, int]]
# Seconds after which a child that neither died nor ended is ended.
PATIENCE = 120


def dying(step: Callable[..., Any], times: int) -> Callable[..., Any]:
    """The step, killing its process once it was done so many times; before it begins where that is none."""
    done = 0

    def run(*args: Any, **more: Any) -> Any:
        nonlocal done
        if done == times:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = step(*args, **more)
        done += 1
        if done == times:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    return run


@contextmanager
def killed_in(module: str, *, database: str, **environment: str) -> Iterator[Callable[..., int]]:
    """Gives a way to play a module's act up to a step, with what the act is told; it answers -9 where that was the end."""
    env = {**os.environ, "DATABASE_URL": databases.url_of(database), **environment}
    host = subprocess.Popen(
        [sys.executable, "-m", "tests.drills.dying", module],
        cwd=databases.ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert host.stdin and host.stdout

    def killed(step: str, **said: Any) -> int:
        host.stdin.write(json.dumps([step, said]) + "\n")
        host.stdin.flush()
        return int(host.stdout.readline())

    try:
        yield killed
    finally:
        host.stdin.close()
        host.wait(timeout=PATIENCE)
        host.stdout.close()


def main(module: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django

    django.setup()
    acts = import_module(module)
    for line in sys.stdin:
        step, said = json.loads(line)
        child = os.fork()
        if not child:
            _live(acts.STEPS[step], acts.play, said)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _live(step: tuple[Any, str, int], play: Callable[..., None], said: dict[str, Any]) -> None:
    """Plays the act in a child, which never comes back from it."""
    signal.alarm(PATIENCE)
    owner, name, times = step
    try:
        setattr(owner, name, dying(getattr(owner, name), times))
        play(**said)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
