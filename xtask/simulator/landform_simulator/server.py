"""The server: moto's application behind counting, faults and the control endpoint."""

import collections
import errno
import io
import sys
import threading
import traceback

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer
from werkzeug.serving import make_server as make_werkzeug_server

from landform_simulator import errors, faults, fillers
from landform_simulator.calls import Call, CallCounter, identify
from landform_simulator.consistency import Young
from landform_simulator.control import PREFIX, Control


def make_server(host: str, port: int, *, verbose: bool = False) -> BaseWSGIServer:
    """A server that listens already; ``serve_forever`` answers."""
    fillers.install()
    handler = MotoRequestHandler if verbose else _QuietHandler
    return make_werkzeug_server(host, port, Simulator(), threaded=True, request_handler=handler)


class Simulator:
    """The WSGI application."""

    def __init__(self) -> None:
        self.counter = CallCounter()
        self.faults = faults.Faults()
        self.young = Young()
        self._control = Control(self.counter, self.faults)
        self._turns = collections.defaultdict(threading.Lock)
        self._moto = DomainDispatcherApplication(_create_app)

    def __call__(self, environ: dict, start_response):
        body = _take_body(environ)
        if environ["PATH_INFO"].startswith(PREFIX):
            return self._control.answer(environ, body).start(start_response)
        call = identify(environ, body)
        if call is None:
            return self._moto(environ, start_response)
        self.counter.add(call)
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = call.account
        rule = self.faults.take(call)
        answer = faults.apply(rule, call, environ) if rule else None
        answer = answer or self.young.refusal(call) or self._answer_in_turn(call, environ)
        if rule and rule.kind == "reset-after":
            faults.cut_connection(environ)
        return answer.start(start_response)

    def _answer_in_turn(self, call: Call, environ: dict) -> errors.Answer:
        """moto looks at what others change meanwhile, and so do fillers: in an account, one call is answered after the other."""
        with self._turns[call.account]:
            return fillers.answer(call) or self._answer_of_moto(call, environ)

    def _answer_of_moto(self, call: Call, environ: dict) -> errors.Answer:
        try:
            status, headers, body = _run(self._moto, environ)
        except NotImplementedError:
            return _not_implemented(call)
        except Exception as problem:  # whatever moto trips over, the test that caused it should see it
            traceback.print_exc(file=sys.stderr)
            return errors.error(call, 501, "SimulatorFailure", f"moto failed at {call.name}: {problem!r}")
        content_type = headers.pop("content-type", "application/octet-stream")
        # A path that moto has no route for. S3 has one for every path, and says so itself when something is not there.
        if status == 404 and content_type.startswith("text/html") and call.service != "s3":
            return _not_implemented(call)
        if status < 300:
            self.young.note_created(call, body, self.faults.inconsistency(call))
            body = self.young.without_young(call, body)
        if environ["REQUEST_METHOD"] != "HEAD":
            headers.pop("content-length", None)
        return errors.Answer(status, content_type, body, tuple(headers.items()))


def _not_implemented(call: Call) -> errors.Answer:
    # Not 500 as moto has it: an SDK would try that again and again.
    return errors.error(call, 501, "NotImplemented", f"The simulator does not implement {call.name}.")


def _create_app(service):
    app = create_backend_app(service)
    # Otherwise Flask turns what moto does not implement into a page of HTML.
    app.config["PROPAGATE_EXCEPTIONS"] = True
    return app


def _take_body(environ: dict) -> bytes:
    """Reads the body and puts it back, with its length, for whoever comes next. Chunked bodies become plain ones."""
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        body = stream.read()
    else:
        body = stream.read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ.pop("wsgi.input_terminated", None)
    return body


def _run(application, environ: dict) -> tuple[int, dict[str, str], bytes]:
    started: list = []

    def start_response(status, headers, exc_info=None):
        started[:] = [status, headers]

    result = application(environ, start_response)
    try:
        body = b"".join(result)
    finally:
        if hasattr(result, "close"):
            result.close()
    status, headers = started
    return int(status.split()[0]), {name.lower(): value for name, value in headers}, body


class _QuietHandler(MotoRequestHandler):
    def handle(self) -> None:
        try:
            super().handle()
        except OSError as problem:
            # A fault cut the connection under it.
            if problem.errno != errno.EBADF:
                raise

    def log(self, type, message, *args):  # noqa: A002 - the name is werkzeug's
        if type == "error":
            super().log(type, message, *args)
