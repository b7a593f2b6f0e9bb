"""The time in an account: as fast as that of the machine or faster, and what was let pass on top of it, so that nobody has to wait
for what takes long."""

import threading
import time
from dataclasses import dataclass

_lock = threading.Lock()


@dataclass
class _Clock:
    """Reads ``then`` at the machine's ``begun``, and goes on from there ``speed`` times as fast as that one."""

    then: float = 0.0
    begun: float = 0.0
    speed: float = 1.0

    def now(self) -> float:
        return self.then + (time.monotonic() - self.begun) * self.speed


_clocks: dict[str, _Clock] = {}


def now(account: str) -> float:
    """Seconds since some moment."""
    with _lock:
        return _clocks.get(account, _Clock()).now()


def let_pass(account: str, seconds: float) -> None:
    if seconds < 0:
        raise ValueError(f"seconds must not be negative: {seconds}")
    with _lock:
        _clocks.setdefault(account, _Clock()).then += seconds


def run_at(account: str, speed: float) -> None:
    if speed <= 0:
        raise ValueError(f"speed must be positive: {speed}")
    with _lock:
        clock = _clocks.setdefault(account, _Clock())
        _clocks[account] = _Clock(clock.now(), time.monotonic(), speed)
