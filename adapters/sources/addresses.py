"""Where a server may be: not in a private network, unless its source says so."""

import ipaddress
import socket
from typing import Final

from domain.threads import in_thread
from domain.tools.contracts import ToolErrorCode, ToolFailure

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


async def address_of(host: str, port: int, *, allow_private: bool) -> str:
    """Return an address of the host, of which all may be asked.

    Raises `ToolFailure`.
    """
    try:
        found = await in_thread(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        message = f"{host} has no address: {error.strerror}"
        raise ToolFailure(ToolErrorCode.UPSTREAM_UNAVAILABLE, message) from error
    addresses = [str(each[4][0]).partition("%")[0] for each in found]
    for address in addresses:
        if not is_allowed(address, allow_private=allow_private):
            message = f"{host} is at {address}, where nothing may be asked"
            raise ToolFailure(ToolErrorCode.POLICY_DENY, message)
    return addresses[0]


def is_allowed(text: str, *, allow_private: bool) -> bool:
    """Return whether an address may be asked; link-local ones, of clouds' own services, never."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):  # one of version 4 may be inside
        inside = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        translated = ipaddress.IPv4Address(address.packed[-4:]) if address in _NAT64 else None
        if address.is_site_local:  # which Python takes for a public one
            return allow_private
        address = inside or translated or address
    if address.is_multicast or address.is_link_local or address.is_unspecified:
        return False
    return allow_private or (address.is_global and not address.is_reserved)
