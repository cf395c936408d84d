"""Databases as people name them: by a URL, or by the path of a file."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import typer

from domain.values.text import shown as quoted

VARIABLE: Final = "OPSTRAIL_DATABASE_URL"
_SECRET: Final = re.compile(r"([?&](?:password|sslpassword)=)[^&]*", re.IGNORECASE)


def database_url_of(text: str) -> str:
    """Return the URL of a database that is named by its URL or by the path of its file.

    Raises `typer.BadParameter` for the path in a home directory that is not there.
    """
    return text if "://" in text else f"sqlite:///{absolute(text)}"


def absolute(text: str) -> str:
    """Return a name that means the same database in every folder; see `database_url_of`."""
    if "://" in text:
        return text
    try:
        return str(Path(text).expanduser().absolute())
    except RuntimeError as error:
        message = f"{quoted(text)}: there is no such home directory"
        raise typer.BadParameter(message, param_hint="--database") from error


def has_password(text: str) -> bool:
    """Return whether the name of a database holds a password."""
    return shown(text) != text


def shown(text: str) -> str:
    """Return the name of a database without the password in it."""
    if "://" not in text:
        return text
    user, colon, _ = urlsplit(text).netloc.rpartition("@")[0].partition(":")
    if colon:
        scheme, _, rest = text.partition("://")
        text = f"{scheme}://{user}:***@{rest.rpartition('@')[2] if '@' in rest else rest}"
    return _SECRET.sub(r"\1***", text)
