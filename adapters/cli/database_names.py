"""Databases as people name them: by a URL, or by the path of a file."""

import re
from pathlib import Path
from typing import Final

import typer

from domain.values.text import shown, without_passwords

VARIABLE: Final = "OPSTRAIL_DATABASE_URL"
_UNSURE: Final = re.compile(r"[\s'\"]")


def database_url_of(text: str) -> str:
    """Return the URL of a database that is named by its URL or by the path of its file.

    Raises `typer.BadParameter` for the path in a home directory that is not there, and for a URL
    of which it is not sure what is the password.
    """
    _require_sure(text if "://" in text else "")
    return text if "://" in text else f"sqlite:///{absolute(text)}"


def absolute(text: str) -> str:
    """Return a name that means the same database in every folder; see `database_url_of`."""
    if "://" in text:
        return text
    try:
        return str(Path(text).expanduser().absolute())
    except RuntimeError as error:
        message = f"{shown(text)}: there is no such home directory"
        raise typer.BadParameter(message, param_hint="--database") from error


def has_password(text: str) -> bool:
    """Return whether the name of a database holds a password."""
    return "://" in text and without_passwords(text) != text


def _require_sure(url: str) -> None:
    """Raise `typer.BadParameter` where it is not sure what of a URL is the password."""
    if url.startswith("sqlite") or not (url.count("@") > 1 or _UNSURE.search(url)):
        return
    message = "a URL has one @ at most, and no blanks or quotes; others are written %40, %20, %27"
    raise typer.BadParameter(message, param_hint="--database")
