"""The control endpoint, ``/landform-simulator/...``: counts, faults, transition times, accounts."""

import itertools
import json
from urllib.parse import parse_qs

from landform_simulator import clock, transitions
from landform_simulator.calls import CallCounter
from landform_simulator.errors import Answer
from landform_simulator.faults import Faults
from landform_simulator.inventory import inventory

PREFIX = "/landform-simulator/"


class Control:
    """Answers the requests under PREFIX. ``account`` in the query narrows a request to one account."""

    def __init__(self, counter: CallCounter, faults: Faults) -> None:
        self._counter = counter
        self._faults = faults
        self._accounts = itertools.count(200_000_000_001)

    def answer(self, environ: dict, body: bytes) -> Answer:
        name = environ["PATH_INFO"].removeprefix(PREFIX)
        handler = getattr(self, f"_{environ['REQUEST_METHOD'].lower()}_{name}", None)
        if handler is None:
            return _json(404, {"error": f"no {environ['REQUEST_METHOD']} of {environ['PATH_INFO']}"})
        account = parse_qs(environ.get("QUERY_STRING", "")).get("account", [None])[0]
        try:
            value = handler(account, json.loads(body) if body else None)
            return _lines(value) if environ.get("HTTP_ACCEPT") == "text/plain" else _json(200, value)
        except (ValueError, TypeError) as problem:
            return _json(400, {"error": str(problem)})

    def _get_calls(self, account, _body):
        return self._counter.all() if account is None else self._counter.of(account)

    def _delete_calls(self, account, _body):
        self._counter.reset(account)
        return {}

    def _get_faults(self, _account, _body):
        return self._faults.rules()

    def _post_faults(self, account, body):
        rules = body if isinstance(body, list) else [body]
        return {"ids": self._faults.add([{"account": account, **rule} for rule in rules])}

    def _delete_faults(self, account, _body):
        self._faults.clear(account)
        return {}

    def _put_transitions(self, account, body):
        transitions.set_seconds(account, float(body["seconds"]))
        return {}

    def _post_time(self, account, body):
        if account is None:
            raise ValueError("in which account?")
        clock.let_pass(account, float(body["seconds"]))
        return {}

    def _put_clock(self, account, body):
        if account is None:
            raise ValueError("in which account?")
        clock.run_at(account, float(body["speed"]))
        return {}

    def _post_accounts(self, _account, _body):
        return {"account": f"{next(self._accounts):012}"}

    def _get_objects(self, account, _body):
        if account is None:
            raise ValueError("which account?")
        return inventory(account)


def _json(status: int, value) -> Answer:
    return Answer(status, "application/json", json.dumps(value).encode() + b"\n")


def _lines(value: dict) -> Answer:
    """``key value`` a line, for clients without a JSON parser."""
    pairs = [(key, one) for key, many in value.items() for one in (many if isinstance(many, list) else [many])]
    return Answer(200, "text/plain", "".join(f"{key} {one}\n" for key, one in pairs).encode())
