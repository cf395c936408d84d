"""Names of payloads in events that cannot be read."""

import pytest

from infrastructure.named_payloads.references import NamingEvent, reference_of
from tests.domain.run.envelopes import envelope

TOO_DEEP = '{"payload":{"digest":' + "[" * 3000 + "]" * 3000 + "}}"


@pytest.mark.parametrize("data", ["{", '{"payload":{"size":"x"}}', TOO_DEEP], ids=range(3))
def test_what_cannot_be_read_is_said_in_one_way(data: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        NamingEvent(1, b"tool-call-succeeded", b"acme", b"run-1", data.encode()).reference()
    stored = envelope(type="tool-call-succeeded", data=f'{data} "payload":{{')
    assert reference_of(stored) is None
