"""Where a server may be."""

import pytest

from adapters.sources.addresses import is_allowed


@pytest.mark.parametrize(
    ("address", "public", "private"),
    [
        ("93.184.216.34", True, True),
        ("2606:2800:220:1:248:1893:25c8:1946", True, True),
        ("127.0.0.1", False, True),
        ("10.1.2.3", False, True),
        ("100.64.0.1", False, True),
        ("::1", False, True),
        ("fd00::1", False, True),
        ("fec0::1", False, True),
        ("::ffff:10.1.2.3", False, True),
        ("2002:7f00:1::", False, True),
        ("64:ff9b::7f00:1", False, True),
        ("64:ff9b::808:808", True, True),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("2002:a9fe:a9fe::", False, False),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("fe80::1", False, False),
        ("224.0.0.1", False, False),
        ("ff02::1", False, False),
        ("0.0.0.0", False, False),  # noqa: S104 - it is not bound to
        ("::", False, False),
    ],
)
def test_where_a_server_may_be(address: str, *, public: bool, private: bool) -> None:
    assert is_allowed(address, allow_private=False) is public
    assert is_allowed(address, allow_private=True) is private
