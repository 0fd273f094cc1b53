"""A step after which, or before which, its process dies: nothing of it runs after that."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any


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
