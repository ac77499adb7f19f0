"""No process outlives the one that started it, however that one ended."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

_PR_SET_PDEATHSIG = 1
_LOOK_SECONDS = 1.0


def end_with_parent(parent: int, signum: signal.Signals = signal.SIGTERM) -> None:
    """Send `signum` to this process when its `parent` is gone: by the kernel on Linux, elsewhere by looking."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
        if os.getppid() != parent:  # it was gone before we asked
            os.kill(os.getpid(), signum)
    else:
        threading.Thread(target=_watch, args=(parent, signum), name="lifeline", daemon=True).start()


def _watch(parent: int, signum: signal.Signals) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), signum)
