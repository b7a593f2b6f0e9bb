"""The time in an account: that of the machine, and what was let pass on top of it, so that nobody has to wait for what takes long."""

import threading
import time

_lock = threading.Lock()
_passed: dict[str, float] = {}


def now(account: str) -> float:
    """Seconds since some moment."""
    with _lock:
        return time.monotonic() + _passed.get(account, 0.0)


def let_pass(account: str, seconds: float) -> None:
    if seconds < 0:
        raise ValueError(f"seconds must not be negative: {seconds}")
    with _lock:
        _passed[account] = _passed.get(account, 0.0) + seconds
