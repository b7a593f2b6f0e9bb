"""How fillers change moto's classes."""

import functools
from collections.abc import Callable

from moto.ec2.exceptions import EC2ClientError


def wrap(owner: type, name: str) -> Callable:
    """Decorates ``replacement(original, self, ...)``, which takes the place of the method ``name`` of ``owner``."""

    def decorate(replacement: Callable) -> Callable:
        original = getattr(owner, name)

        @functools.wraps(original)
        def method(self, *arguments, **keywords):
            return replacement(original, self, *arguments, **keywords)

        setattr(owner, name, method)
        return replacement

    return decorate


def add(owner: type, *functions: Callable) -> None:
    """Adds methods under their own names."""
    for function in functions:
        setattr(owner, function.__name__, function)


def ec2_error(code: str, message: str) -> EC2ClientError:
    return EC2ClientError(code, message)


def has_dependencies(noun: str, identity: str) -> EC2ClientError:
    return ec2_error("DependencyViolation", f"The {noun} '{identity}' has dependencies and cannot be deleted.")
