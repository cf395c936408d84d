"""Work on a whole database, as its ports promise it."""

from urllib.parse import unquote

from infrastructure.whole_database import SqlDatabase


def test_a_current_database_is_named_without_its_password(postgres_url: str) -> None:
    url = postgres_url.replace("postgres@", "postgres:secret@")
    assert unquote(SqlDatabase(url).upgrade().url) == url.replace("secret", "***")
