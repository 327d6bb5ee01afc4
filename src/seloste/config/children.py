"""What every process that the server starts does first: it follows the server, and nothing else."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def follow_parent() -> None:
    """Make this process end when its parent says so or is gone, and by nothing else.

    In a process group of its own it does not hear the terminal's Ctrl+C: that and the parent's SIGTERM at the same
    moment block granian's worker until it is killed. Where the parent was killed, the kernel (Linux) tells.
    """
    os.setpgid(0, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
