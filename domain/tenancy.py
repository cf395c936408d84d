"""Whose rows a database shows to what goes on, where it keeps tenants apart by itself.

Who asks for an operation is shown the rows of their tenant. What is of the whole database says so,
and so does by its place whatever goes on without an operation: recovery, deliveries, the followers
of the log.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_SHOWN: ContextVar[str | None] = ContextVar("shown", default=None)


def tenant_shown() -> str | None:
    """Return the tenant whose rows are shown, and None where those of all are."""
    return _SHOWN.get()


@contextmanager
def showing(tenant_id: str | None) -> Iterator[None]:
    """Show the rows of one tenant, or with None of all, for as long as the block takes."""
    before = _SHOWN.set(tenant_id)
    try:
        yield
    finally:
        _SHOWN.reset(before)


def of_all_tenants(do: Callable[P, R]) -> Callable[P, R]:
    """Let a function see the rows of all tenants, whoever asked for what it is part of."""

    @wraps(do)
    def shown_all(*args: P.args, **kwargs: P.kwargs) -> R:
        with showing(None):
            return do(*args, **kwargs)

    return shown_all
