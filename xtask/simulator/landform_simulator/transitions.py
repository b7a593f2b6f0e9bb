"""How long the simulated things take to become what they were asked to be."""

import threading
from contextlib import suppress

from landform_simulator import clock

_lock = threading.Lock()
_seconds: dict[str | None, float] = {None: 0.0}


def set_seconds(account: str | None, seconds: float) -> None:
    """Sets the duration of every transition in an account, or, with None, in accounts that have no own."""
    if seconds < 0:
        raise ValueError(f"seconds must not be negative: {seconds}")
    with _lock:
        _seconds[account] = seconds


def clear(account: str) -> None:
    with _lock, suppress(KeyError):
        del _seconds[account]


def seconds_of(account: str) -> float:
    with _lock:
        return _seconds.get(account, _seconds[None])


class Transition:
    """A state on its way: ``during`` until the account's transition time is over, ``after`` from then on."""

    def __init__(self, account: str, during: str, after: str) -> None:
        self._account = account
        self._ends = clock.now(account) + seconds_of(account)
        self._during, self._after = during, after

    @property
    def is_over(self) -> bool:
        return clock.now(self._account) >= self._ends

    @property
    def state(self) -> str:
        return self._after if self.is_over else self._during
