"""Becomes one of PostgreSQL's programs, as an ordinary user, that ends with who started it.

    python tests/postgres_launch.py PROGRAM ARGUMENT...

PostgreSQL refuses to run as root. Own process and no `preexec_fn`: tests have threads.
"""

import ctypes
import os
import pwd
import signal
import sys

ORDINARY_USER = "nobody"

_PR_SET_PDEATHSIG = 1


def _become_ordinary() -> None:
    user = pwd.getpwnam(ORDINARY_USER)
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)


def main() -> None:
    if os.geteuid() == 0:
        _become_ordinary()
    if sys.platform == "linux":
        # After the change of user, which would clear it. SIGINT is PostgreSQL's fast shutdown.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606 - the tests choose the program


if __name__ == "__main__":
    main()
