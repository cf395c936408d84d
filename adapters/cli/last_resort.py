"""What becomes of an error that nobody foresaw: one line, and a file for whoever mends it."""

import os
import secrets
import traceback
from pathlib import Path

from domain.values.text import without_passwords


def told(error: Exception) -> str:
    """Return what is told of the error; its traceback is in a file, or in this text to debug."""
    trace = without_passwords("".join(traceback.format_exception(error)))
    if os.environ.get("OPSTRAIL_DEBUG") == "1":
        return trace
    kind = type(error).__name__
    try:
        where = f"please report it with the file {_written(trace)}"
    except (OSError, RuntimeError):  # read-only, or no home
        where = "please repeat it with OPSTRAIL_DEBUG=1, and report what that shows"
    return f"something went wrong that nobody foresaw ({kind}); {where}"


def _written(trace: str) -> Path:
    """Return the new file, which only its owner can read: a traceback may quote data."""
    import platformdirs

    folder = Path(platformdirs.user_log_dir("opstrail", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"error-{secrets.token_hex(4)}.txt"
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(trace.encode(errors="backslashreplace").decode())
    return path
