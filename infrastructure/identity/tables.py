"""The tables of identity: when keys were used, sessions of browsers, secrets of servers."""

import sqlalchemy as sa

from infrastructure.database.metadata import METADATA, keys, partial_index, required
from infrastructure.event_store.tables import STREAMS

KEY_USES = sa.Table(
    "key_uses", METADATA, *keys("tenant_id", "key_id"), *required(sa.Text, "used_at")
)
"""When each key was used last; see `domain.identity.port.KeyRows`."""

SESSIONS = sa.Table(
    "sessions",
    METADATA,
    *keys("digest"),
    *required(sa.Text, "tenant_id", "key_id", "key_digest", "begun_at", "expires_at"),
    sa.Index("sessions_expired", "expires_at"),
)
"""Who is logged in, by the SHA-256 of the token in their cookie."""

SERVER_SECRETS = sa.Table(
    "server_secrets", METADATA, *keys("name"), *required(sa.LargeBinary, "secret")
)
"""What servers sign with; see `infrastructure.identity.server_secret`."""

IS_KEY = sa.literal_column("substr(stream_id, 1, 4)") == sa.literal_column("'key-'")
# A key is found by its id alone, before anybody knows whose it is.
partial_index("streams_of_keys", STREAMS.c.stream_id, where=IS_KEY)
