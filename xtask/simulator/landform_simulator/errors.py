"""Error answers in the words and the wire format of each service."""

import json
from dataclasses import dataclass
from uuid import uuid4
from xml.sax.saxutils import escape

from landform_simulator.calls import Call


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    def start(self, start_response) -> list[bytes]:
        headers = [("Content-Type", self.content_type), *self.headers]
        # The answer to a HEAD request comes with the length of what GET would return.
        if self.status != 204 and not any(name == "content-length" for name, _ in headers):
            headers.append(("Content-Length", str(len(self.body))))
        start_response(f"{self.status} {'OK' if self.status < 400 else 'Error'}", headers)
        return [self.body]


def error(call: Call, status: int, code: str, message: str) -> Answer:
    """An error of the service that ``call`` is for. ``code`` is what an SDK reports."""
    request = str(uuid4())
    if call.protocol in ("json", "rest-json"):
        body = json.dumps({"__type": code, "message": message}).encode()
        content_type = "application/x-amz-json-1.0" if call.protocol == "json" else "application/json"
        return Answer(status, content_type, body, (("x-amzn-ErrorType", code), ("x-amzn-RequestId", request)))
    inner = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    if call.protocol == "ec2":
        text = f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>{request}</RequestID></Response>"
    elif call.protocol == "rest-xml":
        text = f"<Error>{inner}<RequestId>{request}</RequestId></Error>"
    else:
        fault = "Sender" if status < 500 else "Receiver"
        text = f"<ErrorResponse><Error><Type>{fault}</Type>{inner}</Error><RequestId>{request}</RequestId></ErrorResponse>"
    return Answer(status, "text/xml", b'<?xml version="1.0" encoding="UTF-8"?>' + text.encode())


def throttled(call: Call) -> Answer:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/throttling.html and each service's common errors."""
    status, code = {
        "ec2": (503, "RequestLimitExceeded"),
        "rest-xml": (503, "SlowDown"),
        "rest-json": (429, "TooManyRequestsException"),
        "json": (400, "ThrottlingException"),
    }.get(call.protocol, (400, "Throttling"))
    message = "Request limit exceeded." if call.protocol == "ec2" else "Rate exceeded"
    return error(call, status, code, message)


def broken(call: Call) -> Answer:
    code = {"ec2": "InternalError", "rest-xml": "InternalError", "query": "InternalFailure"}.get(call.protocol, "InternalServerError")
    return error(call, 500, code, "An internal error has occurred")


def expired(call: Call) -> Answer:
    status, code = {
        "ec2": (400, "RequestExpired"),
        "rest-xml": (400, "ExpiredToken"),
        "json": (400, "ExpiredTokenException"),
        "rest-json": (403, "ExpiredTokenException"),
    }.get(call.protocol, (403, "ExpiredToken"))
    message = "Request has expired." if call.protocol == "ec2" else "The security token included in the request is expired"
    return error(call, status, code, message)


def denied(call: Call) -> Answer:
    caller = f"arn:aws:sts::{call.account}:user/moto"
    action = f"{call.service}:{call.operation}"
    status, code = {
        "ec2": (403, "UnauthorizedOperation"),
        "json": (400, "AccessDeniedException"),
        "rest-json": (403, "AccessDeniedException"),
    }.get(call.protocol, (403, "AccessDenied"))
    message = f"User: {caller} is not authorized to perform: {action} because no identity-based policy allows the {action} action"
    if call.protocol == "ec2":
        message = f"You are not authorized to perform this operation. {message}"
    return error(call, status, code, message)
