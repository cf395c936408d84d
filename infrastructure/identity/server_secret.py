"""A secret that all servers of a database share."""

import sqlalchemy as sa

from domain.identity.secret import RandomBytes
from infrastructure.database.upsert import insert_into
from infrastructure.identity.tables import SERVER_SECRETS

_BYTES = 32


def server_secret(engine: sa.Engine, name: str, random: RandomBytes) -> bytes:
    """Return the secret of this name; whoever asks first makes it."""
    found = sa.select(SERVER_SECRETS.c.secret).where(SERVER_SECRETS.c.name == name)
    with engine.connect() as connection:
        secret = connection.execute(found).scalar_one_or_none()
    if secret is not None:
        return bytes(secret)
    made = insert_into(SERVER_SECRETS, engine.dialect).on_conflict_do_nothing()
    with engine.begin() as connection:
        connection.execute(made, {"name": name, "secret": random(_BYTES)})
        return bytes(connection.execute(found).scalar_one())
