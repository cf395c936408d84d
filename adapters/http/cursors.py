"""Cursors: where a page ended, sealed so that nobody reads on in another list with it."""

import base64
import hmac
from collections.abc import Callable, Mapping
from typing import Final

import orjson

from adapters.http.fields import wrong_field
from adapters.http.problems import HttpProblem

_SEAL_BYTES: Final = 16


class Cursors:
    """Makes cursors and reads them back; `key` gives what all processes on one database share."""

    def __init__(self, key: Callable[[], bytes]) -> None:
        self._key = key

    def made(self, tenant_id: str, query: Mapping[str, object], last: str) -> str:
        """Return the cursor of what comes after `last` in the list that the query asks for."""
        seal = self._seal(tenant_id, query, last)
        return base64.urlsafe_b64encode(seal + last.encode()).decode().rstrip("=")

    def read(self, tenant_id: str, query: Mapping[str, object], cursor: str) -> str:
        """Return after what the page comes. Raises `HttpProblem` for what is no such cursor."""
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            sealed = base64.b64decode(padded, altchars=b"-_", validate=True)
            last = sealed[_SEAL_BYTES:].decode()
        except ValueError:
            raise _not_of_this_list(cursor) from None
        expected = self._seal(tenant_id, query, last)
        if not hmac.compare_digest(sealed[:_SEAL_BYTES], expected):
            raise _not_of_this_list(cursor)
        return last

    def _seal(self, tenant_id: str, query: Mapping[str, object], last: str) -> bytes:
        text = orjson.dumps([tenant_id, query, last], option=orjson.OPT_SORT_KEYS)
        return hmac.digest(self._key(), text, "sha256")[:_SEAL_BYTES]


def _not_of_this_list(cursor: str) -> HttpProblem:
    detail = "the cursor is not one of this list: take it from the Link of a page, with its filter"
    where = wrong_field(
        "cursor", detail, {"cursor": cursor}, {"expected": "a cursor of this list"}
    )
    return HttpProblem(422, "wrong-cursor", detail, errors=[where])
