"""Has a file examined in a process of its own, bounded in memory and time, and few at once."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading

from django.conf import settings

from apps.core.errors import Busy
from apps.documents.signing.findings import MOST_BYTES, TOO_LARGE, UNREADABLE, Finding
from apps.documents.signing.signers import trust_roots

_SECONDS, _WAIT = 15, 2
# It finds the compiled modules where this process has them.
_COMPILED = ("-X", f"pycache_prefix={sys.pycache_prefix}") if sys.pycache_prefix else ()
# A web process serves others meanwhile.
_few = threading.BoundedSemaphore(2)


def finding_of(content: bytes) -> Finding:
    """What is found in a file that anybody may have sent. Raises Busy while others are examined."""
    if len(content) > MOST_BYTES:
        return Finding(fault=TOO_LARGE)
    if not _few.acquire(timeout=_WAIT):
        raise Busy()
    try:
        return _finding(content)
    finally:
        _few.release()


def _finding(content: bytes) -> Finding:
    roots = json.dumps([base64.b64encode(root).decode() for root in trust_roots()])
    try:
        told = subprocess.run(
            [sys.executable, *_COMPILED, "-m", "apps.documents.signing.examining"],
            input=roots.encode() + b"\n" + content,
            cwd=settings.BASE_DIR,
            # Neither addresses nor secrets of the program.
            env={"PATH": "", "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"},
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return Finding(fault=UNREADABLE)
    return Finding(**json.loads(told.stdout))
