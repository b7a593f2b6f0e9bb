"""Faults on demand: rules that say which calls go wrong, how, and how often."""

import fnmatch
import itertools
import os
import random
import socket
import struct
import threading
import time
from dataclasses import asdict, dataclass, field
from typing import NoReturn

from landform_simulator import errors
from landform_simulator.calls import Call

ANSWERS = {
    "throttle": errors.throttled,
    "server-error": errors.broken,
    "expired-credentials": errors.expired,
    "deny": errors.denied,
}
KINDS = (*ANSWERS, "reset", "reset-after", "delay", "inconsistent")

_ids = itertools.count(1)


class ConnectionReset(ConnectionError):
    """The connection was cut without an answer. The HTTP server takes it for a client that went away."""


@dataclass
class Rule:
    """One fault. The first rule that matches a call and whose turn it is decides.

    kind: ``throttle``, ``server-error``, ``expired-credentials``, ``deny``: that answer, and the call does not happen.
    ``reset``: the connection is cut and the call does not happen; ``reset-after``: it happens, and nobody hears of it.
    ``delay``: the answer comes ``seconds`` later. ``inconsistent``: what is created is not found for ``seconds``.
    """

    kind: str
    operation: str = "*"
    account: str | None = None
    rate: float = 1.0
    skip: int = 0
    times: int | None = None
    seconds: float = 0.0
    id: int = field(default_factory=lambda: next(_ids))
    hits: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind {self.kind!r}; one of {', '.join(KINDS)}")
        if not 0 <= self.rate <= 1:
            raise ValueError(f"rate is a share from 0 to 1, not {self.rate}")

    def covers(self, call: Call) -> bool:
        return self.account in (None, call.account) and fnmatch.fnmatchcase(call.name, self.operation)


class Faults:
    """The rules in force. Random choices are repeatable: one seed, drawn in the order of the calls."""

    def __init__(self, seed: int = 1) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(seed)
        self._rules: list[Rule] = []

    def add(self, rules: list[dict]) -> list[int]:
        parsed = [Rule(**{key: value for key, value in rule.items() if key not in ("id", "hits")}) for rule in rules]
        with self._lock:
            self._rules += parsed
        return [rule.id for rule in parsed]

    def clear(self, account: str | None) -> None:
        with self._lock:
            self._rules = [rule for rule in self._rules if account is not None and rule.account != account]

    def rules(self) -> list[dict]:
        with self._lock:
            return [asdict(rule) for rule in self._rules]

    def inconsistency(self, call: Call) -> float:
        """For how many seconds what this call creates is not found."""
        with self._lock:
            return max((r.seconds for r in self._rules if r.kind == "inconsistent" and r.covers(call)), default=0.0)

    def take(self, call: Call) -> Rule | None:
        """The rule that spoils this call, if any; counts as one of its ``times``."""
        with self._lock:
            for rule in self._rules:
                if rule.kind != "inconsistent" and rule.covers(call) and self._is_turn(rule):
                    rule.hits += 1
                    return rule
        return None

    def _is_turn(self, rule: Rule) -> bool:
        if rule.skip > 0:
            rule.skip -= 1
            return False
        return (rule.times is None or rule.hits < rule.times) and self._random.random() < rule.rate


def apply(rule: Rule, call: Call, environ: dict) -> errors.Answer | None:
    """The answer that replaces the call's own; None when the call goes on."""
    if rule.kind == "delay":
        time.sleep(rule.seconds)
        return None
    if rule.kind == "reset":
        cut_connection(environ)
    if rule.kind == "reset-after":
        return None
    return ANSWERS[rule.kind](call)


def cut_connection(environ: dict) -> NoReturn:
    """Sends a TCP reset, as a load balancer that dies does."""
    connection = environ.get("werkzeug.socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # The handler's own file objects would keep the descriptor open past a plain close.
        os.close(connection.detach())
    raise ConnectionReset
