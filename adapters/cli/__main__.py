"""The `opstrail` command as a process of its own; `python -m adapters.cli` is the same."""

import gc
import signal
import sys


def run() -> int:
    """Run the command and return its exit code; see `adapters.cli.app.main`.

    Nothing that is imported ever becomes garbage, and to look for some in it is a tenth of a short
    command: the search begins with the work, in `Session.call`, and leaves out what is there then.
    """
    gc.disable()
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # see adapters.cli.signals
    from adapters.cli.app import main

    return main()


if __name__ == "__main__":
    sys.exit(run())
