"""Ctrl-C and the order to end (SIGTERM): the same clean way out, whenever they come.

Both raise KeyboardInterrupt, but only while a command runs: what comes earlier, while modules are imported, waits
until then, since an import that is broken off may end in any other error; what comes later has nothing to stop.
This module imports nothing that takes time, so that it can be asked first.
"""

from __future__ import annotations

import os
import signal
from types import FrameType

INTERRUPTED = 128 + signal.SIGINT
TERMINATED = 128 + signal.SIGTERM

_received: list[int] = []
_state = {"armed": False, "over": False}


def watch() -> None:
    """Takes over the signals that the process has not been told to overlook."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _take)
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _take)


def arm() -> None:
    """From now on a signal raises KeyboardInterrupt; one that has come already does so at once."""
    _state["armed"] = True
    if _received:
        raise KeyboardInterrupt


def disarm() -> None:
    """From now on signals are overlooked: the work is over, and the last words are being said."""
    _state["armed"], _state["over"] = False, True


def received() -> bool:
    """Whether a signal has come."""
    return bool(_received)


def exit_code() -> int:
    """The exit code of an interruption, by the signal that came first; without one Ctrl-C's."""
    return 128 + _received[0] if _received else INTERRUPTED


def _take(number: int, frame: FrameType | None) -> None:
    if _state["over"]:
        return
    _received.append(number)
    if _state["armed"]:
        raise KeyboardInterrupt
    if len(_received) > 1:  # asked twice before anything was begun: there is nothing to clean up
        os._exit(exit_code())
