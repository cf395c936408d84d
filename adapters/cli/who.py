"""Who is asking at the command line: the user of the operating system."""

import getpass
import os
from typing import TYPE_CHECKING

from domain.aggregate.envelope import Actor
from domain.values.text import NAME, replaced
from domain.writer import Authorship

if TYPE_CHECKING:
    from domain.identity.asking import Asking


def authorship(tenant_id: str) -> Authorship:
    """Return the user as the author, in the tenant."""
    return Authorship(tenant_id, Actor("person", user_name()))


def asking(tenant_id: str, *, records_reads: bool) -> "Asking":
    """Return the user as who sits at this machine, for what is put on record."""
    from domain.identity.asking import Asking
    from domain.identity.principal import local_principal

    principal = local_principal(user_name(), tenant_id)
    return Asking(principal=principal, face="cli", records_reads=records_reads)


def user_name() -> str:
    """Return the name of the user of the operating system."""
    try:
        name = " ".join(replaced(getpass.getuser()).split())
    except (OSError, KeyError):  # in a container the user may have a number and no name
        name = ""
    return name[: NAME.limit] or f"uid-{os.getuid()}"
